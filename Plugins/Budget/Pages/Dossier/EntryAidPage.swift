import HTML
import Kernel
import KernelUI

/// One indicator as it is typed on the payer's site: built from the simulation, the team's words and the pieces.
struct EntryAidLine: Sendable {
    let indicator: AciIndicatorID
    let name: String
    let points: ExactDecimal
    let amountCents: Int
    /// False: nothing is to be typed for it.
    let isClaimed: Bool
    let values: [EntryValue]
    let comment: String?
    /// Titles of the pieces to join, in the order of the dossier.
    let pieces: [String]
    let gaps: [String]

    /// In the payer's order, which is that of the accord.
    static func lines(_ year: DossierYear) -> [EntryAidLine] {
        let titles = Dictionary(
            grouping: (try? year.match.plan(names: year.names).plan.rows) ?? [], by: \.indicator)
        return year.lines.map { line in
            let status = year.match.statuses.first { $0.indicator == line.indicator }
            return EntryAidLine(
                indicator: line.indicator, name: line.name, points: line.points, amountCents: line.amountCents, isClaimed: status != nil,
                values: line.values, comment: year.comments[line.indicator],
                pieces: (titles[line.indicator.rawValue] ?? []).map { $0.path.text }, gaps: status?.gaps ?? [])
        }
    }
}

/// « Aide à la saisie »: what to type on the payer's site, in its order, each value with its own button.
struct EntryAidPage: Sendable {
    let years: AciYears

    func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, _) = try await DossierYear.read(request, id, years)
        let lines = EntryAidLine.lines(year)
        return .page(
            Page(
                access: access, title: "Aide à la saisie \(year.exercise)", crumbs: DossierPlaces.crumbs(year, access.msp),
                actions: { html in html.button("Imprimer", type: .button, icon: .print, .data("print"), .hidden(true)) },
                body: { html in
                    html.message(
                        "Recopiez dans l’ordre sur le site de l’Assurance maladie (du 1er décembre au 31 janvier). Les montants sont ceux de la simulation\u{A0}: ils ne se saisissent pas.",
                        tone: .note)
                    contract(year, html)
                    for (rank, line) in lines.enumerated() where line.isClaimed { card(line, rank, html) }
                    let others = lines.filter { !$0.isClaimed }
                    if !others.isEmpty {
                        html.card("Rien à saisir", count: others.count) {
                            html.ul { for line in others { html.li(text: "\(line.indicator.rawValue) – \(line.name)") } }
                        }
                    }
                }))
    }

    /// By what the payer knows the MSP, first; and what the whole is worth.
    private func contract(_ year: DossierYear, _ html: HTMLWriter) {
        html.card("Structure et contrat") {
            values(year.contract.facts.compactMap { fact in fact.value.map { EntryValue(label: fact.label, value: $0) } }, "contrat", html)
            let unknown = year.contract.facts.filter { $0.value == nil }.map(\.label)
            if !unknown.isEmpty {
                html.p(
                    .class("soft"),
                    text: "À compléter dans la fiche de la structure ou le contrat\u{A0}: \(unknown.joined(separator: ", ")).")
            }
            html.p {
                html.text("L’exercice vaut ")
                html.amount(cents: year.simulatedCents)
                html.text(", majoration et plafonds compris.")
            }
            if year.standing != .official { html.p(text: "Règles de calcul\u{A0}: \(year.standing.label).") }
        }
    }

    private func values(_ values: [EntryValue], _ key: String, _ html: HTMLWriter) {
        html.dl(.class("dl")) {
            for (index, value) in values.enumerated() {
                let id = "valeur-\(key)-\(index)"
                html.div {
                    html.dt(text: value.label.firstCapital)
                    html.dd {
                        html.span(.id(id), text: value.value)
                        html.text(" ")
                        copy("#\(id)", value.label, html)
                    }
                }
            }
        }
    }

    private func card(_ line: EntryAidLine, _ rank: Int, _ html: HTMLWriter) {
        html.card("\(line.indicator.rawValue) – \(line.name)") {
            html.p(.class("soft")) {
                html.text("\(French.points(line.points)), ")
                html.amount(cents: line.amountCents)
            }
            values(line.values, "\(rank)", html)
            if let comment = line.comment {
                html.p(.id("commentaire-\(rank)"), text: comment)
                copy("#commentaire-\(rank)", "le commentaire", html)
            }
            if !line.pieces.isEmpty {
                html.h3(text: "À joindre")
                html.ul { for piece in line.pieces { html.li { html.code(text: piece) } } }
            }
            for gap in line.gaps { html.message(gap, tone: .warn) }
        }
    }

    private func copy(_ selector: String, _ what: String, _ html: HTMLWriter) {
        html.button(
            "Copier", kind: .quiet, type: .button, size: .small, .data("copy-from", selector), .hidden(true),
            .aria(.label, "Copier\u{A0}: \(what)"))
    }
}
