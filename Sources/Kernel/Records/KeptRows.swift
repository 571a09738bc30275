/// Rows that live under a record and that only acts write: who was present, what was noted. They have no face of their own. A module says
/// what changes; who, when, the revision and what the trail tells of it are the engine's, as for a record.
///
/// The table has `msp_id`, `id`, the column of the record, and the standing columns.
public struct KeptRows: Sendable {
    /// What the trail calls them: no field and no lines of the record have that name.
    public let name: String
    /// Qualified table.
    public let table: String
    /// Column that holds the record's id.
    public let parent: String
    /// Columns that the trail tells from what to what; of the others only that the row changed.
    public let told: [String]

    public init(_ name: String, table: String, under parent: String, told: [String] = []) {
        self.name = name
        self.table = table
        self.parent = parent
        self.told = told
    }

    /// What becomes of a row that is there already.
    public struct Present: Sendable {
        let key: SQL
        let set: SQL
        let condition: SQL?

        /// - Parameters:
        ///   - key: the columns that make a row the same beside the record, each behind a comma; empty for one row a record.
        ///   - set: assignments over `excluded` and the row `t`.
        ///   - condition: which rows it changes; nil for all.
        public init(_ key: SQL = SQL.empty, set: SQL, where condition: SQL? = nil) {
            self.key = key
            self.set = set
            self.condition = condition
        }
    }
}

/// The statements on kept rows, composed of the declaration's names and of the module's own literals. `$1` MSP, `$2` record, `$3` moment,
/// `$4` account; the module's parameters begin at `$5`. The row is called `t`; each answer begins with its id, what the trail told of it
/// before and what it tells now.
struct KeptRowsSQL {
    private let table: SQL
    private let parent: SQL
    private let told: SQL
    private static let stamp: SQL = ", \"updated_at\" = $3, \"updated_by\" = $4, \"revision\" = t.\"revision\" + 1"

    init(_ rows: KeptRows) throws(PostgresError) {
        table = try SQL.identifier(rows.table)
        parent = try SQL.identifier(rows.parent)
        var columns: [SQL] = []
        for name in rows.told { columns.append("t." + (try SQL.identifier(name))) }
        told = "jsonb_build_array(" + columns.joined(separator: ", ") + ")"
    }

    func change(_ set: SQL, where condition: SQL, returning cells: SQL?) -> SQL {
        former(condition, " for update") + "update " + table + " t set " + set + Self.stamp
            + " from b where t.\"msp_id\" = $1 and t.\"id\" = b.\"row_id\""
            + returning("b.\"was\"", cells)
    }

    func put(_ columns: SQL, _ source: SQL, present: KeptRows.Present?, returning cells: SQL?) -> SQL {
        let insert: SQL =
            "insert into " + table + " as t (\"msp_id\", " + parent + ", \"created_at\", \"created_by\", " + columns
            + ") select $1, $2, $3, $4, "
            + source
        guard let present else { return insert + returning("null", cells) }
        // Read when the answer is made: the rows as the statement found them, hence without a lock on what it wrote itself.
        return former("true", SQL.empty) + insert + " on conflict (\"msp_id\", " + parent + present.key + ") do update set " + present.set
            + Self.stamp
            + (present.condition.map { " where " + $0 } ?? SQL.empty)
            + returning("(select b.\"was\" from b where b.\"row_id\" = t.\"id\")", cells)
    }

    private func former(_ condition: SQL, _ lock: SQL) -> SQL {
        "with b as materialized (select t.\"id\" as \"row_id\", " + told + " as \"was\" from " + table + " t where t.\"msp_id\" = $1 and t."
            + parent
            + " = $2 and (" + condition + ")" + lock + ") "
    }

    private func returning(_ was: SQL, _ cells: SQL?) -> SQL {
        " returning t.\"id\", " + was + "::text, " + told + "::text" + (cells.map { ", " + $0 } ?? SQL.empty)
    }
}
