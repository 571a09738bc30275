import Kernel

/// Where a figure of the calculation comes from.
struct FactOrigin: Sendable {
    let fact: Fact
    /// The value used, in French.
    let value: String
    /// Who or what says so, in French.
    let source: String
    let lines: [Line]

    /// One dated act behind the figure.
    struct Line: Sendable {
        let title: String
        let day: CivilDate
        let quantity: Int
        /// Number in the evidence ledger; nil for what a person declared.
        let evidence: Int?
        /// The achievement itself; nil for a meeting.
        let achievement: Identifier?
    }
}

extension YearFacts {
    /// The origin of each fact that an indicator reads, in the order of the interface.
    func origins(of indicator: AciIndicator, on day: CivilDate) -> [FactOrigin] {
        let input = input(on: day)
        var facts = indicator.facts
        if case .sum(let parts, _) = indicator.formula, parts.contains(where: { $0.readsPatients }) { facts.insert(.patients) }
        return Fact.allCases.filter { facts.contains($0) }.map { origin($0, input, on: clamped(day)) }
    }

    private func origin(_ fact: Fact, _ input: SimulationInput, on day: CivilDate) -> FactOrigin {
        let own = achievements.filter { $0.fact == fact && $0.day <= day }
        var lines = own.map { FactOrigin.Line(title: $0.title, day: $0.day, quantity: $0.quantity, evidence: nil, achievement: $0.id) }
        if fact == .meetings || fact == .files {
            lines = concertations.filter { $0.day <= day }.map {
                FactOrigin.Line(
                    title: "RCP du \(French.mediumDate($0.day))", day: $0.day, quantity: fact == .files ? $0.files : 1,
                    evidence: $0.evidence, achievement: nil)
            }
            lines += declared.filter { $0.to <= day }.map {
                FactOrigin.Line(
                    title: "\($0.title), pièce «\u{A0}\($0.piece)\u{A0}»", day: $0.to, quantity: fact == .files ? $0.files : $0.meetings,
                    evidence: nil, achievement: nil)
            }
        }
        return FactOrigin(fact: fact, value: Self.words(fact, input[fact]), source: source(fact, own.isEmpty), lines: lines)
    }

    private func source(_ fact: Fact, _ isUndeclared: Bool) -> String {
        switch fact {
        case .patients: patientsSource
        case .professionals: parameters.professionals == nil ? "associés de l’équipe" : "paramètres de l’exercice"
        case .advancedPracticeNurse: "équipe"
        case .diversityLevel, .coordination: isUndeclared ? "équipe" : "équipe et réalisations"
        case .meetings: meetingsSource
        case .files: "\(meetingsSource)\u{A0}; \(filesWords)"
        case .unscheduledCare, .saturdayMorning, .onCallDerogation, .crisisDeclared, .eligiblePatients: "paramètres de l’exercice"
        default: "réalisations"
        }
    }

    /// « fiche de la structure, relevé de la CPAM, arrêté au 31 décembre 2025 ».
    private var patientsSource: String {
        guard parameters.patients != nil || sheetPatients != nil else { return "inconnue" }
        return [
            parameters.patients == nil ? "fiche de la structure" : "paramètres de l’exercice", parameters.figuresSource,
            parameters.figuresAsOf.map { "arrêtée au \(French.mediumDate($0))" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// « réunions closes, registre des preuves, et 4 réunions déclarées avec une pièce ».
    private var meetingsSource: String {
        let held = "réunions closes, registre des preuves"
        guard !declared.isEmpty else { return held }
        let count = declared.reduce(0) { $0 + $1.meetings }
        return "\(held), et \(French.plural(count, "réunion déclarée", "réunions déclarées")) avec une pièce"
    }

    /// Both ways to count, whichever the rules take.
    private var filesWords: String {
        let (each, once) = (files(.discussions, on: lastDay), files(.distinct, on: lastDay))
        guard each != once else { return filesCounted.label }
        let other = filesCounted == .discussions ? (ConcertationRate.FilesCounted.distinct, once) : (.discussions, each)
        return "\(filesCounted.label)\u{A0}; \(French.number(other.1)) avec \(other.0.label)"
    }

    /// A value as screens say it.
    static func words(_ fact: Fact, _ value: Int) -> String {
        switch fact.shape {
        case .flag: value > 0 ? "oui" : "non"
        case .level: "niveau \(value)"
        case .count: French.number(value)
        case .choice: ["non", "la moitié des médecins", "tous les médecins", "toutes les demandes"][min(max(value, 0), 3)]
        }
    }
}

extension FormulaPart {
    /// True when the part grows with the patients.
    var readsPatients: Bool {
        switch quantity {
        case .patients: true
        case .units(_, _, _, let byPatients): byPatients
        case .fixed: false
        }
    }
}
