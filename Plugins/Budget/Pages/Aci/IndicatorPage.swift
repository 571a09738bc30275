import HTML
import Kernel
import KernelUI

/// One indicator opened down to its formula, the version of its rules, and what proves it.
struct IndicatorPage: Sendable {
    let years: AciYears

    func show(_ request: MspRequest) async throws -> PageResponse {
        guard let id = AciIndicatorID(rawValue: request.web.parameters["code"] ?? "") else { throw Refusal.notFound }
        let key = YearRecord.Key.id(try request.web.id("id"))
        let view = try await years.view(request, key, PieceReading.queries(request.msp.id, key))
        let match = try PieceReading.match(view.record, view.outlook, view.more[...])
        let outlook = view.outlook
        guard let line = outlook.lines.first(where: { $0.indicator.id == id }), let working = outlook.today.line(id) else {
            throw Refusal.notFound
        }
        let base = request.path("")
        return .page(
            Page(
                access: view.access, title: line.indicator.name,
                crumbs: [Crumb("ACI \(view.record.exercise)", href: base + BudgetPlaces.cockpit(view.record.id))],
                head: { h in
                    h.chip(line.state.label, tone: line.state.tone)
                    h.fact("Indicateur", id.rawValue)
                    h.fact("Nature", line.indicator.kind.label)
                }, side: { rules(outlook.rules, line.indicator, base, $0) }
            ) { h in
                figures(line, working, outlook, h)
                origins(view, line.indicator, base, h)
                if view.access.can(DossierPermissions.readPieces) { proofs(match, view, id, base, h) }
                commitment(view, id, h)
            })
    }

    private func figures(_ line: YearOutlook.Line, _ working: Simulation.Line, _ outlook: YearOutlook, _ h: HTMLWriter) {
        h.card("Calcul au \(French.mediumDate(outlook.day))") {
            h.p(.class("figure")) { h.amount(cents: line.amountCents) }
            h.p(
                text:
                    "\(French.points(line.points.shown)) sur \(French.number(line.maximum.shown)) possibles, avant la majoration précarité."
            )
            h.p {
                h.code(text: working.working.arithmetic)
                h.text(" = \(French.points(working.points.decimal))")
            }
            let notes = working.working.explanation.dropFirst()
            if !notes.isEmpty { h.ul(.class("list"), .role("list")) { for note in notes { h.li(text: French.typeset(note)) } } }
            h.definitionList([
                ("Au 31 décembre, à ce rythme", French.points(line.pacePoints.shown)),
                ("Valeur du point", French.money(cents: outlook.rules.total.pointValue.whole)),
            ])
        }
    }

    private func origins(_ view: AciYears.View, _ indicator: AciIndicator, _ base: String, _ h: HTMLWriter) {
        let origins = view.record.facts.origins(of: indicator, on: view.outlook.day)
        guard !origins.isEmpty else { return }
        h.card("D’où viennent les chiffres") {
            h.table("Faits du calcul", columns: [TableColumn("Fait"), TableColumn("Valeur", .number), TableColumn("Source")]) { table in
                for origin in origins {
                    table.row { row in
                        row.title(origin.fact.label.firstCapital)
                        row.cell(origin.value)
                        row.cell(origin.source)
                    }
                }
            }
            if indicator.id == .concertation, view.access.can(AciPermissions.write), ["OPEN", "COLLECTING"].contains(view.record.state) {
                h.p {
                    h.linkButton(
                        "Déclarer des RCP d’avant Collectif", href: "\(base)budget/rcp-declarees/nouveau?year_id=\(view.record.id)")
                }
            }
            for origin in origins where !origin.lines.isEmpty {
                h.disclosure("\(origin.fact.label.firstCapital)\u{A0}: le détail") {
                    h.ul(.class("list"), .role("list")) {
                        for line in origin.lines { h.li { detail(line, base, readsEvidence: view.access.readsEvidence, h) } }
                    }
                }
            }
        }
    }

    private func detail(_ line: FactOrigin.Line, _ base: String, readsEvidence: Bool, _ h: HTMLWriter) {
        h.text("\(French.date(line.day)) – ")
        if let achievement = line.achievement {
            h.a(.href("\(base)budget/realisations/\(achievement)"), text: line.title)
        } else if let seq = line.evidence, readsEvidence {
            h.a(.href(base + BudgetPlaces.evidence(seq)), text: line.title)
        } else {
            h.text(line.title)
        }
        if line.quantity != 1 { h.text(" (\(French.number(line.quantity)))") }
    }

    /// What the payer asks for, and what is missing.
    private func proofs(_ match: RequirementMatch, _ view: AciYears.View, _ id: AciIndicatorID, _ base: String, _ h: HTMLWriter) {
        guard let status = match.statuses.first(where: { $0.indicator == id }), !status.needs.isEmpty else { return }
        h.card("Justificatifs", link: ("Pièces", "\(base)budget/aci/\(view.record.id)/pieces")) {
            h.table("Justificatifs", columns: [TableColumn("Pièce"), TableColumn("Présentes", .number), TableColumn("État")]) { table in
                for need in status.needs {
                    table.row { row in
                        row.title(need.requirement.title)
                        row.cell("\(French.number(need.present))\u{A0}/\u{A0}\(French.number(need.wanted))")
                        row.cell { h.chip(need.gap == nil ? "Complet" : "Manque", tone: need.gap == nil ? .done : .warn) }
                    }
                }
            }
        }
    }

    private func commitment(_ view: AciYears.View, _ id: AciIndicatorID, _ h: HTMLWriter) {
        guard let commitment = view.record.commitments.first(where: { $0.indicator == id }) else { return }
        h.card("Engagement de l’équipe") {
            h.definitionList([
                ("Retenu", commitment.isChosen ? "oui" : "non"), ("Objectif", commitment.target.map { French.number($0) }),
                ("Commentaire pour la CPAM", commitment.comment),
            ])
        }
    }

    private func rules(_ rules: RuleSet, _ indicator: AciIndicator, _ base: String, _ h: HTMLWriter) {
        h.card("Règle") {
            h.p(.class("soft small"), text: rules.name)
            h.ul(.class("list"), .role("list")) { for line in rules.words(indicator) { h.li(text: line) } }
        }
        h.card("Sources") {
            RuleDrawing(rules: rules).figures(rules.parameters(of: indicator), h)
            h.p { h.a(.href("\(base)budget/regles-nationales/\(rules.id)"), text: "Toutes les règles") }
        }
    }
}
