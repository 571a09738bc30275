import HTML
import Kernel
import KernelUI

/// Draws a list (ui-conventions 3.1): search and filters, tags, table, pages.
struct RecordListPage {
    let plan: RecordPlan
    let filters: RecordFilters
    let access: Access
    let asked: RecordPageQuery
    /// The address as it came, to keep in links.
    let query: FormValues
    /// Absolute path of the list.
    let base: String
    let rows: ResultSet
    /// Reference fields whose names stand behind the row's cells and its sort value.
    let titled: [String]
    let count: Int
    let sums: [Int: FieldValue]
    let names: [String: [ReferenceOptions.Option]]
    let wasBeyond: Bool
    let now: Instant

    var record: RecordType { plan.record }
    var words: RecordWords { record.words }
    var zone: String { access.msp.timeZone }
    var mayCreate: Bool { record.permissions.create.map(access.can) ?? false }
    private var isFiltered: Bool {
        !asked.list.filters.isEmpty || asked.list.words != nil || asked.list.deadline != nil || asked.list.archived
    }

    var page: Page {
        Page(
            access: access, title: words.title, head: { h in h.span(.class("fact"), text: countText) },
            actions: mayCreate || journey != nil ? { h in acts(h) } : nil,
            body: { h in
                RecordFilterPanel(list: self).draw(h)
                if wasBeyond { h.message("Cette page n’existe plus\u{00A0}: voici la dernière.", tone: .note) }
                if rows.isEmpty {
                    empty(h)
                } else {
                    table(h)
                    pager(h)
                }
            })
    }

    /// « 238 réunions », « plus de 10 000 réunions ».
    private var countText: String {
        count > RecordListSQL.countLimit
            ? "plus de \(French.number(RecordListSQL.countLimit)) \(words.plural)" : French.plural(count, words.singular, words.plural)
    }

    private var journey: RecordJourney? { record.journey.flatMap { access.can($0.permission) ? $0 : nil } }

    /// The journey first, where there is one; the plain form beside it.
    private func acts(_ h: HTMLWriter) {
        if let journey { h.linkButton(journey.label, href: access.msp.path(journey.path), kind: .main, icon: .add, .data("shortcut", "n")) }
        guard mayCreate else { return }
        let label = "Ajouter \(words.isFeminine ? "une" : "un") \(words.singular)"
        if journey == nil {
            h.linkButton(label, href: "\(base)/nouveau", kind: .main, icon: .add, .data("shortcut", "n"))
        } else {
            h.linkButton(label, href: "\(base)/nouveau")
        }
    }

    // MARK: Nothing to show

    private func empty(_ h: HTMLWriter) {
        if isFiltered { return h.noResult(clearHref: base) }
        h.empty(words.purpose) { acts(h) }
    }

    // MARK: Table

    /// A column as the rows need it; a class, so that passing it for each cell copies nothing.
    private final class Column {
        let field: RecordField
        /// Cell of the value.
        let cell: Int
        /// Cell of the name of what a reference points to.
        let title: Int?
        let isWorkflow: Bool
        /// Cell of how the person is addressed whom the value is said of.
        let civility: Int?
        /// True when the name's cell is not yet the name as people read it.
        let isSaid: Bool

        init(_ field: RecordField, cell: Int, title: Int?, isWorkflow: Bool, civility: Int?, isSaid: Bool) {
            self.isSaid = isSaid
            self.field = field
            self.cell = cell
            self.title = title
            self.isWorkflow = isWorkflow
            self.civility = civility
        }
    }

    private func columns(without hidden: String?) -> [Column] {
        let shown = plan.named(titled, for: access)
        return record.columns.filter { $0 != hidden }.compactMap { name in
            func place(_ name: String) -> Int? { record.fields.firstIndex { $0.name == name }.map { RecordSQL.head + $0 } }
            guard let cell = place(name) else { return nil }
            let field = record.fields[cell - RecordSQL.head]
            return Column(
                field, cell: cell,
                title: shown.contains(name) ? titled.firstIndex(of: name).map { RecordSQL.head + record.fields.count + 1 + $0 } : nil,
                isWorkflow: record.workflow?.field == name, civility: field.agreesWith.flatMap(place),
                isSaid: field.target.map { $0.say != nil || plan.catalog.rule(of: $0) != nil } ?? false)
        }
    }

