import HTML
import Kernel
import KernelUI

/// The list of a record on screen.
struct RecordListScreen: Sendable {
    let plan: RecordPlan
    let filters: RecordFilters
    /// Reference fields whose names the columns show.
    private let titled: Set<String>
    /// Fields with a total under their column, by place in the declaration.
    private let totals: [Int]

    init(_ plan: RecordPlan) {
        self.plan = plan
        filters = RecordFilters(plan.record)
        let shown = Set(plan.record.columns)
        titled = Set(plan.record.fields.filter { shown.contains($0.name) && $0.target != nil }.map(\.name))
        totals = plan.record.fields.indices.filter { index in
            let field = plan.record.fields[index]
            guard shown.contains(field.name) else { return false }
            switch field.kind {
            case .minutes, .money: return true
            default: return false
            }
        }
    }

    /// Rows, count, totals and names of the filters in one round trip; one more when the page lies beyond the end.
    func answer(_ request: MspRequest) async throws -> PageResponse {
        var asked = try RecordPageQuery(request.web.query, plan, filters)
        let statements = try RecordListSQL(asked.list, plan, msp: request.msp.id, now: request.web.now)
        let options = ReferenceOptions(filtersOf: plan, asked)
        let reading = try await request.read(
            all: [statements.page(asked, titles: titled), statements.summary(totals)] + (try options.queries(msp: request.msp.id)))
        var rows = reading.results[0]
        let summary = reading.results[1]
        var count: Int = try summary.scalar()
        var wasBeyond = false
        if rows.isEmpty, count > 0, asked.page > 1 {
            wasBeyond = true
            if count > RecordListSQL.countLimit {
                count = try await request.read(statements.exactCount).results[0].scalar()
            }
            asked.page = max(1, (count + asked.perPage - 1) / asked.perPage)
            rows = try await request.read(statements.page(asked, titles: titled)).results[0]
        }
        var sums: [Int: FieldValue] = [:]
        if let row = summary.first {
            for (offset, field) in totals.enumerated() {
                if let sum: Int = try row[offset + 1] { sums[field] = .integer(sum) }
            }
        }
        let names = try options.names(reading.results.dropFirst(2))
        let page = RecordListPage(
            plan: plan, filters: filters, access: reading.access, asked: asked, query: request.web.query, base: request.path(plan.listPath),
            rows: rows,
            titled: try plan.sql.withTitles.titled(titled), count: count, sums: sums, names: names, wasBeyond: wasBeyond)
        return .page(page.page)
    }
}

/// Names of the records that reference fields may point to, for filters and forms; one statement for each table.
struct ReferenceOptions: Sendable {
    /// Shown as a list to choose from; beyond, names are typed and proposed.
    static let listLimit = 200
    private static let mostNames: SQL = " limit 1001"

    /// One referenced table with the fields that point to it.
    private struct Source: Sendable {
        let target: ReferenceTarget
        var fields: [String]
        /// Only these records, nil for all that are not archived.
        var ids: [Identifier]?
    }

    /// A record to choose.
    struct Option: Sendable {
        let id: Identifier
        let title: String
    }

    private var sources: [Source] = []

    /// Choices of every reference among some fields.
    init(choicesOf fields: [RecordField]) {
        for field in fields { if let target = field.target { add(target, field.name, nil) } }
    }

    /// Choices of every filter when the panel is open; otherwise the names of what is filtered on.
    init(filtersOf plan: RecordPlan, _ asked: RecordPageQuery) {
        if asked.showsAllFilters {
            for field in plan.record.fields where field.noFilterReason == nil {
                if let target = field.target { add(target, field.name, nil) }
            }
            return
        }
        for filter in asked.list.filters {
            let field = plan.record.fields[filter.field]
            if let target = field.target, case .anyID(let ids) = filter.test { add(target, field.name, ids) }
        }
    }

    private mutating func add(_ target: ReferenceTarget, _ field: String, _ ids: [Identifier]?) {
        let place = sources.firstIndex { $0.target.table == target.table && $0.target.title == target.title }
        guard let place else { return sources.append(Source(target: target, fields: [field], ids: ids)) }
        sources[place].fields.append(field)
        if let ids { sources[place].ids? += ids }
    }

    func queries(msp: Identifier) throws(PostgresError) -> [Query] {
        var queries: [Query] = []
        for source in sources {
            let select: SQL =
                "select \"id\", (" + source.target.title + ")::text as \"title\" from " + (try SQL.identifier(source.target.table))
                + " where \"msp_id\" = $1 and "
            let order: SQL = " order by (" + source.target.title + ")::text collate \"kernel\".\"french\", \"id\"" + Self.mostNames
            if let ids = source.ids {
                queries.append(Query(select + "\"id\" = any($2::uuid[])" + order, .id(msp), .ids(ids)))
            } else {
                queries.append(Query(select + "\"archived_at\" is null" + order, .id(msp)))
            }
        }
        return queries
    }

    /// Options by field, from the results of `queries`.
    func names(_ results: ArraySlice<ResultSet>) throws -> [String: [Option]] {
        var names: [String: [Option]] = [:]
        for (source, rows) in zip(sources, results) {
            let options = try rows.map { Option(id: try $0[0], title: try $0[1]) }
            for field in source.fields { names[field] = options }
        }
        return names
    }

    var count: Int { sources.count }
}
