import Kernel

/// A level or a number that an exercise claims above what the team, as the directory knows it, shows. It may be right (the directory
/// may lag); then a person says why, and whoever approves the dossier reads it.
struct ClaimExcess: Sendable, Equatable {
    let indicator: AciIndicatorID
    let fact: Fact
    let claimed: Int
    let shown: Int
    /// Given for this very claim.
    var reason: String?
    var explainedBy: String?

    /// Facts that the directory shows, with the indicator that they carry.
    static let watched: [(fact: Fact, indicator: AciIndicatorID)] = [
        (.diversityLevel, .diversity), (.coordination, .coordination), (.professionals, .informationSystem),
        (.advancedPracticeNurse, .protocols),
    ]

    var sentence: String {
        "\(indicator.rawValue)\u{A0}: «\u{A0}\(fact.label)\u{A0}»\u{A0}: \(fact.words(claimed)) déclaré, \(fact.words(shown)) d’après l’annuaire de l’équipe."
    }

    /// For who approves: the claim, why, and who says so.
    var explained: String {
        sentence + (reason.map { " Motif\u{A0}: «\u{A0}\($0)\u{A0}»" + (explainedBy.map { ", \($0)" } ?? "") } ?? "")
    }

    var blocker: Blocker? {
        reason == nil ? Blocker(text: sentence + " Dites pourquoi, ou corrigez l’un des deux.", place: .reason(indicator)) : nil
    }

    /// - Parameter claims: indicators of the dossier; nothing is to be explained for the others.
    static func all(
        _ facts: YearFacts, on day: CivilDate, claims: Set<AciIndicatorID>, reasons: [Fact: (claimed: Int, text: String, by: String)]
    ) -> [ClaimExcess] {
        var bare = facts
        bare.parameters.professionals = nil
        bare.achievements = []
        let (claimed, shown) = (facts.input(on: day), bare.input(on: day))
        return watched.compactMap { fact, indicator in
            guard claims.contains(indicator), claimed[fact] > shown[fact] else { return nil }
            let reason = reasons[fact].flatMap { $0.claimed == claimed[fact] ? $0 : nil }
            return ClaimExcess(
                indicator: indicator, fact: fact, claimed: claimed[fact], shown: shown[fact], reason: reason?.text, explainedBy: reason?.by)
        }
    }
}
