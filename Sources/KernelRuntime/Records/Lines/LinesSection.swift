import HTML
import Kernel
import KernelUI

/// The lines of a record on its page: a table, and what whoever may does to them in the states that allow it.
struct LinesSection {
    let plan: RecordPlan
    let lines: LinesPlan
    let view: RecordView
    let isArchived: Bool
    let rows: [RecordRow]

    private var declared: Lines { lines.lines }
    private var words: RecordWords { declared.words }
    private var access: Access { view.access }
    private var href: String { "\(view.href)/\(declared.path)" }

    private var isOpen: Bool {
        !isArchived && (declared.write.map(access.can) ?? false) && plan.allows(declared, view.values)
    }

    func draw(_ h: HTMLWriter) {
        if let checklist = declared.checklist {
            return ChecklistSection(
                checklist: checklist, lines: lines, access: access, href: href, isOpen: isOpen, rows: rows,
                today: access.local(view.now).date
            ).draw(h)
        }
        h.div(.id(declared.path)) {
            h.card(words.title, count: rows.count) {
                if rows.isEmpty { h.empty(words.purpose) } else { table(h) }
                if isOpen, rows.count < declared.most {
                    h.div(.class("form__actions")) {
                        h.linkButton("Ajouter \(words.isFeminine ? "une" : "un") \(words.singular)", href: "\(href)/nouveau", icon: .add)
                    }
                }
            }
        }
    }

    /// Lines that are moved by hand.
    private var placed: [Identifier] {
        declared.order.column == nil ? [] : rows.filter { declared.isPlaced($0.values) }.map(\.id)
    }

    private func table(_ h: HTMLWriter) {
        let fields = declared.columns.compactMap(declared.field)
        let isOpen = isOpen
        let columns = fields.map { TableColumn($0.label, $0.kind.isNumber ? .number : .text) }
        h.table(words.title, columns: columns + (isOpen ? [TableColumn("Actions", .actions)] : [])) { table in
            for line in rows {
                let drawing = FieldDrawing(plan: lines.row, access: access, values: line.values, titles: line.titles)
                table.row { row in
                    for (position, field) in fields.enumerated() {
                        if position == 0 {
                            row.title { drawing.value(field, h) }
                        } else if drawing.shown(field) == nil {
                            row.cell(nil)
                        } else {
                            row.cell { drawing.value(field, h) }
                        }
                    }
                    if isOpen { row.cell { acts(line, h) } }
                }
            }
        }
    }

    private func acts(_ line: RecordRow, _ h: HTMLWriter) {
        let own = "\(href)/\(line.id)"
        let about = "«\u{A0}\(lines.title(line))\u{A0}»"
        h.details(.class("menu")) {
            h.summary(.class("button button--quiet button--small button--icon"), .aria(.label, "Actions\u{A0}: \(about)")) { h.icon(.more) }
            h.div(.class("menu__list")) {
                if lines.mayChange {
                    h.linkButton("Modifier", href: "\(own)/modifier", .aria(.label, "Modifier \(about)"))
                }
                if let place = placed.firstIndex(of: line.id) {
                    if place > 0 { move("Monter", own, about, to: place, h) }
                    if place < placed.count - 1 { move("Descendre", own, about, to: place + 2, h) }
                }
                h.postButton(
                    "Retirer", action: "\(own)/retirer", csrf: access.csrf, kind: .stop,
                    fields: [("revision", "\(line.revision)"), ("_key", Token.make().text)], .aria(.label, "Retirer \(about)"))
            }
        }
    }

    private func move(_ label: String, _ own: String, _ about: String, to place: Int, _ h: HTMLWriter) {
        h.postButton(
            label, action: "\(own)/deplacer", csrf: access.csrf, fields: [("place", "\(place)"), ("_key", Token.make().text)],
            .aria(.label, "\(label) \(about)"))
    }
}
