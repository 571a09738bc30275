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

        /// French word for screens.
        var label: String {
            switch self {
            case .official: "officiel"
            case .reconstructed: "reconstitué"
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
    public init(json document: JSONValue) throws(DocumentRefusal) {
        var reader = RuleSetReader()
        guard let content = reader.content(document), reader.reading.faults.isEmpty else {
            throw DocumentRefusal(reader.reading.faults)
        }
        id = content.id
        name = content.name
        status = content.status
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
            members.map { member in
                switch member.0 {
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

    let pointValue: AciParameter
    let patientsReference: AciParameter
    let increaseCap: AciParameter
    /// In order of `from`.
    let nationalRates: [NationalRates]
    let guaranteedMinimum: GuaranteedMinimum
    let advance: Advance
    let proration: ProrationBasis

    init(
        pointValue: AciParameter, patientsReference: AciParameter, increaseCap: AciParameter, nationalRates: [NationalRates],
        guaranteedMinimum: GuaranteedMinimum, advance: Advance, proration: ProrationBasis
    ) {
        self.pointValue = pointValue
        self.patientsReference = patientsReference
        self.increaseCap = increaseCap
        self.nationalRates = nationalRates
        self.guaranteedMinimum = guaranteedMinimum
        self.advance = advance
        self.proration = proration
    }

    /// The national rates of an exercise; nil when nobody entered them.
    func rates(of exercise: Int) -> NationalRates? { nationalRates.last { $0.from <= exercise } }
}
