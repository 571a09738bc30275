import Kernel

/// What a file proves, as far as its name tells: a proposal that a person looks at, never a decision.
enum RequirementGuess {
    /// Beginnings of words (plain letters) that point to a requirement; all of one group must be there.
    private static let signs: [(requirement: String, groups: [[String]])] = [
        ("A1-HOR.charter", [["charte"], ["horaire"]]), ("A1-CRI-F.plan", [["plan", "crise"], ["crise"]]),
        ("A1-DIV.associates", [["associe"]]), ("A1-MSP.mission", [["mission", "sante"], ["vaccin"], ["prevention"], ["depistage"]]),
        ("A1-USA.involvement", [["usager"], ["questionnaire"], ["satisfaction"]]), ("A1-SAS.doctors", [["regul"], ["sas"]]),
        ("A2-COO.contract", [["fiche", "poste"], ["contrat", "travail"], ["coordinat"]]), ("A2-PRO.copy", [["protocole"]]),
        ("A2-RCP.meetings", [["calendrier"], ["concertation"]]), ("A2-FOR.certificate", [["stage"], ["stagiaire"]]),
        ("A2-EXT.procedure", [["procedure"], ["transmission"]]), ("A2-QUA.inventory", [["etat", "lieux"], ["referent", "qualite"]]),
        ("A2-QUA.action_plan", [["plan", "action"]]), ("A2-QUA.report", [["bilan"]]), ("A3-SIS.label", [["label"], ["segur"]]),
        ("A3-SIS.invoice", [["facture"], ["commande"]]),
    ]

    /// - Parameter open: requirements of the exercise for which a piece is missing, asked first; then all that it has.
    /// - Returns: nil when the name says nothing, or points to two.
    static func of(_ name: String, open: [Requirement], all: [Requirement]) -> Requirement? {
        let plain = DossierPlan.slug(name.split(separator: ".").first.map(String.init) ?? name)
        let words = plain.split(separator: "-").map(String.init)
        for known in [open, all] {
            // A code written in the name is plainer than any word: « a2-pro-suivi-avk.pdf ».
            let coded = known.filter { requirement in
                let code = requirement.indicator.rawValue.lowercased()
                return plain == code || plain.hasPrefix(code + "-")
            }
            let ids = Set(known.map(\.id))
            let scored = signs.filter { ids.contains($0.requirement) }.compactMap { sign -> (String, Int)? in
                let most = sign.groups.filter { group in group.allSatisfy { start in words.contains { $0.hasPrefix(start) } } }.map(\.count)
                    .max()
                return most.map { (sign.requirement, $0) }
            }
            let best = scored.map(\.1).max()
            var found = Set(scored.filter { $0.1 == best }.map(\.0))
            if !coded.isEmpty {
                let among = found.intersection(coded.map(\.id))
                found = among.isEmpty && coded.count == 1 ? Set(coded.map(\.id)) : among
            }
            if found.count == 1, let one = found.first { return Requirement.of(one) }
        }
        return nil
    }
}
