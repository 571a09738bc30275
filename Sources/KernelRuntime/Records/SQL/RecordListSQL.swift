import Kernel

/// Composes the statements of a list. The text depends on the shape of the request alone, never on its values, so that a
/// connection prepares each shape once.
struct RecordListSQL {
    /// Rows counted at most where no total is due; beyond, the list says « plus de 10 000 ».
    static let countLimit = 10_000

    private let plan: RecordPlan
    private let sql: RecordSQL
    /// Values of the conditions, then those of the order.
    private let parameters: [Parameter]
    private let conditionParameters: [Parameter]
    private let conditions: SQL
    private let sort: SQL
    private let sortJoin: SQL
    private let list: RecordListQuery
    private let sortField: RecordField

    /// - Parameter bound: whether the record's row rule holds for the caller.
    init(_ list: RecordListQuery, _ plan: RecordPlan, msp: Identifier, now: Instant, bound: Bool = false) throws {
        guard let index = plan.record.fields.firstIndex(where: { $0.name == list.order.field }) else {
            throw PostgresError(kind: .configuration)
        }
        self.plan = plan
        self.list = list
        let sql = try plan.sql
        self.sql = sql
        var parameters: [Parameter] = [.id(msp)]
        var conditions: [SQL] = []
        if !list.archived { conditions.append("\"t\".\"archived_at\" is null") }
        if let words = list.words {
            if words.isEmpty {
                conditions.append("false")
            } else {
                conditions.append(try Self.search(plan, sql, words, &parameters))
            }
        }
        for filter in list.filters {
            conditions.append(
                Self.condition(filter.test, sql.columns[filter.field], plan.record.fields[filter.field].kind, now: now, &parameters))
        }
        if let span = list.deadline {
            let deadlines = try plan.record.deadlines.map { deadline in try DeadlineSQL(deadline, plan.record) }
            conditions.append(span.condition(deadlines, now: now, &parameters))
        }
        self.conditions = conditions.reduce(SQL.empty) { $0 + " and " + $1 } + sql.condition(bound: bound)
        conditionParameters = parameters
        let field = plan.record.fields[index]
        sortField = field
        (sort, sortJoin) = try Self.sortExpression(field, sql.columns[index], plan, &parameters)
        self.parameters = parameters
    }

    /// A page of rows, in the cells that the list shows, with the names of what its columns refer to, behind the row's cells and the sort value.
    func page(_ page: RecordPageQuery, titles: Set<String>) -> Query {
        var parameters = parameters
        let offset: SQL
        if page.page > 1 {
            parameters.append(.int((page.page - 1) * page.perPage))
            offset = " offset " + SQL.parameter(parameters.count)
        } else {
            offset = SQL.empty
        }
        let rows =
            "select " + sql.listed + ", " + sort + " as \"_sort\"" + source + " order by " + sort + direction + ", \"t\".\"id\""
            + Self.limit(page.perPage) + offset
        let order: SQL = " order by \"p\".\"_sort\"" + direction + ", \"p\".\"id\""
        let hasDeadlines = !plan.record.deadlines.isEmpty
        guard hasDeadlines || !sql.withTitles.titled(titles).isEmpty else { return Query(rows, parameters: parameters) }
        if hasDeadlines { parameters.append(.text(plan.record.id)) }
        let beside = hasDeadlines ? DeadlineSQL.beside(record: parameters.count) : nil
        return Query(sql.withTitles.wrap(page: rows, fields: titles, order: order, beside: beside), parameters: parameters)
    }

    /// The number of rows, and the sums of the columns that have a total.
    func summary(_ totals: [Int]) -> Query {
        guard !totals.isEmpty else {
            return Query("select count(*) from (select 1" + rows(SQL.empty) + " limit 10001) \"c\"", parameters: conditionParameters)
        }
        let sums = totals.map { "sum(" + sql.columns[$0] + ")" }
        return Query("select count(*), " + sums.joined(separator: ", ") + rows(SQL.empty), parameters: conditionParameters)
    }

    /// The number of rows without a limit, for a page beyond the last.
    var exactCount: Query { Query("select count(*)" + rows(SQL.empty), parameters: conditionParameters) }

    /// The rows after a cursor, one more than asked at least, with the sort value behind the row's cells when it is not one of them.
    func slice(_ slice: RecordSliceQuery) -> Query {
        var parameters = parameters
        var after = SQL.empty
        if let cursor = slice.cursor { after = " and " + keyset(cursor, &parameters) }
        let withSort = sortColumn == nil || !slice.expanded.isEmpty
        let rows =
            "select " + sql.row + (withSort ? ", " + sort + " as \"_sort\"" : SQL.empty) + source + after + " order by " + sort + direction
            + ", \"t\".\"id\"" + Self.slice(slice.limit)
        guard !slice.expanded.isEmpty else { return Query(rows, parameters: parameters) }
        let order: SQL = " order by \"p\".\"_sort\"" + direction + ", \"p\".\"id\""
        return Query(sql.withTitles.wrap(page: rows, fields: slice.expanded, order: order), parameters: parameters)
    }

    /// Cell of the first name in a slice with names; they follow in the order of `TitledRow.titled`.
    var firstName: Int { RecordSQL.head + plan.record.fields.count + 1 }

    /// Cell that holds the sort value in a slice.
    var sortCell: Int { sortColumn ?? RecordSQL.head + plan.record.fields.count }

