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
                    h.strong(text: shown(line))
                    h.text(" \(line.unit.label) ")
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
            columns: [
                TableColumn("Chiffre"), TableColumn("Valeur", .number), TableColumn("Unité"), TableColumn("Statut"), TableColumn("Source"),
            ], isDense: true
        ) { table in
            for line in lines {
                table.row { row in
                    row.title { h.code(text: Self.place(line)) }
                    row.cell(shown(line))
                    row.cell(line.unit.label)
                    row.cell { h.chip(line.status.label, tone: tone(line.status)) }
                    row.cell {
                        h.text(sources(line))
                        if let note = line.note { h.p(.class("soft small"), text: note) }
                    }
                }
            }
        }
    }

    func shown(_ line: ParameterLine) -> String {
        ExactDecimal(line.value).map { French.number($0) } ?? Self.choices[line.value] ?? line.value
    }

    /// Words of the choices that rules may hold.
    private static let choices = [
        "yes": "oui", "no": "non", "full": "à 100 %", "as_entered": "tel que saisi", "none": "hors avance", "truncate": "tronqué",
        "exact": "exact", "round": "arrondi", "days": "en jours", "months": "en mois", "new_structures": "structures nouvelles",
        "all_structures": "toutes les structures",
    ]

    /// The end of the path: where the figure stands in its indicator.
    static func place(_ line: ParameterLine) -> String {
        let parts = line.path.split(separator: ".")
        return parts.dropFirst(parts.count > 2 ? 1 : 0).joined(separator: ".")
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
