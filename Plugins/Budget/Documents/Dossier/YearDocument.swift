import HTML
import Kernel
import KernelUI

/// « Exercice ACI 2026 »: what it is worth, each indicator with its values, the contract and the rules it stands on. Printed once when the
/// exercise is transmitted; before, a print of the day.
enum YearDocument {
    /// - Parameter sentOn: day of the transmission; nil for a print of the day.
    static func make(_ year: DossierYear, msp: MspHandle, sentOn: CivilDate?, day: CivilDate) -> PrintDocument {
        let title = "Exercice ACI \(year.exercise)"
        return PrintDocument(title: title, mspName: msp.name, footer: "\(msp.name) – exercice ACI \(year.exercise)") { html in
            if sentOn == nil {
                html.p(.class("doc__draft"), text: "Montants provisoires\u{00A0}: l’exercice n’est pas transmis.")
            }
            html.documentHead(
                structure: msp.name, title: title,
                subject: sentOn.map { "Tel que transmis à l’Assurance maladie le \(French.longDate($0))" }
                    ?? "Au \(French.longDate(day))")
            html.documentFacts(
                year.contract.facts + [
                    ("Règles de calcul", year.standing.label),
                    ("Montant simulé, majoration et plafonds compris", French.money(cents: year.simulatedCents)),
                    ("Points", French.number(year.simulatedPoints)), ("Avance attendue", French.money(cents: year.advanceCents)),
                ])
            indicators(year, html)
            concertations(year, html)
        }
    }

    private static func indicators(_ year: DossierYear, _ html: HTMLWriter) {
        html.documentSection("Indicateurs") {
            html.documentTable("Indicateurs", ["Indicateur", "Intitulé", "Points", "Montant"], numbers: [2, 3]) {
                for line in year.lines {
                    html.tr {
                        html.th(.scope(.row), text: line.indicator.rawValue)
                        html.td {
                            html.text(line.name)
                            let values = line.values.map { "\($0.label)\u{A0}: \($0.value)" }
                            if !values.isEmpty { html.p(.class("soft"), text: values.joined(separator: "\u{202F}; ")) }
                            if let comment = year.comments[line.indicator] { html.p(text: comment) }
                        }
                        html.td(.class("num"), text: French.number(line.points))
                        html.td(.class("num"), text: French.money(cents: line.amountCents))
                    }
                }
            }
        }
    }

    private static func concertations(_ year: DossierYear, _ html: HTMLWriter) {
        guard !(year.concertations.isEmpty && year.declared.isEmpty) else { return }
        html.documentSection("Réunions de concertation") {
            html.documentTable("Réunions de concertation", ["Réunion", "Dossiers", "Preuve"], numbers: [1]) {
                for meeting in year.concertations {
                    row("RCP du \(French.longDate(meeting.day))", meeting.files, "registre des preuves, n° \(meeting.evidence)", html)
                }
                for told in year.declared {
                    row(
                        "\(told.title)\u{A0}: \(French.plural(told.meetings, "réunion", "réunions"))", told.files,
                        "déclaration, pièce «\u{A0}\(told.piece)\u{A0}»", html)
                }
            }
        }
    }

    private static func row(_ title: String, _ files: Int, _ proof: String, _ html: HTMLWriter) {
        html.tr {
            html.th(.scope(.row), text: title)
            html.td(.class("num"), text: French.number(files))
            html.td(text: proof)
        }
    }
}
