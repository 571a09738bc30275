import HTML
import Kernel
import KernelUI

/// A checklist on the page of its record: how much is had, then each item with one tap for its next states.
struct ChecklistSection {
    let checklist: Checklist
    let lines: LinesPlan
    let access: Access
    /// Absolute path of the lines.
    let href: String
    let isOpen: Bool
    let rows: [RecordRow]
    let today: CivilDate

    private var words: RecordWords { lines.lines.words }

    func draw(_ h: HTMLWriter) {
        let done = rows.count { checklist.isDone($0.values) }
        h.div(.id(lines.lines.path)) {
            h.card(words.title) {
                h.progress(
                    words.title, value: done, of: rows.count, words: "\(done) sur \(rows.count)", tone: done == rows.count ? .done : .warn)
                table(h)
            }
        }
    }

    private func table(_ h: HTMLWriter) {
        let fields = lines.lines.columns.compactMap(lines.lines.field)
        h.table(words.title, columns: fields.map { TableColumn($0.label) } + (isOpen ? [TableColumn("Actions", .actions)] : [])) { table in
            for line in rows {
                let drawing = FieldDrawing(plan: lines.row, access: access, values: line.values, titles: line.titles)
                table.row { row in
                    for field in fields { cell(field, line, drawing, &row, h) }
                    if isOpen { row.cell { acts(line, h) } }
                }
            }
        }
    }

    private func cell(_ field: RecordField, _ line: RecordRow, _ drawing: FieldDrawing, _ row: inout RowWriter, _ h: HTMLWriter) {
        switch field.name {
        case Checklist.code:
            row.title {
                drawing.value(field, h)
                if let note = line.values.text("note") { h.p(.class("soft small"), text: note) }
            }
        case Checklist.state:
            guard let state = checklist.state(line.values) else { return row.cell(drawing.shown(field)) }
            row.cell { h.chip(state) }
        case "due_on":
            guard let day = line.values.date("due_on") else { return row.cell(nil) }
            row.cell {
                h.text(French.date(day))
                if day < today, !checklist.isDone(line.values) {
                    h.text(" ")
                    h.chip("En retard", tone: .stop)
                }
            }
        default:
            if drawing.shown(field) == nil { row.cell(nil) } else { row.cell { drawing.value(field, h) } }
        }
    }

    /// The other states, one tap each; everything else by the form.
    private func acts(_ line: RecordRow, _ h: HTMLWriter) {
        let own = "\(href)/\(line.id)/modifier"
        let about = "\u{A0}: \(lines.title(line))"
        for state in checklist.states where state.code != line.values.text(Checklist.state) {
            h.postButton(
                state.label, action: own, csrf: access.csrf, size: .small,
                fields: [(Checklist.state, state.code), ("revision", "\(line.revision)"), ("_key", Token.make().text)],
                .aria(.label, state.label + about))
        }
        h.linkButton("Préciser", href: own, kind: .quiet, size: .small, .aria(.label, "Préciser" + about))
    }
}
