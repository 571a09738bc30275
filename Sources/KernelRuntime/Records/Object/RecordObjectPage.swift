import HTML
import Kernel
import KernelUI

/// Draws the page of one record (ui-conventions 5).
struct RecordObjectPage {
    enum Tab { case summary, history }

    let plan: RecordPlan
    let view: RecordView
    let row: RecordRow
    /// Absolute path of the list.
    let base: String
    /// Query of the list one came from.
    let back: String?
    let tab: Tab
    /// What was said of its deadlines; none on the history.
    let marks: [DeadlineMark]

    private var record: RecordType { plan.record }
    private var access: Access { view.access }
    private var zone: String { access.msp.timeZone }
    private var isArchived: Bool { row.archivedAt != nil }
    private var deadlines: DeadlinePanel {
        DeadlinePanel(
            record: record, access: access, values: row.values,
            standings: isArchived || tab != .summary ? [] : record.standings(row.values, marks: marks, zone: access.msp.timeZone),
            today: LocalTime(view.now, zone: access.msp.timeZone).date, href: view.href, revision: row.revision)
    }

    func page(body: @escaping Fragment, side: Fragment?) -> Page {
        Page(
            access: access, title: plan.title(row.values, titles: row.titles),
            crumbs: plan.crumbs(back.flatMap { $0.isEmpty ? nil : "\(base)?\($0)" } ?? base),
            head: head,
            actions: actions, side: side,
            body: { h in
                if let archivedAt = row.archivedAt {
                    let ending = record.words.isFeminine ? "Archivée" : "Archivé"
                    h.message("\(ending) le \(French.longDateTime(access.local(archivedAt))). Lecture seule.", tone: .note)
                }
                tabs(h)
                deadlines.draw(h)
                body(h)
            })
    }

    // MARK: Title line

    /// State, then the first facts of the list's columns.
    private func head(_ h: HTMLWriter) {
        if isArchived { h.chip(record.words.isFeminine ? "Archivée" : "Archivé", tone: .soft) }
        if let state = record.workflow?.shownState(row.values) { h.chip(state) }
        deadlines.chips(h)
        let hidden = Set([record.titleField, record.workflow?.field ?? ""])
        let facts = record.columns.lazy.filter { !hidden.contains($0) }.compactMap { name -> (String, String)? in
            guard let field = record.field(name), let text = shown(field) else { return nil }
            return (label(field), text)
        }
        for (label, value) in facts.prefix(3) { h.fact(label, value) }
    }

    private var drawing: FieldDrawing { FieldDrawing(plan: plan, access: access, values: row.values, titles: row.titles) }

    private func shown(_ field: RecordField) -> String? { drawing.shown(field) }

    private func label(_ field: RecordField) -> String { drawing.label(field) }

    private func actions(_ h: HTMLWriter) {
        let possible =
            isArchived
            ? [] : record.actions.filter { $0.isListed && access.can($0.permission) && plan.allows($0, row.values) }
        for action in possible where action.rank == .main { button(action, kind: .main, h) }
        if !isArchived, plan.isEditable(row.values), record.permissions.update.map(access.can) ?? false,
            !plan.writable(creating: false).isEmpty
        {
            h.linkButton("Modifier", href: "\(view.href)/modifier", icon: .edit, .data("shortcut", "e"))
        }
        if !isArchived {
            for link in record.links where access.can(link.permission) {
                guard let path = link.path(view.id, row.values) else { continue }
                h.linkButton(link.label, href: access.msp.path(path))
            }
        }
        let others = possible.filter { $0.rank == .ordinary }
        let last = possible.filter { $0.rank == .destructive }
        let mayArchive = record.permissions.archive.map(access.can) ?? false
        guard !others.isEmpty || !last.isEmpty || mayArchive else { return }
        h.actionMenu {
            for action in others { button(action, kind: .plain, h) }
            if mayArchive {
                h.postButton(
                    isArchived ? "Rétablir" : "Archiver", action: "\(view.href)/\(isArchived ? "retablir" : "archiver")", csrf: access.csrf)
            }
            for action in last { button(action, kind: .stop, h) }
        }
    }

    /// An act that asks something opens its form; another one is sent at once.
    private func button(_ action: RecordAction, kind: ButtonKind, _ h: HTMLWriter) {
        let href = "\(view.href)/\(action.path)"
        if action.fields.isEmpty, action.confirmation == nil {
            h.postButton(
                action.label, action: href, csrf: access.csrf, kind: kind,
                fields: [("revision", "\(row.revision)"), ("_key", Token.make().text)])
        } else {
            h.linkButton(action.label, href: href, kind: kind)
        }
    }

    // MARK: Body

    private func tabs(_ h: HTMLWriter) {
        let kept = back.map { "retour=\(QueryText.encoded($0))" }
        h.tabs(
            "Onglets",
            [("Résumé", "", Self.Tab.summary), ("Historique", "onglet=historique", Self.Tab.history)].map { label, name, own in
                let query = [name, kept ?? ""].filter { !$0.isEmpty }.joined(separator: "&")
                return KernelUI.Tab(label, href: query.isEmpty ? view.href : "\(view.href)?\(query)", isCurrent: tab == own)
            })
    }
}
