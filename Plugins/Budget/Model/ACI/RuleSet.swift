public import Kernel

/// The rules of some exercises: data, read from a JSON document, with the source and the status of each figure.
///
/// An administrator copies a document, changes figures and dates, and the new rules count without a release. A class, because each
/// simulation holds it and it never changes.
public final class RuleSet: Sendable {
    /// How the whole is known.
    enum Status: String, CaseIterable, Sendable {
        case official
        case reconstructed
        /// Figures that somebody changed to prepare an exercise.
        case hypothesis

        /// French word for screens.
        var label: String {
            switch self {
            case .official: "officiel"
            case .reconstructed: "reconstitué"
            case .hypothesis: "hypothèse"
            }
        }
    }

    /// How sure the rules are for one exercise.
    enum Standing: String, CaseIterable, Sendable {
        case official
        case reconstructed
        /// The text is known to apply up to a day before the end of the exercise, and is taken to go on.
        case carriedOver = "carried_over"
        case hypothesis

        /// French words, beside every amount that rests on the rules.
        var label: String {
            switch self {
            case .official: Status.official.label
            case .reconstructed: Status.reconstructed.label
            case .carriedOver: "hypothèse\u{A0}: règles reconduites, à confirmer"
            case .hypothesis: Status.hypothesis.label
            }
        }
    }

    /// A text or a tool that a figure comes from.
    struct Source: Sendable, Equatable {
        let key: String
        let title: String
        let isOfficial: Bool
        let address: String
    }

    /// `avenant-1-2023`.
    public let id: String
    /// French name.
    let name: String
    let status: Status
    /// First exercise.
    let from: Int
    /// Last exercise; nil until a later rule set begins.
    let to: Int?
    /// Day up to which the text is known to apply; nil when nobody checked.
    let confirmedUntil: CivilDate?
    /// The text of law, in French.
    let law: String
    let sources: [Source]
    let total: TotalRules
    /// In the order of the accord.
    let indicators: [AciIndicator]
    /// Every figure and choice, in the order of the document.
    let parameters: [ParameterLine]
    /// What was read: the start of a copy.
    public let document: JSONValue
    /// The facts that at least one indicator reads, by rank.
    let facts: FactSet

    /// Reads and checks a document. Throws all its faults at once, each with its path and a French sentence.
    /// - Parameter isOwn: a copy that an MSP changed: a hypothesis, whatever the document says of itself.
    public init(json document: JSONValue, isOwn: Bool = false) throws(DocumentRefusal) {
        var reader = RuleSetReader()
        guard let content = reader.content(document), reader.reading.faults.isEmpty else {
            throw DocumentRefusal(reader.reading.faults)
        }
        id = content.id
        name = content.name
        status = isOwn ? .hypothesis : content.status
        confirmedUntil = isOwn ? nil : content.confirmedUntil
        from = content.from
        to = content.to
        law = content.law
        sources = content.sources
        total = content.total
        indicators = content.indicators
        parameters = reader.lines
        facts = FactSet(content.indicators.reduce(into: []) { $0.formUnion($1.facts) })
        self.document = document
    }

    /// How sure these rules are for an exercise: official only while the text is known to apply to its last day.
    func standing(of exercise: Int) -> Standing {
        switch status {
        case .hypothesis: return .hypothesis
        case .reconstructed: return .reconstructed
        case .official:
            guard let end = CivilDate(year: exercise, month: 12, day: 31), let confirmedUntil, confirmedUntil >= end else {
                return .carriedOver
            }
            return .official
        }
    }

    /// « officiel, confirmé jusqu’au 28 février 2026 ».
    var statusWords: String {
        guard status == .official else { return status.label }
        return confirmedUntil == nil ? Standing.carriedOver.label : "\(status.label), \(confirmationWords)"
    }

    /// Up to when the text is known to apply, in French.
    var confirmationWords: String { confirmedUntil.map { "confirmé jusqu’au \(French.mediumDate($0))" } ?? "à confirmer" }

    /// The indicator of an id, nil when these rules do not have it.
    func indicator(_ id: AciIndicatorID) -> AciIndicator? { indicators.first { $0.id == id } }

    /// The figures of one indicator, with source and status.
    func parameters(of indicator: AciIndicator) -> [ParameterLine] {
        parameters.filter { $0.path.hasPrefix(indicator.path + ".") }
    }

    /// The document with another id, name and period: the start of rules for a new exercise. The administrator changes the
    /// figures, then `RuleSet(json:)` checks the whole.
    func copy(id: String, name: String, from: Int, to: Int?) -> JSONValue {
        guard case .object(let members) = document else { return document }
        return .object(
            members.filter { $0.0 != "confirmed_until" }.map { member in
                switch member.0 {
                case "status": ("status", .string(Status.hypothesis.rawValue))
                case "id": ("id", .string(id))
                case "name": ("name", .string(name))
                case "exercises": ("exercises", .object([("from", .integer(from)), ("to", to.map { .integer($0) } ?? .null)]))
                default: member
                }
            })
    }
}

/// What turns points into money. A class, because each simulation reads it and it never changes.
final class TotalRules: Sendable {
    /// National rates from an exercise on, until the next entry.
    struct NationalRates: Sendable {
        let from: Int
        let css: AciParameter
        let ame: AciParameter
    }

    /// The amount that a new structure gets at least.
    struct GuaranteedMinimum: Sendable {
        let amount: AciParameter
        /// Civil years, that of the contract included.
        let civilYears: AciParameter
        /// A structure is new when its project was filed less than so many months before the contract.
        let projectAge: AciParameter
        /// Whether it is paid although a prerequisite is missing.
        let withoutPrerequisites: YesNo
    }

    /// The advance of the exercise.
    struct Advance: Sendable {
        let share: AciParameter
        let minimum: AciParameter
        let minimumFor: MinimumScope
        /// Whether the precarity increase applies to it.
        let increased: YesNo
    }

    /// A choice of two.
    enum YesNo: String, CaseIterable, Sendable { case yes, no }
    /// Who gets the least advance.
    enum MinimumScope: String, CaseIterable, Sendable {
        case newStructures = "new_structures"
        case allStructures = "all_structures"
    }
    /// How a part of a year is counted: its days, or its months, a month begun being whole.
    enum ProrationBasis: String, CaseIterable, Sendable { case days, months }
    /// Which indicators follow the contract’s part of a first year: those whose rule says so, all, or nobody knows: both are shown.
    enum ProratedScope: String, CaseIterable, Sendable { case named, all, unknown }

    let pointValue: AciParameter
    let patientsReference: AciParameter
    let increaseCap: AciParameter
    /// In order of `from`.
    let nationalRates: [NationalRates]
    let guaranteedMinimum: GuaranteedMinimum
    let advance: Advance
    let proration: ProrationBasis
    /// What of a first year is paid for the part that the contract covers, beside what says so itself.
    let prorated: ProratedScope

    init(
        pointValue: AciParameter, patientsReference: AciParameter, increaseCap: AciParameter, nationalRates: [NationalRates],
        guaranteedMinimum: GuaranteedMinimum, advance: Advance, proration: ProrationBasis, prorated: ProratedScope
    ) {
        self.pointValue = pointValue
        self.patientsReference = patientsReference
        self.increaseCap = increaseCap
        self.nationalRates = nationalRates
        self.guaranteedMinimum = guaranteedMinimum
        self.advance = advance
        self.proration = proration
        self.prorated = prorated
    }

    /// The national rates of an exercise; nil when nobody entered them.
    func rates(of exercise: Int) -> NationalRates? { nationalRates.last { $0.from <= exercise } }
}
