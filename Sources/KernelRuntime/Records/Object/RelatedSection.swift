import HTML
import Kernel
import KernelUI

/// Objects of another record that point to the one on the page: the first rows of that record's own list, and the way to add one.
struct RelatedSection: Sendable {
    /// Rows shown; the list itself has the others.
    private static let most = 10

    private let panel: RelatedPanel
    private let plan: RecordPlan
    private let place: Int
    private let shown: Set<String>

    /// Nil where no module of the house declares the record, or the field is no reference of it.
    init?(_ panel: RelatedPanel, _ catalog: RecordCatalog) {
        guard let entry = catalog.entry(panel.record),
            let place = entry.record.fields.firstIndex(where: { $0.name == panel.field && $0.target != nil })
        else { return nil }
        self.panel = panel
        self.place = place
        plan = RecordPlan(record: entry.record, module: entry.module, catalog: catalog)
        let columns = entry.record.columns
        shown = Set(entry.record.fields.filter { $0.target != nil && columns.contains($0.name) && $0.name != panel.field }.map(\.name))
    }

    func part(msp: Identifier, of id: Identifier, now: Instant) throws -> ObjectPart {
        let list = RecordListQuery(
            search: "", words: nil, filters: [ActiveFilter(field: place, parameter: panel.field, test: .anyID([id]))],
            order: plan.record.order, archived: false, deadline: nil)
        let asked = RecordPageQuery(list: list, perPage: Self.most)
        let titled = try plan.sql.withTitles.titled(shown)
        return try Read.ofRows(plan) { bound in
            let statements = try RecordListSQL(list, plan, msp: msp, now: now, bound: bound)
            return Read.group(
                Read(statements.page(asked, titles: shown)) { $0 }, Read(statements.summary([])) { try $0.scalar(as: Int.self) })
        }.map { found in
            { context in
                let access = context.view.access
                let (rows, count) = found(access)
                guard access.can(plan.record.permissions.read) else { return nil }
                let page = RecordListPage(
                    plan: plan, filters: RecordFilters(plan.record), access: access, asked: asked, query: FormValues([]),
                    base: access.msp.path(plan.listPath), rows: rows, titled: titled, count: count, sums: [:], names: [:],
                    wasBeyond: false, now: now)
                return { h in draw(page, of: id, isOpen: !context.isArchived, h) }
            }
        }
    }

    private func draw(_ page: RecordListPage, of id: Identifier, isOpen: Bool, _ h: HTMLWriter) {
        h.card(panel.title ?? plan.record.words.title, count: page.count) {
            if page.rows.isEmpty { h.empty(plan.record.words.purpose) } else { page.table(h, without: panel.field) }
            let add = isOpen && page.mayCreate
            guard add || page.count > page.rows.count else { return }
            h.div(.class("form__actions")) {
                if add {
                    let words = plan.record.words
                    h.linkButton(
                        "Ajouter \(words.isFeminine ? "une" : "un") \(words.singular)", href: "\(page.base)/nouveau?\(panel.field)=\(id)",
                        icon: .add)
                }
                if page.count > page.rows.count {
                    h.linkButton(
                        "Voir les \(French.number(page.count)) \(plan.record.words.plural)", href: "\(page.base)?\(panel.field)=\(id)")
                }
            }
        }
    }
}
