import Kernel

/// The statements of one record, composed once from its declaration: names go through `SQL.identifier`, values never
/// come in. `$1` is always the MSP.
struct RecordSQL: Sendable {
    /// Cells in front of the fields in every row: id, revision, created_at, updated_at, archived_at.
    static let head = 5

    let table: SQL
    /// Qualified column of each field (`"t"."title"`), in the order of the declaration.
    let columns: [SQL]
    /// `select` list of a whole row.
    let row: SQL
    /// The same places with only what a list on screen shows: the rest is null, so that nothing is written out to be dropped.
    let listed: SQL
    private let inserting: (columns: SQL, values: SQL, places: Int)
    /// Places the fields take in `insert` and `update`, after the fixed ones.
    let update: SQL
    let archive: SQL
    let restore: SQL
    private let single: SQL
    /// The record's row rule as a further condition; empty without one.
    private let own: SQL
    /// The rows of `$2`, locked in the order of their ids.
    let lockedMany: SQL
    let withTitles: TitledRow
    /// Several references of the rows of `$2`, by field name: `$3` are those that stay, or come.
    let links: [String: (drop: SQL, add: SQL)]

    /// - Parameters:
    ///   - archives: false for lines whose table has no `archived_at`: they are deleted.
    ///   - rule: row rule of what a reference points to, as a condition on its table.
    init(
        _ record: RecordType, archives: Bool = true, rule: (ReferenceTarget) -> SQL? = { _ in nil }
    ) throws(PostgresError) {
        table = try SQL.identifier(record.table)
        var names: [SQL] = []
        for field in record.fields { names.append(try SQL.identifier(field.column)) }
        var qualified = names.map { "\"t\"." + $0 }
        for (index, field) in record.fields.enumerated() { if let links = field.links { qualified[index] = try Self.linked(links) } }
        columns = qualified
        // A second look at a column has a name of its own within the row, and is never written.
        let stored = Set(record.writtenFields.map(\.name))
        let written = zip(record.fields, names).filter { stored.contains($0.0.name) }.map(\.1)
        var cells = qualified
        for (index, field) in record.fields.enumerated() where !stored.contains(field.name) {
            names[index] = try SQL.identifier("_\(index)")
            cells[index] = qualified[index] + " as " + names[index]
        }
        links = try Self.links(record, table)
        let archived: SQL = archives ? "\"t\".\"archived_at\"" : "null as \"archived_at\""
        let head: SQL = "\"t\".\"id\", \"t\".\"revision\", \"t\".\"created_at\", \"t\".\"updated_at\", " + archived
        row = ([head] + cells).joined(separator: ", ")
        let said = record.fields.filter { record.columns.contains($0.name) }.compactMap(\.agreesWith)
        // What says whether a deadline runs, and for when: the chip is drawn from it.
        let due = record.deadlines.isEmpty ? [] : record.deadlines.flatMap(\.fields) + [record.workflow?.field].compactMap { $0 }
        let found = record.findable.map { $0 + record.namedBy } ?? []
        let shown = Set(record.columns + said + due + found + (record.workflow?.shown?.fields ?? []))
        let seen = zip(record.fields, zip(names, cells)).map { field, cell in
            shown.contains(field.name) ? cell.1 : "null as " + cell.0
        }
        let listedHead: SQL = "\"t\".\"id\", null as \"revision\", null as \"created_at\", null as \"updated_at\", \"t\".\"archived_at\""
        listed = ([listedHead] + seen).joined(separator: ", ")
        let source: SQL = " from " + table + " \"t\" where \"t\".\"msp_id\" = $1"
        single = "select " + row + source + " and \"t\".\"id\" = $2"
        own = record.ownRows("\"t\".").map { " and " + $0 } ?? SQL.empty
        lockedMany = "select " + row + source + " and \"t\".\"id\" = any($2) order by \"t\".\"id\" for update"
        // $2 id, $3 moment, $4 account, then one place a field.
        let places = written.indices.map { SQL.parameter($0 + 5) }
        let fields: SQL = written.isEmpty ? SQL.empty : ", " + written.joined(separator: ", ")
        let values: SQL = places.isEmpty ? SQL.empty : ", " + places.joined(separator: ", ")
        inserting = (
            "insert into " + table + " (\"msp_id\", \"id\", \"revision\", \"created_at\", \"updated_at\", \"created_by\", \"updated_by\""
                + fields, ") values ($1, $2, 1, $3, $3, $4, $4" + values, written.count + 4
        )
        let change: SQL = " set \"revision\" = \"revision\" + 1, \"updated_at\" = $3, \"updated_by\" = $4"
        let key: SQL = " where \"msp_id\" = $1 and \"id\" = $2"
        let assignments = zip(written, places).map { $0 + " = " + $1 }
        update =
            "update " + table + change + (assignments.isEmpty ? SQL.empty : ", " + assignments.joined(separator: ", ")) + key
            + " returning \"revision\""
        archive = "update " + table + change + ", \"archived_at\" = $3" + key + " returning \"revision\""
        restore = "update " + table + change + ", \"archived_at\" = null" + key + " returning \"revision\""
        withTitles = try TitledRow(record, table: table, row: row, names: names, rule: rule)
    }

