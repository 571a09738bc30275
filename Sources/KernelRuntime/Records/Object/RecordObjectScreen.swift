import HTML
import Kernel
import KernelUI

/// The page of one record: summary or history, with what other modules add beside it.
struct RecordObjectScreen: Sendable {
    let plan: RecordPlan
    private var record: RecordType { plan.record }

    /// Everything in one round trip.
    func answer(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let tab = try tab(request.web.query)
        let msp = request.msp.id
        var queries: [Query] = []
        let hasDeadlines = tab == .summary && !record.deadlines.isEmpty
        let marksPlace = queries.count
        if hasDeadlines { queries.append(DeadlineSQL.marks(msp: msp, record, of: id)) }
        let hasFiles = tab == .summary && !record.files.isEmpty
        let filesPlace = queries.count
        if hasFiles { queries.append(RecordFile.query(msp: msp, record, of: id)) }
        let detail = tab == .summary ? record.detail?.queries(msp, id) ?? [] : []
        let detailRange = queries.count..<(queries.count + detail.count)
        queries += detail
        let slots = tab == .summary ? slots : []
        var slotRanges: [Range<Int>] = []
        for slot in slots {
            let own = slot.queries(msp, id)
            slotRanges.append(queries.count..<(queries.count + own.count))
            queries += own
        }
        let shownLines = tab == .summary ? plan.shownLines : []
        let linesStart = queries.count
        for lines in shownLines { queries.append(Query(try lines.sql.all, .id(msp), .id(id))) }
        let history = RecordHistory(plan)
        let historyStart = queries.count
        if tab == .history { queries += try history.queries(msp: msp, id: id) }

        let reading = try await request.read(plan, and: queries) { bound in [try plan.object(msp: msp, id, bound: bound)] }
        guard let first = reading.results[0].first else { throw Refusal.notFound }
        let results = Array(reading.results.dropFirst())
        let row = try RecordRow(first, plan, titled: try plan.titled, for: reading.access)
        let base = request.path(plan.listPath)
        let view = RecordView(
            access: reading.access, id: id, revision: row.revision, values: row.values, titles: row.titles, now: request.web.now,
            href: "\(base)/\(id)")
        let page = RecordObjectPage(
            plan: plan, view: view, row: row, base: base, back: request.web.query["retour"], tab: tab,
            files: hasFiles ? try results[filesPlace].map { try RecordFile($0) } : [],
            marks: hasDeadlines ? try DeadlineSQL.marks(results[marksPlace]) : [])

        if tab == .history {
            let entries = try history.entries(Array(results[historyStart...]), for: reading.access)
            return .page(page.page(body: { h in history.draw(entries, h) }, side: nil))
        }
        let body = try self.body(page, view, Array(results[detailRange]))
        var sections: [LinesSection] = []
        for (offset, lines) in shownLines.enumerated() {
            let rows = try lines.rows(results[linesStart + offset], of: id, for: reading.access)
            sections.append(LinesSection(plan: plan, lines: lines, view: view, isArchived: row.archivedAt != nil, rows: rows))
        }
        let drawn = sections
        return .page(
            page.page(
                body: { h in
                    body(h)
                    for section in drawn { section.draw(h) }
                }, side: side(slots, slotRanges, results, reading.access)))
    }

    /// The module's own drawing, or every field.
    private func body(_ page: RecordObjectPage, _ view: RecordView, _ results: [ResultSet]) throws -> Fragment {
        guard let detail = record.detail else { return page.fields }
        // Drawn once for nothing: an error must come before the answer has begun.
        try detail.render(view, results, HTMLWriter())
        return { h in try? detail.render(view, results, h) }
    }

    private var slots: [SlotContribution] {
        let own = "\(record.id).side"
        let named = record.detail?.slot
        return plan.catalog.contributions(to: named ?? own) + (named == nil || named == own ? [] : plan.catalog.contributions(to: own))
    }

    /// What other modules add; one that fails or that the reader may not see leaves no trace.
    private func side(_ slots: [SlotContribution], _ ranges: [Range<Int>], _ all: [ResultSet], _ access: Access) -> Fragment? {
        var parts: [(slot: SlotContribution, results: [ResultSet])] = []
        for (slot, range) in zip(slots, ranges) where access.can(slot.permission) {
            let results = Array(all[range])
            let trial = HTMLWriter()
            guard (try? slot.render(results, access, trial)) != nil, trial.count > 0 else { continue }
            parts.append((slot, results))
        }
        guard !parts.isEmpty else { return nil }
        return { h in for part in parts { try? part.slot.render(part.results, access, h) } }
    }

    private func tab(_ query: FormValues) throws -> RecordObjectPage.Tab {
        for name in query.names where name != "onglet" && name != "retour" {
            throw RecordListQuery.refusal([
                FieldFault(String(name.prefix(60)), "Le paramètre « \(name.prefix(60)) » n’existe pas pour cette page.")
            ])
        }
        switch query["onglet"] {
        case nil, "", "resume": return .summary
        case "historique": return .history
        default: throw RecordListQuery.refusal([FieldFault("onglet", "Cette fiche n’a pas cet onglet.")])
        }
    }
}
