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
        func statements(_ bound: Bool) throws -> RecordListSQL {
            try RecordListSQL(asked.list, plan, msp: request.msp.id, now: request.web.now, bound: bound)
        }
        let options = ReferenceOptions(filtersOf: plan, asked)
        let first = asked
        let reading = try await request.read(plan, and: try options.queries(msp: request.msp.id, of: nil, plan.catalog)) { bound in
            let rows = try statements(bound)
            return [rows.page(first, titles: titled), rows.summary(totals)]
        }
        var rows = reading.results[0]
        let summary = reading.results[1]
        var count: Int = try summary.scalar()
        var wasBeyond = false
        if rows.isEmpty, count > 0, asked.page > 1 {
            wasBeyond = true
            let held = try statements(plan.record.reading?.binds(reading.access) ?? false)
            if count > RecordListSQL.countLimit {
                count = try await request.read(held.exactCount).results[0].scalar()
            }
            asked.page = max(1, (count + asked.perPage - 1) / asked.perPage)
            rows = try await request.read(held.page(asked, titles: titled)).results[0]
        }
        var sums: [Int: FieldValue] = [:]
        if let row = summary.first {
            for (offset, field) in totals.enumerated() {
                if let sum: Int = try row[offset + 1] { sums[field] = .integer(sum) }
            }
        }
        let names = try options.names(reading.results.dropFirst(2), plan.catalog, reading.access)
        let page = RecordListPage(
            plan: plan, filters: filters, access: reading.access, asked: asked, query: request.web.query, base: request.path(plan.listPath),
            rows: rows,
            titled: try plan.sql.withTitles.titled(titled), count: count, sums: sums, names: names, wasBeyond: wasBeyond,
            now: request.web.now)
        return .page(page.page)
    }
}
