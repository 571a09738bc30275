import HTML
import Kernel
import KernelUI

/// Draws the cockpit of one exercise.
struct CockpitDrawing {
    let view: AciYears.View
    /// Address of the MSP, with its last slash.
    let base: String
    let match: RequirementMatch
    let others: [(id: Identifier, exercise: Int)]
    let acts: [NextAct]
    /// The prerequisites that miss; nil when none does.
    let unlock: Unlock?
    /// What a transmitted exercise would be worth with its corrections; nil without any.
    let corrected: Int?
    let months: [(month: CivilDate, points: Fraction)]

    private var outlook: YearOutlook { view.outlook }
    private var record: YearRecord { view.record }
    private var access: Access { view.access }

    private static let shownActs = 6

    // MARK: Title line

    func head(_ h: HTMLWriter) {
        if let state = AciYearRecord.state(record.state) { h.chip(state) }
        h.fact("Au", French.date(outlook.day))
        h.fact("Règles", outlook.rules.name)
        if outlook.standing != .official { h.chip(outlook.standing.label, tone: .warn) }
    }

    func actions(_ h: HTMLWriter) {
        if access.can(AciPermissions.write), ["OPEN", "COLLECTING"].contains(record.state) {
            h.linkButton(
                "Noter une réalisation", href: "\(base)budget/realisations/nouveau?year_id=\(record.id)", kind: .main, icon: .add)
        }
        h.linkButton("Paramètres", href: "\(base)budget/annees/\(record.id)")
        h.linkButton(
            record.isTransmitted ? "L’exercice transmis (PDF)" : "PDF", href: "\(base)budget/annees/\(record.id)/\(YearPaper.path).pdf")
    }

    // MARK: Body

    func body(_ h: HTMLWriter) {
        blocking(h)
        amount(h)
        corrections(h)
        if !acts.isEmpty { nextActs(h) }
        indicators(h)
        chart(h)
    }

    /// What stops every payment is said first.
    private func blocking(_ h: HTMLWriter) {
        if let unpaid = outlook.today.input.unpaid {
            h.message(tone: .stop) {
                h.text(unpaid.sentence + " ")
                h.a(.href("\(base)budget/contrats"), text: "Voir les contrats")
            }
            return
        }
        let missing = outlook.today.missingPrerequisites.compactMap { outlook.rules.indicator($0)?.name }
        guard !missing.isEmpty else { return }
        h.message(tone: .stop) {
            h.text(
                "\(missing.count > 1 ? "Prérequis manquants" : "Prérequis manquant")\u{A0}: \(French.list(missing)). Tant qu’il en manque, rien n’est payé."
            )
        }
    }

    private func amount(_ h: HTMLWriter) {
        let today = outlook.today
        let acquired = today.prerequisitesMet ? today.amountCents : 0
        let pace = max(0, outlook.atPace.amountCents - acquired)
        let possible = max(0, outlook.fullCents - acquired - pace)
        h.card("Acquis à ce jour") {
            h.p(.class("figure")) { h.amount(cents: today.amountCents) }
            h.p(.class("soft"), text: summary(today))
            if let least = outlook.firstYearLeast, least < today.amountCents {
                h.p(
                    text:
                        "\(outlook.today.input.contractStartsOn?.year == record.exercise ? "Première année" : "Dernière année du contrat")\u{A0}: entre \(French.money(cents: least)) et \(French.money(cents: today.amountCents)), prorata à confirmer auprès de la CPAM."
                )
            }
            if record.isTransmitted {
                h.p(text: "L’exercice est gardé tel qu’il a été transmis\u{A0}: ce qui change depuis ne le modifie pas.")
            }
            h.stackedBar(
                "Montant de l’exercice",
                parts: [
                    BarPart("Acquis", value: acquired, text: French.wholeEuros(cents: acquired)),
                    BarPart("Au 31 décembre, à ce rythme", value: pace, text: French.wholeEuros(cents: acquired + pace)),
                    BarPart("Tout réalisé", value: possible, text: French.wholeEuros(cents: outlook.fullCents)),
                ])
        }
    }

