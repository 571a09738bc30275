import Kernel

/// A row with the French names of what it refers to. Each referenced table is read once for all rows of the page:
/// the row-level policy checks a signature per scan, which a look-up per row would repeat.
struct TitledRow: Sendable {
    /// Name column of each reference field, by field name.
    private let aliases: [String: SQL]
    private let targets: [Target]
    private let row: SQL

    /// A table that fields point to, each once.
    private struct Target {
        let table: SQL
        let title: SQL
        let alias: SQL
        /// Which of its rows are the caller's; nil where all are.
        let rule: SQL?
        var fields: [(name: String, column: SQL, join: SQL, isMany: Bool)] = []
    }

    init(
        _ record: RecordType, table: SQL, row: SQL, names: [SQL], rule: (ReferenceTarget) -> SQL?
    ) throws(PostgresError) {
        self.row = row
        var aliases: [String: SQL] = [:]
        var targets: [Target] = []
        var places: [String: Int] = [:]
        for (index, field) in record.fields.enumerated() {
            guard let target = field.target else { continue }
            let join = try SQL.identifier("r\(index)")
            let key = "\(target.table) \(target.title.text)"
            if places[key] == nil {
                places[key] = targets.count
                targets.append(
                    Target(
                        table: try SQL.identifier(target.table), title: target.title, alias: try SQL.identifier("names\(targets.count)"),
                        rule: rule(target)))
            }
            if let place = places[key] { targets[place].fields.append((field.name, names[index], join, field.isMany)) }
            // What the reader may see is known when the answer is read: the cell says before the name whether the row is the caller's.
            let title: SQL = join + ".\"title\""
            aliases[field.name] = rule(target) == nil ? title : "case when " + join + ".\"own\" then '+' else '-' end || " + title
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
            let single = fields.filter { !$0.isMany }.map { "\"p\"." + $0.column }.joined(separator: ", ")
            var ids = fields.filter(\.isMany).map { "select unnest(\"p\"." + $0.column + ") from \"p\"" }
            if !single.isEmpty { ids.insert("select unnest(array[" + single + "]) from \"p\"", at: 0) }
            parts.append(
                target.alias + " as materialized (select \"id\", (" + target.title + ")::text as \"title\""
                    + (target.rule.map { ", " + $0 + " as \"own\"" } ?? SQL.empty) + " from " + target.table
                    + " where \"msp_id\" = $1 and \"id\" = any(array(" + ids.joined(separator: " union all ") + ")))")
            for field in fields {
                guard !field.isMany else {
                    joins +=
                        " left join lateral (select string_agg(\"n\".\"title\", ', ' order by \"n\".\"title\" collate \"kernel\".\"french\")"
                        + " as \"title\" from " + target.alias + " \"n\" where \"n\".\"id\" = any(\"p\"." + field.column + ")) "
                        + field.join
                        + " on true"
                    continue
                }
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
