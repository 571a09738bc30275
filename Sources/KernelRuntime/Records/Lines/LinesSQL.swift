import Kernel

/// The statements of one list of lines beside those of its rows. `$1` is the MSP, `$2` the record.
struct LinesSQL: Sendable {
    /// Every line in order, with the names of what it refers to.
    let all: SQL
    /// Reference fields in the order of their names behind the cells of `all`.
    let titled: [String]
    /// `$3` are the lines in their new order; places are tens, so that a line stands between two others without moving them.
    let reorder: SQL
    /// `$2` is the line.
    let delete: SQL

    static let step = 10
    static let farthest = 10_000

    init(_ lines: Lines, of record: RecordType, rule: (ReferenceTarget) -> SQL? = { _ in nil }) throws(PostgresError) {
        let row = lines.row(of: record)
        let rows = try RecordSQL(row, archives: lines.removal == .archive, rule: rule)
        let parent = try SQL.identifier(lines.parent)
        let references = Set(lines.fields.filter { $0.target != nil }.map(\.name))
        var page: SQL = "select " + rows.row + " from " + rows.table + " \"t\" where \"t\".\"msp_id\" = $1 and \"t\"." + parent + " = $2"
        if lines.removal == .archive { page += " and \"t\".\"archived_at\" is null" }
        titled = rows.withTitles.titled(references)
        all = rows.withTitles.wrap(page: page, fields: references, order: " order by " + (try Self.order(lines)) + ", \"p\".\"id\"")
        delete = "delete from " + rows.table + " where \"msp_id\" = $1 and \"id\" = $2"
        if let column = lines.order.column {
            let place = try SQL.identifier(column)
            reorder =
                "update " + rows.table + " \"t\" set " + place + " = \"v\".\"place\" * 10 from unnest($3::uuid[]) with ordinality "
                + "\"v\" (\"id\", \"place\") where \"t\".\"msp_id\" = $1 and \"t\"." + parent
                + " = $2 and \"t\".\"id\" = \"v\".\"id\" and \"t\"." + place + " <> \"v\".\"place\" * 10"
        } else {
            reorder = SQL.empty
        }
    }

    /// By the place, or by a field as people see it.
    private static func order(_ lines: Lines) throws(PostgresError) -> SQL {
        switch lines.order {
        case .position(let column): return "\"p\"." + (try SQL.identifier(column))
        case .by(let name):
            guard let index = lines.fields.firstIndex(where: { $0.name == name }) else { return "\"p\".\"id\"" }
            let field = lines.fields[index]
            let column: SQL = "\"p\"." + (try SQL.identifier(field.column))
            switch field.kind {
            case .text, .longText, .email, .phone, .url, .rpps, .finess: return column + " collate \"kernel\".\"french\""
            case .reference: return (try SQL.identifier("r\(index)")) + ".\"title\" collate \"kernel\".\"french\""
            default: return column
            }
        }
    }
}
