public import Kernel

/// The states of a record are written once, in its workflow: the check of its table must name the same ones, or a state that a module
/// knows would be refused by the database, and one that it has forgotten be kept.
public enum StateChecks {
    /// One English sentence for each record whose table says otherwise.
    public static func faults(_ catalog: RecordCatalog, _ pool: PostgresPool) async throws -> [String] {
        let records = catalog.entries.compactMap { entry -> (record: RecordType, column: String, states: Set<String>)? in
            guard let workflow = entry.record.workflow, let field = entry.record.field(workflow.field) else { return nil }
            return (entry.record, field.column, Set(workflow.states.map(\.code)))
        }
        let rows = try await pool.run(
            Query(
                """
                select n.nspname || '.' || c.relname, a.attname, pg_get_constraintdef(k.oid)
                from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and k.conkey = array[a.attnum]
                where k.contype = 'c' and n.nspname || '.' || c.relname = any($1)
                """, .texts(records.map(\.record.table))))
        var checked: [String: Set<String>] = [:]
        for row in rows { checked["\(try row[0] as String).\(try row[1] as String)"] = codes(try row[2]) }
        return records.compactMap { record, column, states in
            guard let known = checked["\(record.table).\(column)"] else {
                return "no check of \(record.table) names the states of \(record.id) (\(column))."
            }
            let apart = known.symmetricDifference(states).sorted()
            return apart.isEmpty
                ? nil
                : "the check of \(record.table).\(column) and the workflow of \(record.id) disagree on \(apart.joined(separator: ", "))."
        }
    }

    /// The quoted words of a check.
    static func codes(_ definition: String) -> Set<String> {
        Set(
            definition.split(separator: "'", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
                String($0.element)
            })
    }
}