    /// The row's own cell when the order is that of a plain column.
    private var sortColumn: Int? {
        switch sortField.kind {
        case .reference, .references, .choice: nil
        default: plan.record.fields.firstIndex { $0.name == sortField.name }.map { RecordSQL.head + $0 }
        }
    }

    private var source: SQL { rows(sortJoin) }

    private func rows(_ join: SQL) -> SQL { " from " + sql.table + " \"t\"" + join + " where \"t\".\"msp_id\" = $1" + conditions }

    private var direction: SQL { list.order.descending ? " desc" : "" }

    /// Rows behind the cursor: the id rises whatever the order of the values. The first comparison is what an index can use.
    /// PostgreSQL puts nulls last upwards and first downwards.
    private func keyset(_ cursor: RecordCursor, _ parameters: inout [Parameter]) -> SQL {
        let descending = list.order.descending
        parameters.append(.id(cursor.id))
        let later: SQL = "\"t\".\"id\" > " + SQL.parameter(parameters.count)
        guard let key = cursor.key else {
            return descending ? "(" + sort + " is not null or " + later + ")" : "(" + sort + " is null and " + later + ")"
        }
        parameters.append(key)
        let value = SQL.parameter(parameters.count) + cast
        let beyond: SQL = sort + (descending ? " <= " : " >= ") + value + " and (" + sort + " <> " + value + " or " + later + ")"
        return descending || sortField.isRequired ? "(" + beyond + ")" : "((" + beyond + ") or " + sort + " is null)"
    }

    private var cast: SQL {
        switch sortField.kind {
        case .integer, .minutes, .money: "::bigint"
        case .choice: "::integer"
        case .decimal: "::numeric"
        case .boolean: "::boolean"
        case .date: "::date"
        case .instant: "::timestamptz"
        default: "::text"
        }
    }

    /// Texts in French order; codes in the order of their list; references by the name that people see.
    private static func sortExpression(
        _ field: RecordField, _ column: SQL, _ plan: RecordPlan, _ parameters: inout [Parameter]
    ) throws(PostgresError) -> (SQL, SQL) {
        switch field.kind {
        case .text, .longText, .email, .phone, .url, .rpps, .finess: return (column + " collate \"kernel\".\"french\"", SQL.empty)
        case .choice(let list):
            let states = plan.record.workflow.flatMap { $0.field == field.name ? $0.states.map(\.code) : nil }
            parameters.append(.texts(states ?? list.codes.map(\.code)))
            return ("array_position(" + SQL.parameter(parameters.count) + "::text[], " + column + ")", SQL.empty)
        case .reference(let target):
            // `offset 0` keeps the names one scan: see TitledRow.
            let join: SQL =
                " left join (select \"id\", (" + target.title + ")::text as \"title\" from " + (try SQL.identifier(target.table))
                + " where \"msp_id\" = $1 offset 0) \"s\" on \"s\".\"id\" = " + column
            return ("\"s\".\"title\" collate \"kernel\".\"french\"", join)
        default: return (column, SQL.empty)
        }
    }

    /// Every word must begin a word of the fields searched. The patterns are folded once; they hold letters and digits only.
    private static func search(
        _ plan: RecordPlan, _ sql: RecordSQL, _ words: [String], _ parameters: inout [Parameter]
    ) throws(PostgresError) -> SQL {
        var parts: [SQL] = []
        var coded = SQL.empty
        for (index, field) in plan.record.fields.enumerated() where plan.record.search.contains(field.name) {
            if case .choice(let list) = field.kind {
                parameters.append(.texts(list.codes(matching: words.joined(separator: " "))))
                coded = coded + " or " + sql.columns[index] + " = any(" + SQL.parameter(parameters.count) + "::text[])"
            } else if let target = field.target {
                parts.append(
                    "(select (" + target.title + ")::text from " + (try SQL.identifier(target.table))
                        + " where \"msp_id\" = $1 and \"id\" = "
                        + sql.columns[index] + ")")
            } else {
                parts.append(sql.columns[index])
            }
        }
        // Codes alone: what they are called is all that is looked into.
        guard !parts.isEmpty else { return coded.isEmpty ? "false" : "(false" + coded + ")" }
        parameters.append(.texts(words))
        let spelled = begins("concat_ws(' ', " + parts.joined(separator: ", ") + ")", words: SQL.parameter(parameters.count))
        return coded.isEmpty ? spelled : "(" + spelled + coded + ")"
    }

    /// Every word begins a word of a text.
    static func begins(_ text: SQL, words: SQL) -> SQL {
        "kernel.fold(" + text + ") ~ all (array(select '(^|[^a-z0-9])' || kernel.fold(\"w\") from unnest(" + words + "::text[]) \"w\"))"
    }

    /// Literal limits: a limit in a parameter would hide from the planner that few rows are wanted.
    private static func limit(_ size: Int) -> SQL {
        switch size {
        case 8: " limit 8"
        case 10: " limit 10"
        case 20: " limit 20"
        case 25: " limit 25"
        case 50: " limit 50"
        case 100: " limit 100"
        default: " limit 250"
        }
    }

    private static func slice(_ limit: Int) -> SQL {
        switch limit {
        case ...20: " limit 21"
        case ...50: " limit 51"
        case ...100: " limit 101"
        default: " limit 201"
        }
    }
}