    /// The row of `$2`.
    /// - Parameter bound: whether the row rule holds for the caller.
    func one(bound: Bool) -> SQL { bound ? single + own : single }

    func locked(bound: Bool) -> SQL { one(bound: bound) + " for update" }

    /// A further condition on the rows `t`.
    func condition(bound: Bool) -> SQL { bound ? own : SQL.empty }

    /// What a row of `t` is linked to, in one cell.
    private static func linked(_ links: LinkTable) throws(PostgresError) -> SQL {
        let target = try SQL.identifier(links.target)
        let rows: SQL = " from " + (try SQL.identifier(links.table)) + " \"k\" where \"k\".\"msp_id\" = $1 and \"k\"."
        return "array(select \"k\"." + target + rows + (try SQL.identifier(links.parent)) + " = \"t\".\"id\" order by \"k\"." + target + ")"
    }

    private static func links(_ record: RecordType, _ table: SQL) throws(PostgresError) -> [String: (drop: SQL, add: SQL)] {
        var all: [String: (drop: SQL, add: SQL)] = [:]
        for field in record.fields {
            guard let links = field.links, let end = field.target else { continue }
            let (name, parent, target) = (
                try SQL.identifier(links.table), try SQL.identifier(links.parent), try SQL.identifier(links.target)
            )
            let drop: SQL =
                "delete from " + name + " where \"msp_id\" = $1 and " + parent + " = any($2) and " + target + " <> all($3::uuid[])"
            let rows: SQL =
                " select \"t\".\"msp_id\", \"t\".\"id\", \"x\".\"id\" from " + table + " \"t\" join " + (try SQL.identifier(end.table))
                + " \"x\" on \"x\".\"msp_id\" = \"t\".\"msp_id\" where \"t\".\"msp_id\" = $1 and \"x\".\"msp_id\" = $1"
                + " and \"t\".\"id\" = any($2) and \"x\".\"id\" = any($3::uuid[]) on conflict do nothing"
            all[field.name] = (drop, "insert into " + name + " (\"msp_id\", " + parent + ", " + target + ")" + rows)
        }
        return all
    }

    /// Columns that the engine alone writes.
    static let standing: Set<String> = [
        "msp_id", "id", "revision", "created_at", "updated_at", "created_by", "updated_by", "archived_at",
    ]

    /// The revision alone of the rows of `$2`, for what is written beside them.
    var moved: SQL { change([], isArchived: nil, moves: true) }

    /// A new row, with columns behind the fields that no face shows.
    func insert(keeping kept: [SQL]) -> SQL {
        let places = kept.indices.map { SQL.parameter(inserting.places + 1 + $0) }
        return inserting.columns + kept.map { ", " + $0 }.joined(separator: SQL.empty) + inserting.values
            + places.map { ", " + $0 }.joined(separator: SQL.empty) + ")"
    }

    /// Some columns of the rows of `$2`: `$3` moment, `$4` account, then one place a column.
    /// - Parameter moves: whether the revision moves on with it.
    func change(_ columns: [SQL], isArchived: Bool?, moves: Bool) -> SQL {
        var sets: [SQL] = ["\"updated_at\" = $3", "\"updated_by\" = $4"]
        if moves { sets.insert("\"revision\" = \"revision\" + 1", at: 0) }
        if let isArchived { sets.append(isArchived ? "\"archived_at\" = $3" : "\"archived_at\" = null") }
        for (place, column) in columns.enumerated() { sets.append(column + " = " + SQL.parameter(place + 5)) }
        return "update " + table + " set " + sets.joined(separator: ", ") + " where \"msp_id\" = $1 and \"id\" = any($2)"
    }
}
