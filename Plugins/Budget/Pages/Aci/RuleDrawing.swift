import HTML
import Kernel
import KernelUI

/// Draws the figures of rules, each with its source and how sure it is.
struct RuleDrawing {
    let rules: RuleSet

    /// A short list, for a side panel.
    func figures(_ lines: [ParameterLine], _ h: HTMLWriter) {
        h.ul(.class("list"), .role("list")) {
            for line in lines {
                h.li {
                    h.text("\(rules.name(line))\u{A0}: ")
                    h.strong(text: rules.shown(line))
                    h.text(" \(rules.unit(line)) ")
                    h.chip(line.status.label, tone: tone(line.status))
                    h.p(.class("soft small"), text: sources(line))
                    if let note = line.note { h.p(.class("soft small"), text: note) }
                }
            }
        }
    }

    /// The table of a group of figures.
    func table(_ title: String, _ lines: [ParameterLine], _ h: HTMLWriter) {
        h.table(
            title,
            columns: [TableColumn("Chiffre"), TableColumn("Valeur", .number), TableColumn("Statut")], isDense: true
        ) { table in
            for line in lines {
                table.row { row in
                    row.title {
                        h.text(rules.name(line))
                        h.p(.class("soft small"), text: sources(line))
                        if let note = line.note { h.p(.class("soft small"), text: note) }
                    }
                    row.cell("\(rules.shown(line)) \(rules.unit(line))".trimmed)
                    row.cell { h.chip(line.status.label, tone: tone(line.status)) }
                }
            }
        }
    }

    private func sources(_ line: ParameterLine) -> String {
        line.sources.map { key in rules.sources.first { $0.key == key }?.title ?? key }.joined(separator: " · ")
    }

    private func tone(_ status: ParameterStatus) -> Tone {
        switch status {
        case .certain: .done
        case .toVerify: .note
        case .unknown: .warn
        }
    }
}
