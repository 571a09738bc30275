/// What an act writes of one record. The engine writes it, moves the revision on and traces it: no module does.
public struct RecordChange: Sendable, ExpressibleByDictionaryLiteral {
    /// Fields by name, read-only ones and the state too.
    public var values: RecordValues
    /// Columns that no face shows, by name: an account, a file, a document. They are not in the trail.
    public var kept: [String: Parameter]
    /// True archives, false restores, nil leaves it.
    public var isArchived: Bool?

    /// Nothing is written.
    public static let nothing = RecordChange(RecordValues())

    /// Fields by name.
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        self.init(RecordValues(Dictionary(elements, uniquingKeysWith: { _, last in last })))
    }

    /// - Parameter kept: columns that no face shows.
    public init(_ values: RecordValues = RecordValues(), kept: [String: Parameter] = [:], isArchived: Bool? = nil) {
        self.values = values
        self.kept = kept
        self.isArchived = isArchived
    }

    /// True when nothing is written.
    public var isEmpty: Bool { values.values.isEmpty && kept.isEmpty && isArchived == nil }

    /// The same with columns that no face shows.
    public func keeping(_ columns: [String: Parameter]) -> RecordChange {
        var change = self
        change.kept.merge(columns) { _, last in last }
        return change
    }

    /// Both; the other one has the last word.
    public func merging(_ other: RecordChange) -> RecordChange {
        RecordChange(
            RecordValues(values.values.merging(other.values.values) { _, last in last }),
            kept: kept.merging(other.kept) { _, last in last },
            isArchived: other.isArchived ?? isArchived)
    }
}

/// A field that an act sets by its declaration alone. A literal is the name of a field of the record that takes the value of the
/// action's field of the same name.
public struct FieldSetting: Sendable, ExpressibleByStringLiteral {
    /// Where the value comes from.
    enum Source: Sendable {
        case given(String)
        case constant(FieldValue)
        case now, today, actor
    }

    /// Field of the record.
    public let field: String
    let source: Source

    public init(stringLiteral field: String) { self.init(field, .given(field)) }

    private init(_ field: String, _ source: Source) {
        self.field = field
        self.source = source
    }

    /// What the person gave under another name.
    public static func given(_ name: String, as field: String) -> FieldSetting { FieldSetting(field, .given(name)) }
    /// Always the same; `.null` forgets what was there.
    public static func value(_ field: String, _ value: FieldValue) -> FieldSetting { FieldSetting(field, .constant(value)) }
    /// The moment of the act.
    public static func now(_ field: String) -> FieldSetting { FieldSetting(field, .now) }
    /// The day of the act, by the clocks of the MSP.
    public static func today(_ field: String) -> FieldSetting { FieldSetting(field, .today) }
    /// The name of whoever acts, as of that day.
    public static func actor(_ field: String) -> FieldSetting { FieldSetting(field, .actor) }

    /// The action's field that it reads; nil for the others.
    public var givenName: String? { if case .given(let name) = source { name } else { nil } }

    /// The value for one act.
    func value(_ given: RecordValues, _ unit: WriteUnit) -> FieldValue {
        switch source {
        case .given(let name): given[name]
        case .constant(let value): value
        case .now: .instant(unit.now)
        case .today: .date(unit.access.local(unit.now).date)
        case .actor: .text(unit.access.displayName)
        }
    }
}

extension RecordAction {
    /// What the declaration alone writes.
    public func settings(_ given: RecordValues, _ unit: WriteUnit) -> RecordChange {
        RecordChange(RecordValues(Dictionary(sets.map { ($0.field, $0.value(given, unit)) }, uniquingKeysWith: { _, last in last })))
    }
}

/// An act as its evidence, its event and its sentence see it.
public struct ActDone: Sendable {
    public let id: Identifier
    /// The record before the act and as the act leaves it.
    public let before: RecordValues
    public let after: RecordValues
    /// The checked values of the action's own fields.
    public let values: RecordValues
    /// The paper that the act sealed; the first of several.
    public internal(set) var sealed: Exhibit?
    /// Number of its entry in the ledger of evidence.
    public internal(set) var evidence: Int?

    /// Made by the runtime.
    public init(
        id: Identifier, before: RecordValues, after: RecordValues, values: RecordValues, sealed: Exhibit? = nil, evidence: Int? = nil
    ) {
        self.id = id
        self.before = before
        self.after = after
        self.values = values
        self.sealed = sealed
        self.evidence = evidence
    }
}

/// The entry that an act files in the ledger of evidence.
public struct ActEvidence: Sendable {
    /// Field, or column that no face shows, that keeps its number; nil where the ledger alone has it.
    public let column: String?
    /// Nil when this act proves nothing.
    public let entry: @Sendable (ActDone, WriteUnit) async throws -> EvidenceEntry?

    public init(into column: String? = nil, entry: @escaping @Sendable (ActDone, WriteUnit) async throws -> EvidenceEntry?) {
        self.column = column
        self.entry = entry
    }
}

/// The event that an act publishes, once everything else is written.
public struct ActEvent: Sendable {
    public let type: EventType
    public let payload: @Sendable (ActDone, WriteUnit) async throws -> JSONValue

    public init(_ type: EventType, payload: @escaping @Sendable (ActDone, WriteUnit) async throws -> JSONValue) {
        self.type = type
        self.payload = payload
    }
}
