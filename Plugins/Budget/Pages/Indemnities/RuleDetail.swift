import HTML
import Kernel
import KernelUI

/// The page of a rule: what it pays, to whom, and the decision behind it.
enum RuleDetail {
    static let detail = RecordDetail(
        shows: Set(RuleRecord.fields.map(\.name)), read: { msp, id in .one(StoredRule.one(msp, id), StoredRule.init) },
        render: { view, stored, html in draw(stored, view, html) })

    private static func draw(_ stored: StoredRule, _ view: RecordView, _ html: HTMLWriter) {
        let rule = stored.rule
        if stored.status == "DRAFT" {
            html.section(.class("card", "next-step"), .aria(.labelledby, "prochain-acte")) {
                html.div(.class("row", "row--between")) {
                    html.div(.class("stack", "stack--tight")) {
                        html.h2(.id("prochain-acte"), text: "Avant le vote")
                        html.p(
                            .class("soft"),
                            text:
                                "Comparez ce brouillon à la règle en vigueur sur une vraie période\u{00A0}: le vote se fait en connaissance de cause."
                        )
                    }
                    html.div(.class("row")) {
                        if view.access.can(IndemnityPermissions.readLines) {
                            html.linkButton(
                                "Simuler",
                                href: "\(view.access.msp.path(IndemnityPlaces.simulation))?proposed=\(view.id)",
                                kind: .main)
                        }
                        if view.access.can(IndemnityPermissions.writeRules) {
                            html.linkButton("Modifier le contenu", href: "\(view.href)/contenu", icon: .edit)
                        }
                    }
                }
            }
        }
        html.card("Conditions") {
            html.definitionList([
                ("Version", String(rule.version)), ("En vigueur", period(rule)), ("Mode de calcul", rule.method.label),
                ("Bénéficiaires", rule.eligible.label), ("Arrivée tardive", rule.lateRule.label),
                ("Présence minimale", French.duration(minutes: rule.minimumPresence)),
                ("Arrondi de chaque temps", rule.rounding.step == 1 ? "à la minute" : rule.rounding.words),
                ("Plafond par personne et par an", rule.capPerPerson.map { French.money(cents: $0) }),
                ("Plafond de l’ensemble", rule.capTotal.map { French.money(cents: $0) }),
                ("Décision", decision(stored)),
            ])
        }
        for (index, part) in rule.parts.enumerated() {
            html.card(rule.parts.count > 1 ? "Élément \(index + 1)\u{00A0}: \(part.method.label)" : "Barème") { draw(part, html) }
        }
    }

    private static func period(_ rule: IndemnityRule) -> String {
        rule.validTo.map { "du \(French.date(rule.validFrom)) au \(French.date($0))" } ?? "à partir du \(French.date(rule.validFrom))"
    }

    private static func decision(_ stored: StoredRule) -> String {
        guard let decision = stored.rule.decision, let organ = stored.organ else {
            return "pas encore votée\u{00A0}: elle ne peut pas être appliquée"
        }
        return "\(IndemnityCodes.organ.label(organ)) du \(French.date(decision.date)), \(decision.reference)"
    }

    private static func draw(_ part: IndemnityPart, _ html: HTMLWriter) {
        if part.method != .perTask {
            let types = CodeList.meetingType.codes.filter { part.meetingTypes.contains($0.code) }.map(\.label)
            html.definitionList([
                ("Réunions", types.isEmpty ? "aucune" : types.joined(separator: ", ")),
                ("Temps hors réunion", part.method.isHourly || part.share != nil ? (part.countsCredits ? "compté" : "non compté") : nil),
            ])
        }
        if let share = part.share {
            html.definitionList([
                ("Part de l’excédent", French.percent(share.percent)), ("Points par heure", French.number(share.pointsPerHour)),
                ("Points par réunion", French.number(share.pointsPerMeeting)), ("Points par mission", French.number(share.pointsPerTask)),
                ("Points de chaque bénéficiaire", French.number(share.pointsFixed)),
            ])
            for weight in share.weights {
                html.p(text: "\(who(weight.profession, weight.role))\u{00A0}: points × \(French.number(weight.factor))")
            }
        }
        guard !part.rates.isEmpty else { return }
        html.table(
            "Barème", columns: [TableColumn("Pour"), TableColumn(part.method.isHourly ? "Par heure" : "Forfait", .number)]
        ) { table in
            for rate in part.rates {
                table.row { row in
                    let about = [rate.meetingType.map(CodeList.meetingType.label), rate.task.map(IndemnityCodes.task.label)].compactMap {
                        $0
                    }
                    row.title((about + [who(rate.profession, rate.role)]).joined(separator: ", "))
                    row.cell { html.amount(cents: rate.cents) }
                }
            }
        }
    }

    private static func who(_ profession: String?, _ role: String?) -> String {
        let parts = [profession.map(CodeList.profession.label), role.map(IndemnityCodes.role.label)].compactMap { $0 }
        return parts.isEmpty ? "tout le monde" : parts.joined(separator: ", ")
    }
}
