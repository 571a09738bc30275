/// What a reference field points to: a declared record, or rows that live under one. Only what the caller may read and what the
/// declaration lets choose is offered; anything else is refused by every door in the same words, as if it did not exist.
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

    /// Record id, e.g. `core.professional`; of rows under a record, its id and their name: `facilitation.meeting.agenda`.
    public let record: String
    /// The declared record under which the rows live; nil for a record of its own.
    public let owner: String?
    /// Qualified table and the SQL expression of its French name, over the table's own columns; `$1` is the MSP.
    public let table: String
    public private(set) var title: SQL
    /// Permission to read rows that are no record of their own; nil for a declared record, whose own permission counts.
    public private(set) var reading: String?
    /// SQL condition over the table's own columns: which rows belong to the record acted on, `$2`, and may still be
    /// chosen. Nil for all of the MSP that are not archived.
    public private(set) var within: SQL?
    public let mask: Mask?
    /// SQL condition over the table's own columns: what may be chosen. Nil for everything.
    public private(set) var among: SQL?
    /// Order of what a form offers, over the table's own columns; by name without one.
    public private(set) var order: SQL?
    /// True where what is archived may still be chosen.
    public private(set) var offersArchived = false
    /// What the screens say of a title, such as the French word for a code; nil for the title as it is.
    public private(set) var say: (@Sendable (String) -> String)?

    private init(record: String, owner: String?, table: String, title: SQL, reading: String?, within: SQL?, mask: Mask?) {
        self.record = record
        self.owner = owner
        self.table = table
        self.title = title
        self.reading = reading
        self.within = within
        self.mask = mask
    }

    /// A declared record, named by hand: one of another module, or one that points back.
    public init(record: String, table: String, title: SQL, mask: Mask? = nil) {
        self.init(record: record, owner: nil, table: table, title: title, reading: nil, within: nil, mask: mask)
    }

    /// A record of one's own module, called by the fields that name it (`RecordType.namedBy`) or by others, all of them texts.
    /// - Parameter separator: what stands between two of them.
    public init(_ record: RecordType, titled fields: [String] = [], separator: SQL = "' '") {
        let named = fields.isEmpty ? record.namedBy : fields
        // A name that is no identifier is told by the boot checks of its record.
        let columns = named.compactMap { name in record.field(name).flatMap { try? SQL.identifier($0.column) } }
        let title: SQL = columns.count == 1 ? columns[0] : "concat_ws(" + separator + ", " + columns.joined(separator: ", ") + ")"
        self.init(record: record.id, table: record.table, title: title)
    }

    /// Rows that live under a declared record, lines or rows that only acts write, among those of the record acted on.
    /// - Parameters:
    ///   - name: name of the lines, or what the trail calls the rows.
    ///   - within: over the table's own columns, `$2` being the record acted on.
    public init(
        _ name: String, under owner: String, table: String, title: SQL, reading: String, within: SQL, mask: Mask? = nil
    ) {
        self.init(
            record: "\(owner).\(name)", owner: owner, table: table, title: title, reading: reading, within: within, mask: mask)
    }

    /// Something else of the same rows, shown beside their name: `say` puts it into words.
    public func telling(_ title: SQL, say: (@Sendable (String) -> String)? = nil) -> ReferenceTarget {
        var target = self
        target.title = title
        target.say = say
        return target
    }

    /// The same among the rows of the record acted on, `$2`.
    public func within(_ condition: SQL, reading: String? = nil) -> ReferenceTarget {
        var target = self
        target.within = condition
        target.reading = reading ?? self.reading
        return target
    }

    /// The same with fewer that may be chosen.
    /// - Parameter condition: SQL over the table's own columns.
    public func among(_ condition: SQL, order: SQL? = nil) -> ReferenceTarget {
        var target = self
        target.among = condition
        target.order = order
        return target
    }

    /// The same with those that were archived since: what happened with them is still to be told.
    public var archivedToo: ReferenceTarget {
        var target = self
        target.offersArchived = true
        return target
    }
}

extension ReferenceTarget.Mask {
    /// Rows that it covers.
    public var covers: SQL { condition }

    /// What its rows are called for a caller; nil when the caller may read their names.
    public func words(for access: Access) -> String? { access.can(permission) ? nil : words }
}

/// Records of the kernel that the records of every module may point to.
extension ReferenceTarget {
    /// Somebody of the team; namesakes are told apart.
    public static let professional = ReferenceTarget(record: "core.professional", table: "kernel.professional", title: "shown_name")
    public static let room = ReferenceTarget(record: "core.room", table: "kernel.room", title: "name")
    public static let site = ReferenceTarget(record: "core.site", table: "kernel.site", title: "name")
    public static let group = ReferenceTarget(record: "core.group", table: "kernel.team_group", title: "name")
    public static let task = ReferenceTarget(record: "core.task", table: "kernel.task", title: "title")
}
