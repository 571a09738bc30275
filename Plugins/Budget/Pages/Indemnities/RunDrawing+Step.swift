import HTML
import Kernel
import KernelUI

/// The one act that the run waits for, with what stands in its way.
extension RunDrawing {
    func nextStep() {
        guard let (title, explanation) = words else { return }
        html.section(.class("card", "next-step"), .aria(.labelledby, "prochain-acte")) {
            html.div(.class("row", "row--between")) {
                html.div(.class("stack", "stack--tight")) {
                    html.h2(.id("prochain-acte"), text: title)
                    html.p(.class("soft"), text: explanation)
                    missing()
                }
                html.div(.class("row")) { buttons() }
            }
        }
    }

    private var words: (title: String, explanation: String)? {
        switch status {
        case .draft:
            let open = screen.toSettle.count
            return (
                "Contrôler la campagne",
                open == 0
                    ? "Le calcul suit les feuilles verrouillées et le temps validé de la période. Une fois contrôlé, il est figé."
                    : "\(French.plural(open, "anomalie est à regarder", "anomalies sont à regarder")) avant le contrôle."
            )
        case .checked:
            let left = screen.needed - screen.approvals.count
            return (
                "Valider la campagne",
                "Il manque \(French.plural(left, "validation", "validations")), par des personnes qui n’ont ni préparé ni contrôlé la campagne."
            )
        case .approved:
            return (
                "Transmettre la campagne",
                "Elle reçoit son numéro, l’état est classé, chaque personne est prévenue et les fichiers deviennent disponibles."
            )
        case .sent:
            return screen.currentFile == nil
                ? ("Faire le fichier de virements", "Une fois, pour un jour à venir. Il se retélécharge ensuite à l’identique.")
                : ("Noter la campagne payée", "Quand la banque a exécuté les virements.")
        case .paid: return ("Clore la campagne", "Plus rien ne change après la clôture.")
        case .closed, .cancelled: return nil
        }
    }

    private func missing() {
        var sentences: [String] = []
        if status == .draft {
            if screen.result.rules.isEmpty { sentences.append("Aucune règle votée n’est en vigueur pendant cette période.") }
            if screen.result.totalCents == 0 { sentences.append("Aucun montant n’est à verser.") }
        }
        if showsLines, status == .approved || status == .sent {
            if screen.hasOwnAccount, screen.accounts.accounts[nil]?.siren == nil {
                sentences.append("Le numéro SIREN de la structure n’est pas renseigné, page «\u{00A0}Comptes bancaires\u{00A0}».")
            }
            if !screen.hasOwnAccount { sentences.append("Le compte bancaire de la structure n’est pas renseigné.") }
            if !screen.withoutAccount.isEmpty {
                let names = screen.withoutAccount.map(screen.facts.name).sorted()
                sentences.append("Compte bancaire à demander\u{00A0}: \(French.list(names)).")
            }
        }
        guard !sentences.isEmpty else { return }
        html.ul(.class("stack", "stack--tight"), .role("list")) {
            for sentence in sentences {
                html.li {
                    html.chip("Manque", tone: .warn)
                    html.text(" \(sentence)")
                }
            }
        }
    }

    private func buttons() {
        let acts = RunRecord.Acts.self
        switch status {
        case .draft:
            if access.can(IndemnityPermissions.prepareRuns), screen.toSettle.isEmpty, screen.result.totalCents > 0 {
                act(acts.check, "Contrôler")
            }
        case .checked:
            guard access.can(IndemnityPermissions.approveRuns), let account = access.account, !screen.isOutdated else { return }
            if access.professional == nil {
                html.p(.class("soft"), text: FourEyes.sentence)
            } else if screen.preparedBy.contains(account) {
                html.p(
                    .class("soft"),
                    text: screen.needed == 1
                        ? "Vous avez préparé ou contrôlé cette campagne\u{00A0}: une autre personne la valide."
                        : "Vous avez préparé ou contrôlé cette campagne\u{00A0}: deux autres personnes la valident.")
            } else if screen.approvedBy.contains(account) {
                html.p(.class("soft"), text: "Vous l’avez validée\u{00A0}: il faut une seconde personne.")
            } else {
                act(
                    acts.approve, "Valider \(French.money(cents: screen.result.totalCents))",
                    fields: [
                        ("fingerprint", screen.result.fingerprint), ("accounts", screen.accounts.mark(for: screen.payees)),
                    ])
            }
        case .approved:
            if access.can(IndemnityPermissions.settleRuns), !screen.isOutdated, screen.toConfirm.isEmpty {
                html.linkButton("Transmettre", href: "\(href)/\(acts.send)", kind: .main)
            }
        case .sent:
            if access.can(IndemnityPermissions.settleRuns) { html.linkButton("Noter payée", href: "\(href)/\(acts.pay)", kind: .main) }
        case .paid:
            if access.can(IndemnityPermissions.settleRuns) { act(acts.close, "Clore") }
        case .closed, .cancelled: break
        }
    }
}
