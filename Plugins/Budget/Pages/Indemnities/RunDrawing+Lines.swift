import HTML
import Kernel
import KernelUI

/// What to look at, who gets what and why, what was adjusted.
extension RunDrawing {
    func anomalies() {
        let found = screen.result.anomalies
        html.card("À regarder", count: screen.toSettle.count) {
            if found.isEmpty { html.p(.class("soft"), text: "Aucune anomalie.") }
            html.ul(.class("attendees"), .role("list")) {
                for anomaly in found { html.li(.class("attendee")) { self.anomaly(anomaly) } }
            }
        }
    }

    private func anomaly(_ anomaly: IndemnityAnomaly) {
        html.div(.class("stack", "stack--tight")) {
            html.p {
                let reason = screen.setAside[anomaly.key]
                html.chip(
                    anomaly.kind.label, tone: reason != nil ? .done : anomaly.kind.isBlocking ? .warn : .soft,
                    icon: reason != nil ? .validated : anomaly.kind.isBlocking ? .warning : nil)
                if let person = anomaly.person {
                    html.text(" ")
                    html.strong(text: screen.facts.name(person))
                }
            }
            html.p(text: French.typeset(anomaly.message))
            if let reason = screen.setAside[anomaly.key] {
                html.p(.class("soft"), text: "Écartée\u{00A0}: \(reason)")
            } else if anomaly.kind.isBlocking, status == .draft, access.can(IndemnityPermissions.prepareRuns) {
                html.disclosure("Écarter avec un motif") {
                    let field = Field(
                        "Motif", name: "reason", required: true,
                        id: "motif-\(Digest.hex(Digest.sha256(Array(anomaly.key.utf8))).prefix(12))")
                    html.postForm(action: "\(href)/\(RunRecord.Acts.setAside)", csrf: access.csrf, guarded: false) {
                        html.hiddenInput("anomaly", anomaly.key)
                        html.textField(field, maxLength: 200)
                        html.formActions(submit: "Écarter")
                    }
                }
            }
        }
    }

    func lines() {
        html.card("Personnes", count: screen.result.lines.count) {
            if screen.result.lines.isEmpty {
                html.p(.class("soft"), text: "Aucun temps n’est à payer sur cette période.")
            } else {
                table()
            }
        }
    }

    private func table() {
        let isCapped = screen.result.lines.contains { $0.reductionCents > 0 }
        var columns = [TableColumn("Personne"), TableColumn("Réunions", .number), TableColumn("Hors réunion", .number)]
        if isCapped { columns += [TableColumn("Calculé", .number), TableColumn("Plafond", .number)] }
        columns.append(TableColumn("À verser", .number))
        let result = screen.result
        func minutes(_ kind: IndemnityItem.Kind) -> Int { result.lines.reduce(0) { $0 + $1.minutes(kind) } }
        var totals = [
            "Total des \(French.plural(result.lines.count, "ligne", "lignes"))", French.duration(minutes: minutes(.meeting)),
            French.duration(minutes: minutes(.credit)),
        ]
        if isCapped { totals += [French.money(cents: result.grossCents), French.money(cents: result.totalCents - result.grossCents)] }
        totals.append(French.money(cents: result.totalCents))
        html.table("Indemnités par personne", columns: columns, totals: totals) { table in
            for line in screen.lines {
                table.row { row in
                    row.title {
                        html.person(
                            name: screen.facts.name(line.person),
                            role: screen.facts.profession(line.person))
                        self.mail(to: line.person)
                        self.account(of: line)
                        self.explanation(line)
                    }
                    row.cell(French.duration(minutes: line.minutes(.meeting)))
                    row.cell(French.duration(minutes: line.minutes(.credit)))
                    if isCapped {
                        row.cell { html.amount(cents: line.grossCents) }
                        row.cell { html.amount(cents: -line.reductionCents) }
                    }
                    row.cell { html.amount(cents: line.finalCents) }
                }
            }
        }
    }

    /// Whether the word that the statement is ready arrived.
    private func mail(to person: Identifier) {
        guard let mail = screen.mails[person] else { return }
        html.mailChip(mail.state)
        guard mail.state.hasFailed, access.can(IndemnityPermissions.settleRuns) else { return }
        html.resendForm(
            action: "\(href)/\(RunRecord.Acts.resend)", csrf: access.csrf, email: mail.recipient, reply: mail.reply,
            fields: [("professional", person.description)], id: person.description)
    }

    /// Where the money goes: part of what two people approve.
    private func account(of line: IndemnityLine) {
        guard line.finalCents > 0, status != .draft, status != .cancelled else { return }
        let paid = [.sent, .paid, .closed].contains(status) ? screen.currentFile?.transfers.first { $0.person == line.person } : nil
        if let paid {
            html.p(.class("soft", "small"), text: "\(paid.masked), virement \(paid.reference)")
        } else if let account = screen.accounts.accounts[line.person] {
            html.p(.class("soft", "small"), text: "\(account.account.masked), \(account.holder)")
        } else {
            html.p(.class("soft", "small"), text: "Compte bancaire à demander")
        }
    }

    private func explanation(_ line: IndemnityLine) {
        html.details(.class("details")) {
            html.summary {
                html.text("Détail")
                html.span(.class("vh"), text: " de \(screen.facts.name(line.person))")
            }
            html.ul(.class("stack", "stack--tight", "small")) { for item in line.items { html.li(text: French.typeset(item.explanation)) } }
            for sentence in line.explanation { html.p(.class("small"), text: French.typeset(sentence)) }
            html.p(.class("small")) {
                html.a(.href("\(href)/releves/\(line.person)"), text: "Relevé individuel (PDF)")
            }
        }
    }

    func adjustments() {
        let isOpen = status == .draft || status == .checked || status == .approved
        guard !screen.adjustments.isEmpty || isOpen && access.can(IndemnityPermissions.prepareRuns) else { return }
        html.card("Ajustements", count: screen.adjustments.count) {
            if screen.adjustments.isEmpty { html.p(.class("soft"), text: "Aucun ajustement.") }
            html.ul(.class("attendees"), .role("list")) {
                for adjustment in screen.adjustments {
                    html.li(.class("attendee")) {
                        html.div {
                            html.strong(text: screen.facts.name(adjustment.person))
                            html.text(" ")
                            html.amount(cents: adjustment.cents)
                            html.p(.class("soft"), text: adjustment.reason)
                        }
                        if isOpen, access.can(IndemnityPermissions.prepareRuns) {
                            html.postButton(
                                "Retirer", action: "\(href)/\(RunRecord.Acts.removeAdjustment)", csrf: access.csrf, kind: .quiet,
                                size: .small, fields: [("adjustment", adjustment.id.description)])
                        }
                    }
                }
            }
            if isOpen, access.can(IndemnityPermissions.prepareRuns) {
                html.p { html.linkButton("Ajuster un montant", href: "\(href)/\(RunRecord.Acts.adjust)", icon: .edit) }
            }
        }
    }

    func papers() {
        html.card("Documents") {
            if showsLines {
                html.p { html.a(.href(IndemnityState.paper.href(of: href)), text: "État des indemnités (PDF)") }
            }
            guard access.can(IndemnityPermissions.exportRuns) else { return }
            html.p { html.a(.href("\(href)/indemnites.csv"), text: "Tableau pour le cabinet comptable (CSV)") }
        }
    }
}
