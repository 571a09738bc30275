import Kernel

/// Who was in the team when, without a name: what the accord counts of it.
struct TeamOverTime: Sendable, Equatable {
    /// One person's time in the team.
    struct Member: Sendable, Equatable {
        /// Code of the list PROFESSION.
        let profession: String
        let isAssociate: Bool
        let joinedOn: CivilDate
        let leftOn: CivilDate?

        func isPresent(on day: CivilDate) -> Bool { joinedOn <= day && (leftOn.map { $0 >= day } ?? true) }
    }

    var members: [Member]

    /// Medical professions other than general practice, specialists, pharmacists: each alone makes a diverse offer (aci.md, A1-DIV).
    private static let diverse: Set<String> = ["SPECIALIST", "PHARMACIST", "DENTIST", "MIDWIFE", "BIOLOGIST"]
    /// Paramedical professions; a nurse of any kind is a nurse.
    private static let paramedical: [String: String] = [
        "NURSE": "NURSE", "IPA": "NURSE", "NURSE_ASALEE": "NURSE", "PHYSIO": "PHYSIO", "PODIATRIST": "PODIATRIST", "SPEECH": "SPEECH",
        "ORTHOPTIST": "ORTHOPTIST", "OT": "OT", "DIETITIAN": "DIETITIAN", "PSYCHOMOT": "PSYCHOMOT", "OPTICIAN": "OPTICIAN",
        "AUDIO": "AUDIO",
    ]

    /// Associated health professionals in the sense of the public-health code: those whom the information system counts.
    func associates(on day: CivilDate) -> Int { associated(on: day).count }

    /// True when an advanced-practice nurse is in the team, associated or salaried.
    func hasAdvancedPracticeNurse(on day: CivilDate) -> Bool { members.contains { $0.profession == "IPA" && $0.isPresent(on: day) } }

    /// Associated general practitioners, for the scenarios.
    func doctors(on day: CivilDate) -> Int { associated(on: day).count { $0.profession == "GP" } }

    /// True when somebody holds the coordination.
    func hasCoordinator(on day: CivilDate) -> Bool { members.contains { $0.profession == "COORDINATOR" && $0.isPresent(on: day) } }

    /// 1: one of the diverse professions or three paramedical ones; 2: one of the former and three of the latter (guide, A1-DIV).
    func diversityLevel(on day: CivilDate) -> Int {
        let professions = Set(associated(on: day).map(\.profession))
        let isDiverse = !professions.isDisjoint(with: Self.diverse)
        let paramedical = Set(professions.compactMap { Self.paramedical[$0] })
        return switch (isDiverse, paramedical.count >= 3) {
        case (true, true): 2
        case (false, false): 0
        default: 1
        }
    }

    private func associated(on day: CivilDate) -> [Member] {
        members.filter {
            $0.isAssociate && $0.isPresent(on: day)
                && ($0.profession == "GP" || Self.diverse.contains($0.profession) || Self.paramedical[$0.profession] != nil)
        }
    }
}
