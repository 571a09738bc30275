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
    /// National numbers with their check digit (formats.md 2).
    case rpps
    case finess
}

/// What a reference field points to. Only what the caller may read is offered, and accepted: anything else answers as one that does
/// not exist.
public struct ReferenceTarget: Sendable {
    /// Rows whose name only some may read; the others see the same words for all of them.
    public struct Mask: Sendable {
        /// SQL condition over the table's own columns.
        let condition: SQL
        let permission: String
        let words: String

        public init(_ condition: SQL, unless permission: String, words: String) {
            self.condition = condition
            self.permission = permission
            self.words = words
        }
    }

    /// Record id, e.g. `core.professional`.
    public let record: String
    /// Qualified table and the SQL expression of its French name, over the table's own columns; `$1` is the MSP.
    public let table: String
    public let title: SQL
    /// Permission to read a line, which is no record of its own; nil for a declared record, whose own permission counts.
    public let reading: String?
    /// SQL condition over the table's own columns: which rows belong to the record acted on, `$2`, and may still be
    /// chosen. Nil for all of the MSP that are not archived.
    public let within: SQL?
    public let mask: Mask?
    /// SQL condition over the table's own columns: what a form offers. The act judges the rest, in its own words. Nil for everything.
    public private(set) var offered: SQL?
    /// Order of what a form offers, over the table's own columns; by name without one.
    public private(set) var order: SQL?

    /// What the screens say of a title, such as the French word for a code; nil for the title as it is.
    public let say: (@Sendable (String) -> String)?

    /// The same, with fewer choices in a form.
    public func offering(_ condition: SQL, order: SQL? = nil) -> ReferenceTarget {
        var target = self
        target.offered = condition
        target.order = order
        return target
    }

    public init(
        record: String, table: String, title: SQL, reading: String? = nil, within: SQL? = nil, mask: Mask? = nil,
        say: (@Sendable (String) -> String)? = nil
    ) {
        self.record = record
        self.table = table
        self.title = title
        self.reading = reading
        self.within = within
        self.mask = mask
        self.say = say
    }

    /// Something else of the same rows, shown beside their name: `say` puts it into words.
    public func telling(_ title: SQL, say: (@Sendable (String) -> String)? = nil) -> ReferenceTarget {
        ReferenceTarget(record: record, table: table, title: title, reading: reading, within: within, mask: mask, say: say)
    }

    /// The same among the rows of the record acted on.
    public func within(_ condition: SQL, reading: String? = nil) -> ReferenceTarget {
        ReferenceTarget(
            record: record, table: table, title: title, reading: reading ?? self.reading, within: condition, mask: mask, say: say)
    }
}

extension ReferenceTarget.Mask {
    /// Rows that it covers.
    public var covers: SQL { condition }

    /// What its rows are called for a caller; nil when the caller may read their names.
    public func words(for access: Access) -> String? { access.can(permission) ? nil : words }
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
    public func codes(_ name: String) -> [String] { if case .codes(let v) = self[name] { v } else { [] } }
}
