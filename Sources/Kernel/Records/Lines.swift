/// Lines under a record: the steps of a protocol, the people of a group. They are read, changed and told with their record: its page, its
/// JSON, its revision, its history.
///
/// The table has `msp_id`, `id`, the column of the record, `revision`, `created_at`, `created_by`, `updated_at` and `updated_by`, then one
/// column for each field; `archived_at` where lines are archived, the column of the place where they are moved by hand.
public struct Lines: Sendable {
    /// JSON member and, with hyphens, API segment after the record's id; English plural, lower_snake: `steps`.
    public let name: String
    /// English singular: `step` gives `add_step`, `change_step`, `move_step` and `remove_step` in the trail.
    public let one: String
    /// Qualified table.
    public let table: String
    /// Column that holds the id of the record.
    public let parent: String
    /// `title` heads the section, `purpose` is the sentence of an empty one.
    public let words: RecordWords
    /// HTML segment after the record's id, French plural: `etapes`.
    public let path: String
    public let fields: [RecordField]
    /// Fields shown as columns of the section; the first one names a line.
    public let columns: [String]
    public let order: LineOrder
    /// Permission to add, change, move and remove; nil where only code does.
    public let write: String?
    /// States of the record in which lines change; nil for those in which its form may.
    public let during: Set<String>?
    /// Fields whose values together stand once under a record.
    public let uniqueBy: [String]
    public let removal: LineRemoval
    /// False where a hand-made screen draws them: no section, no member of the JSON, no address of their own.
    public let isShown: Bool
    /// Lines that one record holds at most.
    public let most: Int
    /// Rules over several fields of one line. The fields' own rules come first.
    public let check: @Sendable (_ new: RecordValues, _ old: RecordValues?) -> [FieldFault]
    /// Completes the values of one line, also read-only ones, before it is written.
    public let prepare: @Sendable (_ new: RecordValues, _ old: RecordValues?, WriteUnit) async throws -> RecordValues
    /// Rules over all lines and consequences, in the same transaction. It may throw a `Refusal`; nothing is then changed.
    public let settle: @Sendable (LinesAfter, WriteUnit) async throws -> Void
    /// Lines that have a place in the order by hand; others wait outside of it.
    public let isPlaced: @Sendable (RecordValues) -> Bool
    /// Lines of which the trail says that they changed, never what they hold.
    public let isDiscreet: @Sendable (RecordValues) -> Bool
    /// The codes that each have one line, touched or not; nil for lines that are added and removed.
    public let checklist: Checklist?

    public init(
        _ name: String, one: String, table: String, parent: String, words: RecordWords, path: String, fields: [RecordField],
        columns: [String], order: LineOrder, write: String?, during: Set<String>? = nil, uniqueBy: [String] = [],
        removal: LineRemoval = .delete, isShown: Bool = true, most: Int = 200,
        check: @escaping @Sendable (RecordValues, RecordValues?) -> [FieldFault] = { _, _ in [] },
        prepare: @escaping @Sendable (RecordValues, RecordValues?, WriteUnit) async throws -> RecordValues = { new, _, _ in new },
        settle: @escaping @Sendable (LinesAfter, WriteUnit) async throws -> Void = { _, _ in },
        isPlaced: @escaping @Sendable (RecordValues) -> Bool = { _ in true },
        isDiscreet: @escaping @Sendable (RecordValues) -> Bool = { _ in false }, checklist: Checklist? = nil
    ) {
        self.name = name
        self.one = one
        self.table = table
        self.parent = parent
        self.words = words
        self.path = path
        self.fields = fields
        self.columns = columns
        self.order = order
        self.write = write
        self.during = during
        self.uniqueBy = uniqueBy
        self.removal = removal
        self.isShown = isShown
        self.most = most
        self.check = check
        self.prepare = prepare
        self.settle = settle
        self.isPlaced = isPlaced
        self.isDiscreet = isDiscreet
        self.checklist = checklist
    }

    /// A field by its API name.
    public func field(_ name: String) -> RecordField? { fields.first { $0.name == name } }
}

/// The order in which lines stand.
public enum LineOrder: Sendable, Equatable {
    /// By hand: the column holds the place, which « Monter » and « Descendre » change.
    case position(String)
    /// By a field.
    case by(String)

    /// The column of the place; nil where a field orders.
    public var column: String? { if case .position(let column) = self { column } else { nil } }

    /// An order with one element at another place, 1 for the first; places outside are brought back inside.
    public static func moved<Element: Equatable>(_ elements: [Element], _ element: Element, to place: Int) -> [Element] {
        var rest = elements.filter { $0 != element }
        rest.insert(element, at: min(max(place - 1, 0), rest.count))
        return rest
    }
}

/// What removing a line does to its row. The record's history keeps what it held in both cases.
public enum LineRemoval: Sendable {
    case delete
    /// The row stays, with `archived_at`: other tables point to it.
    case archive
}

/// One line as rules see it.
public struct Line: Sendable {
    public let id: Identifier
    public let values: RecordValues

    public init(id: Identifier, values: RecordValues) {
        self.id = id
        self.values = values
    }
}

/// All lines of a record after a change, before it is kept.
public struct LinesAfter: Sendable {
    /// The record: its id and its values, the row locked.
    public let id: Identifier
    public let record: RecordValues
    /// Every line, in order.
    public let lines: [Line]
    /// The line that was written; nil when it was removed.
    public let written: Line?

    public init(id: Identifier, record: RecordValues, lines: [Line], written: Line?) {
        self.id = id
        self.record = record
        self.lines = lines
        self.written = written
    }
}

/// A change of one line.
public enum LineWrite: Sendable {
    case add(Identifier, RecordValues)
    case change(Identifier, RecordValues)
    /// To a place, 1 for the first; places outside are brought back inside.
    case move(Identifier, to: Int)
    case remove(Identifier)
}