    /// - Parameter hidden: a column that says the same in every row, on the page of what it names; nothing is sorted there.
    func table(_ h: HTMLWriter, without hidden: String? = nil) {
        let columns = columns(without: hidden)
        let back = hidden == nil ? returnQuery : ""
        h.table(
            "\(words.title), \(countText)",
            columns: columns.map {
                TableColumn($0.field.label, $0.field.kind.isNumber ? .number : .text, sort: hidden == nil ? sort($0.field) : nil)
            },
            totals: sums.isEmpty ? nil : totals(columns)
        ) { table in
            for row in rows {
                table.row { cells in
                    for (position, column) in columns.enumerated() {
                        if position == 0 { name(row, column, back, &cells, h) } else { cell(row, column, &cells, h) }
                    }
                }
            }
        }
    }

    private func sort(_ field: RecordField) -> TableColumn.Sort? {
        guard plan.isSortable(field.name) else { return nil }
        let order = asked.list.order
        let isSorted = order.field == field.name
        return TableColumn.Sort(
            href: link(setting: ["sort": isSorted && !order.descending ? "-\(field.name)" : field.name]),
            isAscending: isSorted ? !order.descending : nil)
    }

    private func name(_ row: Row, _ column: Column, _ back: String, _ cells: inout RowWriter, _ h: HTMLWriter) {
        let id: String = (try? row[0]) ?? ""
        cells.title {
            h.a(.href("\(base)/\(id)\(back)")) { if !words(row, column, h) { h.text("Sans intitulé") } }
            if !row.isNull(4) {
                h.text(" ")
                h.chip(words.isFeminine ? "Archivée" : "Archivé", tone: .soft)
            } else if !record.deadlines.isEmpty {
                deadlines(row, h)
            }
        }
    }

    /// Chips of what is late or near.
    private func deadlines(_ row: Row, _ h: HTMLWriter) {
        let values = values(row, of: dueFields)
        let said: String? = (try? row[RecordSQL.head + record.fields.count + 1 + titled.count]) ?? nil
        let today = LocalTime(now, zone: zone).date
        for standing in record.standings(values, marks: DeadlineSQL.marks(said: said), zone: zone) where standing.isNear(today) {
            h.text(" ")
            h.chip(standing, today)
        }
    }

    private var dueFields: Set<String> {
        record.deadlines.reduce(into: Set([record.workflow?.field].compactMap { $0 })) { $0.formUnion($1.fields) }
    }

    private func cell(_ row: Row, _ column: Column, _ cells: inout RowWriter, _ h: HTMLWriter) {
        if row.isNull(column.cell) { return cells.cell(nil) }
        cells.cell { if !words(row, column, h) { h.text("—") } }
    }

    /// Writes one value; false when there is nothing to show. Texts go from the cell's bytes to the page's.
    private func words(_ row: Row, _ column: Column, _ h: HTMLWriter) -> Bool {
        let cell = column.cell
        switch column.field.kind {
        case .text, .longText, .email, .url, .rpps, .finess: return bytes(row, cell, h)
        case .reference, .references:
            guard let place = column.title else { return false }
            guard column.isSaid else { return bytes(row, place, h) }
            guard let cell: String = try? row[place], let title = plan.said(cell, column.field.name, for: access) else { return false }
            h.text(title)
            return true
        case .choice where column.isWorkflow:
            guard let code: String = try? row[cell] else { return false }
            if let state = shownState(row) ?? record.workflow?.state(code) { h.chip(state) } else { h.text(code) }
            return true
        case .money:
            guard let cents: Int = try? row[cell] else { return false }
            h.amount(cents: cents)
            return true
        default:
            let civility = column.civility.flatMap { try? row.decode($0, as: String?.self) } ?? nil
            guard let value = try? column.field.kind.value(row, cell),
                let text = FieldText.shown(value, column.field, workflow: record.workflow, zone: zone, civility: civility)
            else { return false }
            h.text(text)
            return true
        }
    }

