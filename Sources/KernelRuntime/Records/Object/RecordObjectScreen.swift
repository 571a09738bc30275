import HTML
import Kernel
import KernelUI

/// The page of one record: summary or history, with what other modules add beside it.
struct RecordObjectScreen: Sendable {
    let plan: RecordPlan
    private var record: RecordType { plan.record }

    /// Everything in one round trip.
    func answer(_ request: MspRequest) async throws -> PageResponse {
        let id = try plan.subject(request)
        let tab = try tab(request.web.query)
        let msp = request.msp.id
        let parts = ObjectParts(plan: plan, msp: msp, id: id, now: request.web.now)
        let isSummary = tab == .summary
        let marks = isSummary && !record.deadlines.isEmpty ? [DeadlineSQL.read(msp: msp, record, of: id)] : []
        let history = RecordHistory(plan)

        let shownLines = isSummary ? plan.shownLines : []
        let lines = try shownLines.map { Read(Query(try $0.sql.all, .id(msp), .id(id))) { $0 } }
        let hasFiles = isSummary && !(record.files.isEmpty && record.papers.allSatisfy { $0.seal == nil })
        let (access, found, said, lineRows, files, body, side, past) = try await request.read(
            Read.ofRows(plan) { bound in .first(try plan.object(msp: msp, id, bound: bound)) { $0 } }, .list(marks), .list(lines),
            .list(hasFiles ? [RecordFile.read(msp: msp, record, of: id)] : []), .list(isSummary ? try parts.body() : []),
            .list(isSummary ? parts.side() : []), Read(all: isSummary ? [] : try history.queries(msp: msp, id: id)) { Array($0) })
        guard let row = found(access) else { return try unfilled(request, access) }
        let object = try RecordRow(row, plan, titled: try plan.titled, for: access)
        let base = request.path(plan.listPath)
        let view = RecordView(
            access: access, id: id, revision: object.revision, values: object.values, titles: object.titles, now: request.web.now,
            href: plan.href(id, request.msp))
        let page = RecordObjectPage(
            plan: plan, view: view, row: object, base: base, back: request.web.query["retour"], tab: tab, marks: said.flatMap { $0 })
        if !isSummary {
            let entries = try history.entries(past, for: access)
            return .page(page.page(body: { h in history.draw(entries, h) }, side: nil))
        }
        var rows: [String: [RecordRow]] = [:]
        for (lines, found) in zip(shownLines, lineRows) { rows[lines.lines.name] = try lines.rows(found, of: id, for: access) }
        let context = ObjectContext(plan: plan, view: view, row: object, lines: rows, files: files.flatMap { $0 })
        let main = try body.compactMap { try $0(context) }
        let beside = try side.compactMap { try $0(context) }
        return .page(
            page.page(body: { h in for part in main { part(h) } }, side: beside.isEmpty ? nil : { h in for part in beside { part(h) } }))
    }

    /// A sheet that nobody filled in yet; another object is not found.
    private func unfilled(_ request: MspRequest, _ access: Access) throws -> PageResponse {
        guard record.isSheet else { throw Refusal.notFound }
        let base = request.path(plan.listPath)
        return .page(
            Page(access: access, title: record.words.title) { h in
                h.empty(record.words.purpose) {
                    if record.permissions.create.map(access.can) ?? false {
                        h.linkButton("Remplir", href: "\(base)/nouveau", kind: .main, icon: .edit)
                    }
                }
            })
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
