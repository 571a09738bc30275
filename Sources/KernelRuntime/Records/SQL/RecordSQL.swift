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
    let one: SQL
    let locked: SQL
    /// The rows of `$2`, locked in the order of their ids.
    let lockedMany: SQL
    let withTitles: TitledRow

    /// - Parameter archives: false for lines whose table has no `archived_at`: they are deleted.
    init(_ record: RecordType, archives: Bool = true) throws(PostgresError) {
        table = try SQL.identifier(record.table)
        var names: [SQL] = []
        for field in record.fields { names.append(try SQL.identifier(field.column)) }
        let qualified = names.map { "\"t\"." + $0 }
        columns = qualified
        // A second look at a column has a name of its own within the row, and is never written.
        let stored = Set(record.storedFields.map(\.name))
        let written = zip(record.fields, names).filter { stored.contains($0.0.name) }.map(\.1)
        var cells = qualified
        for (index, field) in record.fields.enumerated() where !stored.contains(field.name) {
            names[index] = try SQL.identifier("_\(index)")
            cells[index] = qualified[index] + " as " + names[index]
        }
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
        one = "select " + row + source + " and \"t\".\"id\" = $2"
        locked = one + " for update"
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
        withTitles = try TitledRow(record, table: table, row: row, names: names)
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

/// A row with the French names of what it refers to. Each referenced table is read once for all rows of the page:
/// the row-level policy checks a signature per scan, which a look-up per row would repeat.
struct TitledRow: Sendable {
    /// Name column of each reference field, by field name.
    private let aliases: [String: SQL]
    private let targets: [(table: SQL, title: SQL, alias: SQL, fields: [(name: String, column: SQL, join: SQL)])]
    private let row: SQL

    init(_ record: RecordType, table: SQL, row: SQL, names: [SQL]) throws(PostgresError) {
        self.row = row
        var aliases: [String: SQL] = [:]
        var targets: [(table: SQL, title: SQL, alias: SQL, fields: [(name: String, column: SQL, join: SQL)])] = []
        var places: [String: Int] = [:]
        for (index, field) in record.fields.enumerated() {
            guard let target = field.target else { continue }
            let join = try SQL.identifier("r\(index)")
            let key = "\(target.table) \(target.title.text)"
            if places[key] == nil {
                places[key] = targets.count
                targets.append((try SQL.identifier(target.table), target.title, try SQL.identifier("names\(targets.count)"), []))
            }
            if let place = places[key] { targets[place].fields.append((field.name, names[index], join)) }
            aliases[field.name] = join + ".\"title\""
        }
        self.aliases = aliases
        self.targets = targets
    }

    /// Wraps a page of rows: the same cells in the same order, then the name of each asked reference, in the order given
    /// by `titled(_:)`. `order` sorts by cells of the page, called `p`.
    /// - Parameter beside: one more cell for each row of the page, the last: a part of `with`, its join and the cell.
    func wrap(page: SQL, fields wanted: Set<String>, order: SQL, beside: (part: SQL, join: SQL, cell: SQL)? = nil) -> SQL {
        var parts: [SQL] = ["\"p\" as materialized (" + page + ")"]
        var joins = SQL.empty
        var cells: SQL = "\"p\".*"
        for target in targets {
            let fields = target.fields.filter { wanted.contains($0.name) }
            guard !fields.isEmpty else { continue }
            let ids = fields.map { "\"p\"." + $0.column }.joined(separator: ", ")
            parts.append(
                target.alias + " as materialized (select \"id\", (" + target.title + ")::text as \"title\" from " + target.table
                    + " where \"msp_id\" = $1 and \"id\" = any(array(select unnest(array[" + ids + "]) from \"p\")))")
            for field in fields {
                joins += " left join " + target.alias + " " + field.join + " on " + field.join + ".\"id\" = \"p\"." + field.column
            }
        }
        for name in titled(wanted) { if let alias = aliases[name] { cells += ", " + alias } }
        if let beside {
            parts.append(beside.part)
            joins += beside.join
            cells += ", " + beside.cell
        }
        return "with " + parts.joined(separator: ", ") + " select " + cells + " from \"p\"" + joins + order
    }

    /// Reference fields among those asked, in the order of their cells after the row's own.
    func titled(_ wanted: Set<String>) -> [String] { targets.flatMap { $0.fields.map(\.name) }.filter(wanted.contains) }
}