    /// The state as other fields make it more precise; nil when the workflow looks at none.
    private func shownState(_ row: Row) -> Workflow.State? {
        guard let workflow = record.workflow, let shown = workflow.shown else { return nil }
        return workflow.shownState(values(row, of: Set(shown.fields + [workflow.field])))
    }

    private func values(_ row: Row, of names: Set<String>) -> RecordValues { record.values(listed: row, of: names) }

    private func bytes(_ row: Row, _ cell: Int, _ h: HTMLWriter) -> Bool {
        row.withBytes(cell) { bytes in
            guard let bytes, !bytes.isEmpty else { return false }
            h.textBytes(bytes)
            return true
        }
    }

    /// Sums over all filtered rows, and the line says so.
    private func totals(_ columns: [Column]) -> [String] {
        columns.enumerated().map { position, column in
            if position == 0 { return count < 2 ? "Total de la ligne" : "Total des \(French.number(count)) lignes" }
            return sums[column.cell - RecordSQL.head].flatMap { FieldText.shown($0, column.field, workflow: nil, zone: zone) } ?? ""
        }
    }

    // MARK: Pages

    private func pager(_ h: HTMLWriter) {
        let first = (asked.page - 1) * asked.perPage + 1
        let last = first + rows.count - 1
        let isAtLeast = count > RecordListSQL.countLimit
        h.pager(
            Pager(
                position: Pager.position(
                    first: first, last: last, total: isAtLeast ? RecordListSQL.countLimit : count, isAtLeast: isAtLeast),
                previousHref: asked.page > 1 ? link(setting: ["page": "\(asked.page - 1)"]) : nil,
                nextHref: last < count ? link(setting: ["page": "\(asked.page + 1)"]) : nil,
                pages: asked.page > 1 || last < count ? [(label: "Page \(asked.page)", href: nil, isCurrent: true)] : []))
        h.div(.class("pager")) {
            h.div(.class("pager__links")) {
                h.span(text: "Lignes par page")
                for size in [25, 50, 100, 250] {
                    if size == asked.perPage {
                        h.span(.aria(.current, "true"), text: "\(size)")
                    } else {
                        h.a(.href(link(setting: ["per_page": "\(size)"])), text: "\(size)")
                    }
                }
                h.a(.href(apiLink), text: "API")
            }
        }
    }

    // MARK: Addresses

    /// This list with some parameters changed; the page starts again unless it is set.
    func link(setting changes: [String: String] = [:], removing: Set<String> = []) -> String {
        var pairs = query.pairs.filter { !$0.value.isEmpty && $0.name != "page" && changes[$0.name] == nil && !removing.contains($0.name) }
        pairs += changes.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return pairs.isEmpty ? base : "\(base)?\(QueryText.encoded(pairs))"
    }

    /// The same filters for a program.
    private var apiLink: String {
        let own = RecordPageQuery.others
        let pairs = query.pairs.filter { !$0.value.isEmpty && !own.contains($0.name) }
        return plan.apiPath(access.msp.id) + (pairs.isEmpty ? "" : "?\(QueryText.encoded(pairs))")
    }

    /// What an object's address carries so that its breadcrumb leads back here.
    private var returnQuery: String {
        let pairs = query.pairs.filter { !$0.value.isEmpty }
        return pairs.isEmpty ? "" : "?retour=\(QueryText.encoded(QueryText.encoded(pairs)))"
    }
}

extension FieldKind {
    /// Shown at the right, with figures of equal width.
    var isNumber: Bool {
        switch self {
        case .integer, .minutes, .money, .decimal: true
        default: false
        }
    }
}
