import HTML
import Kernel
import KernelUI

/// What the facts say of a run since it was sent, and what a draft may make good of earlier ones.
extension RunDrawing {
    /// On the page of a run that was sent: never silence.
    func sinceSent() {
        guard [.sent, .paid, .closed].contains(status) else { return }
        if screen.isSheetOpen {
            html.message(
                "Une feuille de présence de la période est rouverte\u{00A0}: les différences avec ce qui a été versé seront connues quand elle sera verrouillée de nouveau.",
                tone: .warn)
        }
        let noticed = screen.ownCorrections.filter { $0.nowCents != $0.paidCents || $0.openCents != 0 }
        guard showsLines, !noticed.isEmpty else {
            if !noticed.isEmpty { html.message("Les faits de la période ont changé depuis que la campagne est transmise.", tone: .warn) }
            return
        }
        let open = noticed.filter { $0.openCents != 0 }
        html.card("Faits changés depuis la transmission", count: open.count) {
            html.p(
                text: status == .sent
                    ? "Les faits ne donnent plus ce qui a été transmis. Si les virements ne sont pas partis, rappelez la campagne\u{202F}; sinon la prochaine campagne propose la différence en ajustement."
                    : "Les faits ne donnent plus ce qui a été versé. La prochaine campagne propose la différence en ajustement.")
            table("Différences par personne", noticed)
            if !open.isEmpty, access.can(IndemnityPermissions.settleRuns) {
                html.disclosure("Laisser ces différences en l’état") {
                    html.postForm(action: "\(href)/\(RunRecord.Acts.leave)", csrf: access.csrf, guarded: false) {
                        html.textField(Field("Motif", name: "reason", required: true, id: "motif-differences"), maxLength: 200)
                        html.formActions(submit: "Laisser en l’état")
                    }
                }
            }
        }
    }

    /// On the page of a draft: differences of earlier runs, to take as adjustments.
    func correctionsToTake() {
        guard !screen.takable.isEmpty else { return }
        html.card("Corrections de campagnes transmises", count: screen.takable.count) {
            html.p(text: "Depuis leur transmission, les faits ont changé. Reprises ici, elles deviennent des ajustements avec leur motif.")
            table("Corrections proposées", screen.takable)
            if access.can(IndemnityPermissions.prepareRuns) { act(RunRecord.Acts.take, "Reprendre ces corrections") }
        }
    }

    private func table(_ caption: String, _ corrections: [RunCorrection]) {
        html.table(
            caption,
            columns: [
                TableColumn("Personne"), TableColumn("Campagne"), TableColumn("Transmis", .number), TableColumn("Selon les faits", .number),
                TableColumn("Reste", .number),
            ]
        ) { table in
            for correction in screen.facts.sorted(corrections, by: \.person) {
                table.row { row in
                    row.title(screen.facts.name(correction.person))
                    row.cell(correction.runName)
                    row.cell { html.amount(cents: correction.paidCents) }
                    row.cell { html.amount(cents: correction.nowCents) }
                    row.cell {
                        html.amount(cents: correction.openCents)
                        if correction.leftCents != 0 { html.p(.class("soft", "small"), text: "laissé en l’état") }
                        if correction.takenCents != 0 { html.p(.class("soft", "small"), text: "repris en ajustement") }
                    }
                }
            }
        }
    }
}
