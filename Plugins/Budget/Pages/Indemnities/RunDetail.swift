import HTML
import Kernel
import KernelUI

/// The page of a run: the next act first, then what to look at, then each person's line down to each meeting.
enum RunDetail {
    static let detail = RecordDetail(
        shows: Set(RunRecord.fields.map(\.name)), read: RunScreen.read,
        render: { view, make, html in
            RunDrawing(
                screen: try make(view.access.local(view.now).date), access: view.access, now: view.now,
                href: view.href, html: html
            ).draw()
        })
}

/// Draws the body of a run's page; one file per part of it.
struct RunDrawing {
    let screen: RunScreen
    let access: Access
    let now: Instant
    /// Absolute path of the run's page.
    let href: String
    let html: HTMLWriter

    var status: IndemnityRunStatus { screen.status }
    var showsLines: Bool { access.can(IndemnityPermissions.readLines) }

    func draw() {
        let way = IndemnityRunStatus.way
        if let place = way.firstIndex(of: status) {
            html.stepper(way.map { $0.step(needed: screen.needed) }, current: place)
        } else {
            html.message("Campagne annulée\u{00A0}: \(screen.reason ?? "sans motif"). Son numéro reste pris.", tone: .note)
        }
        if screen.isOutdated {
            html.message(
                "Les faits ont changé depuis le contrôle\u{00A0}: la campagne ne peut plus être validée ni transmise. Reprenez le calcul.",
                tone: .warn)
        }
        accountsToConfirm()
        sinceSent()
        nextStep()
        html.div(.class("with-side")) {
            html.div(.class("stack")) {
                if showsLines {
                    correctionsToTake()
                    anomalies()
                    lines()
                    adjustments()
                } else {
                    html.noRight(askWhom: "Le détail par personne est réservé à la coordination, à la gérance et au cabinet comptable.")
                }
            }
            html.aside(.class("side"), .aria(.label, "Totaux, règle et documents")) {
                totals()
                if !screen.approvals.isEmpty { approvals() }
                papers()
                if access.can(IndemnityPermissions.exportRuns) { bankFiles() }
            }
        }
    }

    private func totals() {
        html.card("Total") {
            html.p(.class("figure")) { html.amount(cents: screen.result.totalCents) }
            let isCapped = screen.result.grossCents != screen.result.totalCents
            var facts: [(label: String, text: String?)] = [
                ("Personnes", French.number(screen.result.paidPeople)),
                ("Temps indemnisé", French.duration(minutes: screen.result.minutes)),
                ("Période", "\(French.date(screen.from)) – \(French.date(screen.to))"),
            ]
            if isCapped { facts.append(("Avant plafonds", French.money(cents: screen.result.grossCents))) }
            if let day = screen.paidOn { facts.append(("Payée le", French.date(day))) }
            html.definitionList(facts)
            for change in screen.paidChanges {
                html.p(
                    .class("soft", "small"),
                    text:
                        "Jour du paiement corrigé le \(French.dateTime(access.local(change.at))) par \(change.by)\u{00A0}: \(French.date(change.after)) au lieu du \(French.date(change.before)). \(change.reason)"
                )
            }
            for rule in screen.result.rules {
                html.p(.class("small")) {
                    html.text("Règle «\u{00A0}\(rule.name)\u{00A0}», version \(rule.version)")
                    if let decision = rule.decision {
                        html.text("\u{00A0}: \(decision.kind.label) \(decision.reference) du \(French.date(decision.date)).")
                    } else {
                        html.text(".")
                    }
                }
            }
            if screen.result.rules.isEmpty { html.message("Aucune règle votée n’est en vigueur pendant cette période.", tone: .warn) }
            for sentence in screen.result.explanation { html.p(.class("small"), text: French.typeset(sentence)) }
        }
    }

    private func approvals() {
        html.card("Validations", count: screen.approvals.count) {
            html.timeline(
                screen.approvals.map { TimelineEntry(when: French.dateTime(access.local($0.at)), $0.label, tone: .done) })
            if screen.needed == 1 {
                html.p(
                    .class("soft", "small"),
                    text: "Une seule validation est demandée, selon la règle de validation inscrite par la gérance.")
            }
        }
    }

    /// A form that is one act of the run.
    func act(_ path: String, _ label: String, kind: ButtonKind = .main, fields: [(name: String, value: String)] = []) {
        html.postButton(
            label, action: "\(href)/\(path)", csrf: access.csrf, kind: kind, fields: fields + [("_key", Token.make().text)])
    }
}

extension IndemnityRunStatus {
    /// The step that the state ends, in the line of steps.
    fileprivate func step(needed: Int) -> String {
        switch self {
        case .draft: "Préparée"
        case .checked: "Contrôlée"
        case .approved: needed == 1 ? "Validée" : "Validée à deux"
        case .sent: "Transmise"
        case .paid: "Payée"
        case .closed: "Close"
        case .cancelled: "Annulée"
        }
    }
}