    private func summary(_ today: Simulation) -> String {
        var parts = ["\(French.points(today.points.shown)) sur \(French.number(outlook.fullPoints.shown))"]
        if today.increaseRate > .zero { parts.append("majoration précarité de \(French.percent(today.increaseRate))") }
        if today.guaranteedMinimumApplied { parts.append("minimum garanti appliqué") }
        if !today.prerequisitesMet { parts.append("\(French.points(today.pointsAtStake.shown)) en attente d’un prérequis") }
        parts.append("avance attendue\u{A0}: \(French.money(cents: today.advanceCents))")
        return parts.joined(separator: " · ")
    }

    private func nextActs(_ h: HTMLWriter) {
        h.card("Ce que rapporte le prochain acte", count: acts.count) {
            h.ul(.class("list"), .role("list")) {
                if let unlock { h.li { unlocking(unlock, h) } }
                for act in acts.prefix(Self.shownActs) { h.li { line(act, h) } }
            }
            if acts.count > Self.shownActs {
                h.disclosure("Voir les \(acts.count - Self.shownActs) autres") {
                    h.ul(.class("list"), .role("list")) { for act in acts.dropFirst(Self.shownActs) { h.li { line(act, h) } } }
                }
            }
        }
    }

    private func line(_ act: NextAct, _ h: HTMLWriter) {
        let words = act.words
        let isOurs = access.can(AciPermissions.write) && ["OPEN", "COLLECTING"].contains(record.state)
        h.div(.class("row row--between")) {
            if isOurs, let fact = act.achievable {
                h.a(.href(base + BudgetPlaces.achieve(fact, in: record.id, on: outlook.day)), text: words)
            } else if let indicator = act.indicators.first {
                h.a(.href(base + BudgetPlaces.indicator(indicator, of: record.id)), text: words)
            } else {
                h.span(text: words)
            }
            let amount = "+\u{A0}\(French.money(cents: act.stakeCents))"
            if act.amountCents > 0 {
                h.strong(.class("nowrap"), text: amount)
            } else {
                h.span(.class("soft"), text: "\(amount) une fois les prérequis réunis")
            }
        }
    }

    /// « Réunir les 3 prérequis : débloque 70 578,64 € »: nothing else pays before.
    private func unlocking(_ unlock: Unlock, _ h: HTMLWriter) {
        let names = unlock.missing.compactMap { outlook.rules.indicator($0) }
        h.div(.class("row row--between")) {
            h.strong(text: names.count == 1 ? "Réunir le prérequis" : "Réunir les \(names.count) prérequis")
            h.strong(.class("nowrap"), text: "débloque \(French.money(cents: unlock.amountCents))")
        }
        h.p(.class("small")) {
            for (index, indicator) in names.enumerated() {
                if index > 0 { h.text(" · ") }
                h.a(.href(base + BudgetPlaces.indicator(indicator.id, of: record.id)), text: indicator.name)
            }
        }
    }

    /// What was learned after the transmission, beside what was transmitted.
    private func corrections(_ h: HTMLWriter) {
        guard !record.corrections.isEmpty else { return }
        h.card("Corrections depuis la transmission", count: record.corrections.count) {
            h.ul(.class("list"), .role("list")) {
                for correction in record.corrections {
                    h.li {
                        h.text(correction.change)
                        h.p(
                            .class("soft small"),
                            text: [French.date(access.local(correction.at).date), correction.by, correction.reason].joined(separator: " · ")
                        )
                    }
                }
            }
            if let corrected {
                let difference = corrected - outlook.today.amountCents
                h.p(
                    text:
                        "Avec ces corrections, l’exercice vaudrait \(French.money(cents: corrected)) (\(difference < 0 ? "" : "+\u{A0}")\(French.money(cents: difference)))."
                )
            }
        }
    }

    private func indicators(_ h: HTMLWriter) {
        let lines = outlook.lines
        for axis in 1...3 {
            let own = lines.filter { $0.indicator.axis == axis }
            guard !own.isEmpty else { continue }
            h.card(Self.axes[axis - 1]) {
                h.table(
                    Self.axes[axis - 1],
                    columns: [
                        TableColumn("Indicateur"), TableColumn("État"), TableColumn("Pièces", .number), TableColumn("Points", .number),
                        TableColumn("Possible", .number),
                        TableColumn("Montant", .number),
                    ]
                ) { table in
                    for line in own {
                        table.row { row in
                            row.title {
                                h.a(.href(base + BudgetPlaces.indicator(line.indicator.id, of: record.id)), text: line.indicator.name)
                                h.span(.class("soft small"), text: " \(line.indicator.kind.label)")
                            }
                            row.cell { h.chip(line.state.label, tone: line.state.tone) }
                            row.cell(pieces(line.indicator.id))
                            row.cell(French.number(line.points.shown))
                            row.cell(French.number(line.maximum.shown))
                            row.cell { h.amount(cents: line.amountCents) }
                        }
                    }
                }
            }
        }
    }

