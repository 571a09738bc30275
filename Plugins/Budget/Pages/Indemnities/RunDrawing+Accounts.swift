import HTML
import Kernel
import KernelUI

/// Accounts that changed after an approval, and the files made for the bank.
extension RunDrawing {
    /// The run waits for a second person; who changed an account does not confirm it.
    func accountsToConfirm() {
        guard showsLines, !screen.toConfirm.isEmpty else { return }
        html.card("Comptes bancaires à confirmer", count: screen.toConfirm.count) {
            html.p(
                text:
                    "Changés depuis la validation\u{00A0}: la campagne ne part pas, et son fichier ne se fait pas, tant qu’une autre personne que celle qui a changé le compte, ou son titulaire, ne l’a pas confirmé."
            )
            html.ul(.class("attendees"), .role("list")) {
                for account in screen.toConfirm { html.li(.class("attendee")) { self.toConfirm(account) } }
            }
        }
    }

    private func toConfirm(_ account: PayeeAccount) {
        html.div {
            html.strong(text: account.person.map(screen.facts.name) ?? "Compte de la structure")
            html.p {
                html.span(.class("nowrap"), text: account.account.masked)
                html.text(", \(account.holder)")
            }
            html.p(
                .class("soft", "small"),
                text: [
                    account.changedByName.map { "Changé par \($0)" } ?? "Changé",
                    account.changedAt.map { "le \(French.dateTime(access.local($0)))" },
                ].compactMap { $0 }.joined(separator: " "))
        }
        if access.can(IndemnityPermissions.approveRuns) {
            if account.changedBy == access.account {
                html.p(.class("soft"), text: "Vous l’avez changé\u{00A0}: une autre personne le confirme.")
            } else {
                html.postButton(
                    "Confirmer ce compte", action: access.msp.path(AccountPages.confirmation(account.person)), csrf: access.csrf,
                    size: .small, fields: [("digest", account.digest), ("run", screen.id.description)])
            }
        }
    }

    /// Each file as it was made; only the current one can be taken away, byte for byte.
    func bankFiles() {
        guard [.sent, .paid, .closed].contains(status) || !screen.files.isEmpty else {
            html.card("Fichier de virements") {
                html.p(.class("soft", "small"), text: "Il se fait une fois la campagne transmise.")
            }
            return
        }
        html.card("Fichier de virements", count: screen.files.count) {
            if screen.files.isEmpty {
                html.p(
                    .class("soft"),
                    text: status == .sent
                        ? "Pas encore fait." : "Aucun fichier n’a été fait avant le paiement\u{00A0}: une campagne payée n’en donne plus.")
            }
            for file in screen.files { self.file(file) }
            if status == .sent { self.makeFile() }
        }
    }

    private func file(_ file: BankFiles.Stored) {
        html.section(.class("stack", "stack--tight")) {
            html.p {
                html.strong(text: file.messageId)
                html.text(" ")
                switch file.state {
                case .current: html.chip("En cours", tone: .done)
                case .replaced: html.chip("Remplacé", tone: .soft)
                case .withdrawn: html.chip("Retiré", tone: .soft)
                }
            }
            html.p(
                .class("small"),
                text:
                    "\(French.plural(file.payments, "virement", "virements")) du \(French.longDate(file.executionOn)), format \(file.version). Fait le \(French.dateTime(access.local(file.madeAt))) par \(file.madeBy). Empreinte \(file.sha256.prefix(16))."
            )
            if let reason = file.reason { html.p(.class("small", "soft"), text: reason) }
            if file.state == .current {
                html.p { html.a(.href("\(href)/virements.xml"), text: "Télécharger le fichier (XML)") }
            }
        }
    }

    private func makeFile() {
        let isFirst = screen.currentFile == nil
        let today = access.local(now).date
        let proposed = TargetCalendar.next(from: max(screen.executionOn ?? today, today))
        let form = {
            html.postForm(action: "\(href)/\(RunRecord.Acts.makeFile)", csrf: access.csrf) {
                html.hiddenInput("_key", Token.make().text)
                html.selectField(
                    Field("Format", name: "version", help: "Demandez à votre banque\u{202F}; le premier convient à presque toutes."),
                    options: RunRecord.formats.codes.map { FieldOption($0.code, $0.label) },
                    value: screen.currentFile?.version ?? CreditTransferBatch.Version.v09.rawValue)
                html.dateField(
                    Field(
                        "Jour des virements", name: "execution_on", help: "Un jour où les banques échangent des virements.", required: true,
                        id: "jour-virements"),
                    value: proposed.description, min: today.description, max: today.adding(days: BankFiles.horizon).description)
                if !isFirst {
                    html.textField(
                        Field("Pourquoi le fichier est remplacé", name: "reason", required: true, id: "motif-fichier"), maxLength: 200)
                }
                html.formActions(submit: isFirst ? "Faire le fichier" : "Remplacer le fichier")
            }
        }
        if isFirst {
            form()
        } else {
            html.disclosure("Remplacer ce fichier") {
                html.p(
                    .class("small"),
                    text: "Seulement s’il n’a pas été remis à la banque, ou si elle l’a refusé\u{00A0}: les deux paieraient.")
                form()
            }
        }
    }
}
