import HTML
import Kernel
import KernelUI

/// « État des indemnités » (missions.md 12.1): period, rule and its decision, hours by kind and amount of each person, total.
enum IndemnityStateDocument {
    static func make(_ papers: RunPapers) -> PrintDocument {
        let screen = papers.screen
        let subject = screen.number.map { "\(screen.name) – \($0)" } ?? screen.name
        return PrintDocument(
            title: "État des indemnités", mspName: papers.msp.name, footer: "\(papers.msp.name) – état des indemnités \(papers.period)"
        ) { html in
            if screen.number == nil { html.p(.class("doc__draft"), text: "Campagne non transmise\u{00A0}: cet état peut encore changer.") }
            html.documentHead(structure: papers.msp.name, title: "État des indemnités", subject: subject)
            html.documentFacts([
                ("Période", papers.period), ("Numéro", screen.number),
                ("Règle", screen.result.rules.map { "\($0.name), version \($0.version)" }.joined(separator: "\u{202F}; ")),
                ("Décision", screen.decisions.joined(separator: "\u{202F}; ")),
                ("Validée par", approvals(papers)),
                ("Date prévue des virements", screen.executionOn.map(French.longDate)),
            ])
            html.documentSection("Montants") { table(screen, html) }
            for sentence in screen.result.explanation { html.p(text: French.typeset(sentence)) }
            html.documentFacts([("Empreinte du calcul", screen.result.fingerprint)])
            html.div(.class("signatures")) {
                html.div(text: "La gérance")
                html.div(text: "Le cabinet comptable")
            }
        }
    }

    private static func approvals(_ papers: RunPapers) -> String {
        papers.screen.approvals.map { "\($0.label), le \(French.dateTime(papers.local($0.at)))" }.joined(separator: "\u{202F}; ")
    }

    private static func table(_ screen: RunScreen, _ html: HTMLWriter) {
        let result = screen.result
        // A column of noughts says nothing: the caps stand there only when they cut something.
        let isCapped = result.grossCents != result.totalCents
        func sum(_ kind: IndemnityItem.Kind) -> String { French.duration(minutes: result.lines.reduce(0) { $0 + $1.minutes(kind) }) }
        html.documentTable(
            "Montants par personne",
            ["Nom", "Profession", "Réunions", "Hors réunion"] + (isCapped ? ["Calculé", "Plafonds"] : []) + ["À verser"],
            numbers: isCapped ? [2, 3, 4, 5, 6] : [2, 3, 4],
            totals: ["Total", "", sum(.meeting), sum(.credit)]
                + (isCapped
                    ? [French.money(cents: result.grossCents), French.money(cents: result.totalCents - result.grossCents)] : [])
                + [French.money(cents: result.totalCents)]
        ) {
            for line in screen.lines {
                html.tr {
                    html.th(.scope(.row), text: screen.facts.name(line.person))
                    html.td(text: screen.facts.profession(line.person) ?? "")
                    html.td(.class("num"), text: French.duration(minutes: line.minutes(.meeting)))
                    html.td(.class("num"), text: French.duration(minutes: line.minutes(.credit)))
                    if isCapped {
                        html.td(.class("num"), text: French.money(cents: line.grossCents))
                        html.td(.class("num"), text: French.money(cents: -line.reductionCents))
                    }
                    html.td(.class("num"), text: French.money(cents: line.finalCents))
                }
            }
        }
    }
}