    /// « 2 / 3 »: pieces there of those wanted; nothing for what is not claimed or asks for none.
    private func pieces(_ indicator: AciIndicatorID) -> String? {
        guard let status = match.statuses.first(where: { $0.indicator == indicator }), status.wanted > 0 else { return nil }
        return "\(French.number(status.present))\u{A0}/\u{A0}\(French.number(status.wanted))"
    }

    static let axes = ["Accès aux soins", "Travail en équipe et coordination", "Système d’information"]

    private func chart(_ h: HTMLWriter) {
        h.card {
            h.yearChart(
                "Points au fil de l’année",
                points: months.map {
                    YearChartPoint(Self.months[$0.month.month - 1], value: $0.points.drawn, text: French.number($0.points.shown))
                }, months: Self.months, unit: "points",
                goal: YearChartPoint("Tout réalisé", value: outlook.fullPoints.drawn, text: French.number(outlook.fullPoints.shown)),
                expected: YearChartPoint(
                    "31 déc., à ce rythme", value: outlook.atPace.pointsAtStake.drawn,
                    text: French.number(outlook.atPace.pointsAtStake.shown)),
                note: "Points des indicateurs en fin de mois, prérequis manquants ou non.")
        }
    }

    private static let months = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]

    // MARK: Side

    func side(_ h: HTMLWriter) {
        if access.can(DossierPermissions.readPieces) { dossier(h) }
        h.card("Aller à") {
            h.ul(.class("list"), .role("list")) {
                let own = "\(base)budget/aci/\(record.id)"
                for (label, href) in [
                    ("Scénarios côte à côte", "\(own)/scenarios"), ("Comparer deux jeux de règles", "\(own)/comparer"),
                    ("Réalisations", "\(base)budget/realisations?year_id=\(record.id)"),
                    ("Engagements de l’équipe", "\(base)budget/engagements?year_id=\(record.id)"),
                    ("Règles appliquées", "\(base)budget/regles-nationales/\(outlook.rules.id)"),
                ] { h.li { h.a(.href(href), text: label) } }
            }
        }
        otherYears(h)
    }

    /// How much of the proof is there, and the ways to the rest.
    private func dossier(_ h: HTMLWriter) {
        let own = "\(base)budget/aci/\(record.id)"
        h.card("Justificatifs") {
            h.progress(
                "Pièces présentes", value: match.present, of: match.wanted, words: "\(match.present) sur \(match.wanted)",
                tone: match.gaps.isEmpty ? .done : .warn)
            if let gap = match.gaps.first { h.p(.class("small"), text: gap) }
            h.ul(.class("list"), .role("list")) {
                h.li { h.a(.href("\(own)/pieces"), text: "Pièces et manques") }
                h.li { h.a(.href("\(own)/dossier"), text: "Dossier à sceller") }
                h.li { h.a(.href("\(own)/aide-a-la-saisie"), text: "Aide à la saisie") }
                if access.can(DossierPermissions.readPayments) {
                    h.li { h.a(.href("\(own)/rapprochement"), text: "Avance, solde et rapprochement") }
                }
            }
        }
    }

    private func otherYears(_ h: HTMLWriter) {
        if others.count > 1 {
            h.card("Autres exercices") {
                h.ul(.class("list"), .role("list")) {
                    for other in others where other.id != record.id {
                        h.li { h.a(.href("\(base)budget/aci/\(other.id)"), text: "Exercice \(other.exercise)") }
                    }
                }
            }
        }
        if let end = record.contractEnd { h.card("Contrat") { h.p(text: "Jusqu’au \(French.mediumDate(end)).") } }
    }
}

extension Fraction {
    /// As screens show it: two decimals at most.
    var shown: ExactDecimal { decimal.rounded(scale: 2).normalized }

    /// As a height in a drawing, to the point.
    var drawn: Int { decimal.rounded(scale: 0).wholeNumber ?? 0 }
}
