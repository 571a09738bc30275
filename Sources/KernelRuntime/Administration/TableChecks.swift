public import Kernel

/// Records and lines as their tables have them: a column for each field, of a type that takes what the field holds, standing columns, and
/// texts as long as the form lets them be. What differs would be a refusal without a sentence on the day somebody fills the field in.
public enum TableChecks {
    /// What the database says of one column.
    struct Column {
        /// As `format_type` writes it: `numeric(6,2)`, `text[]`.
        let type: String
        let mayBeNull: Bool
        let hasDefault: Bool
    }

    /// A declaration and its table.
    struct Owner {
        let id: String
        let table: String
        let standing: [String]
        let fields: [RecordField]
    }

    /// One English sentence for each difference between the declared records of a house and the tables that a pool reaches.
    public static func faults(_ registry: ModuleRegistry, _ pool: PostgresPool) async throws -> [String] {
        let owners = owners(registry)
        let tables = owners.map(\.table)
        async let columnRows = pool.run(
            Query(
                """
                select n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull, a.atthasdef
                from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where a.attnum > 0 and not a.attisdropped and n.nspname || '.' || c.relname = any($1)
                """, .texts(tables)))
        async let lengthRows = pool.run(
            Query(
                """
                select n.nspname || '.' || c.relname, m.parts[1], m.parts[2]::int
                from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
                cross join regexp_matches(pg_get_constraintdef(k.oid), 'is_(?:line|text)\\(([a-z_]+), ([0-9]+)\\)', 'g') m(parts)
                where k.contype = 'c' and n.nspname || '.' || c.relname = any($1)
                """, .texts(tables)))
        var columns: [String: [String: Column]] = [:]
        for row in try await columnRows {
            columns[try row[0] as String, default: [:]][try row[1]] = Column(
                type: try row[2], mayBeNull: try row[3], hasDefault: try row[4])
        }
        var lengths: [String: Int] = [:]
        for row in try await lengthRows { lengths["\(try row[0] as String).\(try row[1] as String)"] = try row[2] as Int }
        return owners.flatMap { faults($0, columns[$0.table] ?? [:], lengths: lengths) }
    }

    private static func owners(_ registry: ModuleRegistry) -> [Owner] {
        registry.modules.flatMap(\.contributions.records).flatMap { record in
            [
                Owner(
                    id: record.id, table: record.table, standing: standing + ["archived_at"],
                    fields: record.fields.filter { $0.links == nil })
            ]
                // Several references stand in a table of their own.
                + record.fields.compactMap { field in
                    field.links.map {
                        Owner(id: "\(record.id).\(field.name)", table: $0.table, standing: ["msp_id", $0.parent, $0.target], fields: [])
                    }
                }
                + record.lines.map { lines in
                    Owner(
                        id: "\(record.id).\(lines.name)", table: lines.table,
                        standing: standing + [lines.parent] + [lines.order.column].compactMap(\.self), fields: lines.fields)
                }
        }
    }

    private static let standing = ["msp_id", "id", "revision", "created_at", "created_by", "updated_at", "updated_by"]

    /// Pure: what is wrong with one table.
    static func faults(_ owner: Owner, _ columns: [String: Column], lengths: [String: Int]) -> [String] {
        guard !columns.isEmpty else { return ["\(owner.id): the table \(owner.table) does not exist."] }
        return owner.standing.filter { columns[$0] == nil }.map { "\(owner.id): \(owner.table) lacks the standing column \($0)." }
            + owner.fields.compactMap { field in
                let place = "\(owner.id): \(owner.table).\(field.column)"
                guard let column = columns[field.column] else { return "\(place) does not exist, the field \(field.name) is kept there." }
                guard field.kind.isKept(as: column.type) else {
                    return "\(place) is \(column.type), which does not take the field \(field.name)."
                }
                if let most = field.kind.longest, let length = lengths["\(owner.table).\(field.column)"], length < most {
                    return "\(place) takes \(length) characters, the form lets \(most) be written."
                }
                if field.isRequired, column.mayBeNull { return "\(place) may be null, the form asks for it." }
                let isGiven = field.isRequired || field.isReadOnly || field.isCompleted || !field.defaultValue.isNull
                return column.mayBeNull || column.hasDefault || isGiven ? nil : "\(place) may not be null, the form may leave it empty."
            }
    }
}

extension FieldKind {
    /// Whether a column of this type takes every value of the kind.
    func isKept(as type: String) -> Bool {
        switch self {
        case .text, .longText, .email, .phone, .url, .rpps, .finess, .choice: type == "text"
        case .integer(let range), .minutes(let range): range.upperBound <= Self.most(type)
        case .money: type == "bigint" || type == "integer"
        case .decimal(let scale, _, _): type == "numeric" || type.hasPrefix("numeric(") && type.hasSuffix(",\(scale))")
        case .boolean: type == "boolean"
        case .date: type == "date"
        case .instant: type == "timestamp with time zone"
        case .choices: type == "text[]"
        case .reference: type == "uuid"
        case .references: type == "uuid[]"
        }
    }

    /// Greatest number of a column; less than any where it holds none.
    private static func most(_ type: String) -> Int {
        switch type {
        case "smallint": 32_767
        case "integer": 2_147_483_647
        case "bigint": .max
        default: .min
        }
    }

    /// Characters that the form lets be written.
    fileprivate var longest: Int? {
        switch self {
        case .text(let most), .longText(let most): most
        default: nil
        }
    }
}
