/// One field of a record: what it holds, how it is called, which rules it obeys. The rule that the form
/// shows is the rule that the API enforces.
public struct RecordField: Sendable {
    /// API member and form input, lower_snake.
    public let name: String
    /// Column, the name unless said otherwise.
    public let column: String
    public let kind: FieldKind
    /// French label and help.
    public let label: String
    public let help: String?
    public let isRequired: Bool
    /// Written by the platform only: shown, filtered, never accepted from a form or the API.
    public let isReadOnly: Bool
    /// The kept result of a calculation, read-only: it moves without a new revision, hence pages show it and the JSON of the record,
    /// whose tag is its revision, does not. A reference on the column of another field tells more of what that one points to.
    public let isDerived: Bool
    /// Accepted when the record is created, read-only after.
    public let isFixed: Bool
    /// May be left empty by whoever writes: the record's `prepare` gives it a value before the row is written, so its column is never null.
    public let isCompleted: Bool
    /// Value of a new record.
    public let defaultValue: FieldValue
    /// Why the column has no filter; nil when it has one.
    public let noFilterReason: String?
    /// Field that holds how the person is addressed: label and value are said in that form where the page is about one person.
    public let agreesWith: String?

    public init(
        _ name: String, column: String? = nil, _ kind: FieldKind, label: String, help: String? = nil, required: Bool = false,
        readOnly: Bool = false, derived: Bool = false, fixed: Bool = false, completed: Bool = false,
        default defaultValue: FieldValue = .null, noFilter: String? = nil, agreesWith: String? = nil
    ) {
        self.name = name
        self.column = column ?? name
        self.kind = kind
        self.label = label
        self.help = help
        self.isRequired = required
        self.isReadOnly = readOnly || derived
        self.isDerived = derived
        self.isFixed = fixed
        self.isCompleted = completed
        self.defaultValue = defaultValue
        self.noFilterReason = noFilter
        self.agreesWith = agreesWith
    }
}

/// What a field may hold.
public enum FieldKind: Sendable {
    /// One line, length in characters; a social-security number is refused in every text.
    case text(max: Int)
    case longText(max: Int)
    case email
    case phone
    case url
    case integer(ClosedRange<Int>)
    /// A duration in minutes.
    case minutes(ClosedRange<Int>)
    /// Integer cents.
    case money
    case decimal(scale: Int, min: ExactDecimal, max: ExactDecimal)
    case boolean
    case date
    /// An instant, shown in the MSP's time zone.
    case instant
    case choice(CodeList)
    /// Several codes of a list.
    case choices(CodeList)
    /// Another record of the same MSP.
    case reference(ReferenceTarget)
    /// Several of them, kept in a table of links; without one for what an act asks. Not for lines.
    case references(ReferenceTarget, through: LinkTable? = nil)
    /// National numbers with their check digit (formats.md 2).
    case rpps
    case finess
}

/// Where several references of a record are kept: one row for each, with a foreign key to either side, so that none leads nowhere. The key
/// is `(msp_id, record, target)`; a column of the record has no foreign key.
public struct LinkTable: Sendable {
    /// Qualified table.
    public let table: String
    /// Column of the record, and of what it points to.
    public let parent: String
    public let target: String

    public init(_ table: String, from parent: String, to target: String) {
        self.table = table
        self.parent = parent
        self.target = target
    }
}

/// A list of stable codes with French labels (missions.md 16).
public struct CodeList: Sendable {
    public struct Code: Sendable {
        public let code: String
        public let label: String

        public init(_ code: String, _ label: String) {
            self.code = code
            self.label = label
        }
    }

    public let id: String
    public let codes: [Code]

    public init(_ id: String, _ codes: [(String, String)]) {
        self.id = id
        self.codes = codes.map { Code($0.0, $0.1) }
    }

    /// French label; the code itself when the list was shortened since.
    public func label(_ code: String) -> String { codes.first { $0.code == code }?.label ?? code }

    public func contains(_ code: String) -> Bool { codes.contains { $0.code == code } }
}

/// A value of a field.
public enum FieldValue: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int)
    case decimal(ExactDecimal)
    case boolean(Bool)
    case date(CivilDate)
    case instant(Instant)
    case id(Identifier)
    case codes([String])
    /// In the order of the identifiers, each once.
    case ids([Identifier])

    public var isNull: Bool { self == .null }

    /// Null for nil.
    public init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    /// Null for nil.
    public init(_ number: Int?) { self = number.map { .integer($0) } ?? .null }
    /// Null for nil.
    public init(_ day: CivilDate?) { self = day.map { .date($0) } ?? .null }
    /// Null for nil.
    public init(_ id: Identifier?) { self = id.map { .id($0) } ?? .null }
}

/// The values of one record by field name.
public struct RecordValues: Sendable, Equatable {
    public var values: [String: FieldValue]

    public init(_ values: [String: FieldValue] = [:]) { self.values = values }

    /// Null when the field is absent.
    public subscript(_ name: String) -> FieldValue {
        get { values[name] ?? .null }
        set { values[name] = newValue }
    }

    public func text(_ name: String) -> String? { if case .text(let v) = self[name] { v } else { nil } }
    public func int(_ name: String) -> Int? { if case .integer(let v) = self[name] { v } else { nil } }
    public func bool(_ name: String) -> Bool? { if case .boolean(let v) = self[name] { v } else { nil } }
    public func date(_ name: String) -> CivilDate? { if case .date(let v) = self[name] { v } else { nil } }
    public func instant(_ name: String) -> Instant? { if case .instant(let v) = self[name] { v } else { nil } }
    public func id(_ name: String) -> Identifier? { if case .id(let v) = self[name] { v } else { nil } }
    public func ids(_ name: String) -> [Identifier] { if case .ids(let v) = self[name] { v } else { [] } }
    public func codes(_ name: String) -> [String] { if case .codes(let v) = self[name] { v } else { [] } }
}
