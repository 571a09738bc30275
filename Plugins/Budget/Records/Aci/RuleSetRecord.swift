import HTML
import Kernel
import KernelUI

/// The MSP's own rules: `/budget/regles-aci`, `/budget/rule-sets`. They are born as a copy and changed on a page of their own.
enum RuleSetRecord {
    static let record = RecordType(
        id: "budget.rule_set", table: "budget.rule_set",
        words: RecordWords(
            "jeu de règles", "jeux de règles", isFeminine: false,
            purpose: "Des règles copiées et changées pour préparer un exercice. Partez d’un jeu de règles national."),
        path: "regles-aci", apiPath: "rule-sets",
        fields: [
            RecordField("name", .text(max: 160), label: "Nom", readOnly: true),
            RecordField("code", .text(max: 60), label: "Identifiant", readOnly: true),
            RecordField("origin", .text(max: 60), label: "Copié de", readOnly: true),
            RecordField("first_exercise", .integer(2017...2100), label: "Premier exercice", readOnly: true),
            RecordField("last_exercise", .integer(2017...2100), label: "Dernier exercice", readOnly: true),
        ], titleField: "name", columns: ["name", "first_exercise", "last_exercise"], search: ["name", "code"],
        order: RecordOrder("first_exercise", descending: true),
        permissions: RecordPermissions(
            read: AciPermissions.readRules, create: nil, update: nil, archive: AciPermissions.writeRules),
        verbs: ["copy": "Copie", "change": "Chiffres changés"],
        panels: [
            .facts("Règles", ["first_exercise", "last_exercise"]),
            .custom(
                RecordDetail(shows: ["code", "origin"]) { view, h in
                    h.card("Chiffres") {
                        h.p {
                            let base = view.access.msp.path("budget/")
                            h.linkButton("Voir les chiffres", href: "\(base)regles-nationales/\(view.values.text("code") ?? "")")
                            if let origin = view.values.text("origin") {
                                h.linkButton("Voir les règles d’origine", href: "\(base)regles-nationales/\(origin)")
                            }
                            if view.access.can(AciPermissions.writeRules) {
                                h.linkButton("Changer les chiffres", href: "\(base)regles-aci/\(view.id)/chiffres", kind: .main)
                            }
                        }
                        h.p(
                            .class("soft small"),
                            text: "Pour les appliquer, choisissez-les dans les paramètres de l’exercice.")
                    }
                }),
        ])
}
