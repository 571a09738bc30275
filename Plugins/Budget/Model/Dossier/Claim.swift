import Kernel

/// What an exercise claims of one indicator: the dossier proves it.
struct Claim: Sendable, Equatable {
    let indicator: AciIndicatorID
    /// Units for a count, the level for levels, the rank for a choice, 1 for what is there or not.
    let count: Int
}

/// One line of the simulation, as the dossier, the entry aid and the reconciliation show it.
struct SimulatedLine: Sendable, Equatable {
    let indicator: AciIndicatorID
    /// French name in the rules of the exercise.
    let name: String
    /// Points with six decimals at most.
    let points: ExactDecimal
    let amountCents: Int
    /// What stands behind, in words: « protocoles pluriprofessionnels : 3 ».
    let values: [EntryValue]
}

/// A value that a person types on the payer's site.
struct EntryValue: Sendable, Equatable {
    let label: String
    let value: String
}

extension Simulation {
    /// The lines in the order of the accord, which is the order of the payer's site.
    var simulatedLines: [SimulatedLine] {
        lines.map { line in
            let facts = line.indicator.facts.sorted { $0.rawValue < $1.rawValue }
            let opening = line.indicator.id == .openingHours ? openingValues : []
            return SimulatedLine(
                indicator: line.indicator.id, name: line.indicator.name, points: line.points.decimal.rounded(scale: 6),
                amountCents: line.amountCents, values: opening + facts.map { EntryValue(label: $0.label, value: $0.words(input[$0])) })
        }
    }

    /// Hours and closures: the payer asks for them, and they are no count.
    private var openingValues: [EntryValue] {
        func weeks(_ weeks: ExactDecimal) -> String { "\(French.number(weeks)) \(weeks < ExactDecimal(2) ? "semaine" : "semaines")" }
        return [
            EntryValue(label: "heures d’ouverture par jour, en semaine", value: "\(French.number(input.weekdayHours))\u{A0}h"),
            EntryValue(label: "fermeture pendant les vacances scolaires", value: weeks(input.holidayClosureWeeks)),
            EntryValue(label: "fermeture en dehors des vacances scolaires", value: weeks(input.otherClosureWeeks)),
        ]
    }

    /// What is claimed: indicators that give points and that the team did not leave out.
    func claims(leftOut: Set<AciIndicatorID> = []) -> [Claim] {
        lines.filter { $0.points > .zero && !leftOut.contains($0.indicator.id) }.map { line in
            Claim(indicator: line.indicator.id, count: claimedCount(line.indicator.id))
        }
    }

    private func claimedCount(_ id: AciIndicatorID) -> Int {
        switch id {
        case .diversity: input[.diversityLevel]
        case .secondRecourse: input[.secondRecourseLevel]
        case .publicHealthMissions: input[.publicHealthMissions]
        case .users: input[.usersLevel1] + input[.usersLevel2]
        case .unscheduledCareService: input[.unscheduledCareService]
        case .protocols: input[.protocols]
        case .concertation: input[.meetings]
        case .trainees: input[.trainees]
        case .quality: input[.qualityLevel1] + input[.qualityLevel2] + input[.qualityLevel3]
        case .cooperationProtocols: input[.cooperationProtocols]
        case .openingHours, .crisisPlan, .crisisActions, .assistantContract, .coordination, .externalCoordination, .heartFailure,
            .childObesity, .informationSystem, .advancedInformationSystem:
            1
        }
    }
}

extension Fact {
    /// A value as people type it.
    func words(_ value: Int) -> String {
        switch shape {
        case .flag: value > 0 ? "oui" : "non"
        case .count: French.number(value)
        case .level: value > 0 ? "niveau \(value)" : "aucun"
        case .choice:
            switch value {
            case 1: "au moins la moitié des médecins"
            case 2: "tous les médecins"
            case 3: "toutes les demandes du régulateur"
            default: "non"
            }
        }
    }
}
