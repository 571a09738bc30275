import HTML
import Kernel
import KernelUI

/// Draws « Mes indemnités ».
struct OwnDrawing {
    let own: OwnIndemnities
    let access: Access
    let today: CivilDate
    /// Absolute path of the page.
    let base: String
    let form: FormValues
    let faults: [FieldFault]
    let html: HTMLWriter

    func draw() {
        html.errorSummary(faults)
        years()
        guard access.professional != nil else {
            html.message(
                "Votre compte n’est relié à aucune personne de l’équipe\u{00A0}: aucune indemnité ne peut vous être attribuée.", tone: .note
            )
            return
        }
        html.div(.class("with-side")) {
            html.div(.class("stack")) {
                runs()
                coming()
                credits()
            }
            html.aside(.class("side"), .aria(.label, "Total et compte")) {
                total()
                if access.can(IndemnityPermissions.declareOwn) { account() }
            }
        }
    }

    private var times: String { access.msp.path(IndemnityPlaces.credits) }

    private func years() {
        html.tabs(
            "Années",
            (today.year - 1...today.year).reversed().map { year in
                Tab(String(year), href: year == today.year ? base : "\(base)?annee=\(year)", isCurrent: year == own.year)
            })
    }

    private func total() {
        html.card("Total \(own.year)") {
            html.p(.class("figure")) { html.amount(cents: own.totalCents) }
            html.definitionList([
                ("Payé", French.money(cents: own.paidCents)), ("Validé, à payer", French.money(cents: own.onItsWayCents)),
                ("Pas encore dans une campagne", French.money(cents: own.comingCents)),
            ])
            html.p(
                .class("soft", "small"),
                text: own.isOnlyPartlyKnown
                    ? "La dernière ligne est une estimation\u{00A0}: la règle a un plafond d’ensemble ou partage un excédent, connus à la campagne."
                    : "La dernière ligne suit la règle en vigueur\u{202F}; elle devient définitive à la campagne.")
        }
    }

    private func runs() {
        html.card("Campagnes", count: own.lines.count) {
            if own.lines.isEmpty { html.p(.class("soft"), text: "Aucune campagne validée pour \(own.year).") }
            for paid in own.lines {
                html.section(.class("stack", "stack--tight")) {
                    html.div(.class("row", "row--between")) {
                        html.h3(text: paid.name)
                        html.strong { html.amount(cents: paid.line.finalCents) }
                    }
                    html.p {
                        html.chip(paid.status.label, tone: paid.status.tone)
                        html.text(" ")
                        html.a(.href("\(base)/\(paid.run)/releve.pdf"), text: "Relevé (PDF)")
                    }
                    items(paid.line, open: false)
                }
            }
        }
    }

    private func coming() {
        guard let line = own.coming else { return }
        html.card("Pas encore dans une campagne") { items(line, open: true) }
    }

    private func items(_ line: IndemnityLine, open: Bool) {
        html.disclosure("Comment est calculé ce montant\u{202F}?", isOpen: open) {
            html.ul(.class("stack", "stack--tight", "small")) { for item in line.items { html.li(text: French.typeset(item.explanation)) } }
            for sentence in line.explanation { html.p(.class("small"), text: French.typeset(sentence)) }
        }
    }

    private func credits() {
        html.card("Temps hors réunion", count: own.credits.count) {
            if access.can(IndemnityPermissions.declareOwn) {
                html.linkButton("Déclarer du temps", href: "\(times)/nouveau?day=\(today)", icon: .add)
            }
            if own.credits.isEmpty {
                html.p(.class("soft"), text: "Aucun temps déclaré pour \(own.year).")
                return
            }
            html.table(
                "Temps déclaré", columns: [TableColumn("Objet"), TableColumn("Jour"), TableColumn("Durée", .number), TableColumn("État")],
                totals: [
                    "Total", "", French.duration(minutes: own.credits.filter { $0.status != "REFUSED" }.reduce(0) { $0 + $1.minutes }), "",
                ]
            ) { table in
                for credit in own.credits {
                    table.row { row in
                        row.title { html.a(.href("\(times)/\(credit.id)"), text: credit.title) }
                        row.cell(French.date(credit.day))
                        row.cell(French.duration(minutes: credit.minutes))
                        row.cell {
                            if let state = CreditRecord.record.workflow?.state(credit.status) { html.chip(state) }
                            if let refusal = credit.refusal { html.p(.class("soft", "small"), text: refusal) }
                        }
                    }
                }
            }
        }
    }

    // MARK: Forms

    private func account() {
        html.card("Compte bancaire") {
            if let account = own.account {
                html.p {
                    html.strong(.class("nowrap"), text: account.account.masked)
                    html.text(", \(account.holder)")
                }
                if let me = access.account, let by = account.changedBy, by != me, !account.confirmedBy.contains(me) {
                    html.p(
                        .class("soft", "small"),
                        text:
                            "Indiqué par \(account.changedByName ?? "la gérance")\(account.changedAt.map { " le \(French.dateTime(access.local($0)))" } ?? "")."
                    )
                    html.postButton(
                        "C’est bien mon compte", action: "\(base)/compte/confirmer", csrf: access.csrf, size: .small,
                        fields: [("digest", account.digest)])
                }
            } else {
                html.p { html.chip("Manque", tone: .warn) }
            }
            let isOpen = faults.contains { ["holder", "iban", "bic"].contains($0.field) }
            html.disclosure(own.account == nil ? "Indiquer mon compte" : "Changer de compte", isOpen: isOpen) {
                html.postForm(action: "\(base)/compte", csrf: access.csrf) {
                    html.accountFields(form, faults, holder: own.account?.holder ?? access.displayName)
                    html.formActions()
                }
            }
        }
    }
}
