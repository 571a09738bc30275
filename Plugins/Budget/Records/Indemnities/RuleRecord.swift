import Kernel

/// Rules of indemnity: `/budget/regles-indemnisation`, `/budget/indemnity-rules`. Their content is a document with a form and an endpoint of
/// its own; as a record they have a list, a page, a history and a vote.
enum RuleRecord {
    static let id = "budget.indemnity_rule"

    /// Segments of the acts after the rule's id.
    enum Acts {
        static let vote = "voter"
        static let end = "terminer"
        static let copy = "nouvelle-version"
    }

    static let record = RecordType(
        id: id, table: "budget.indemnity_rule",
        words: RecordWords(
            "règle d’indemnisation", "règles d’indemnisation", isFeminine: true,
            purpose: "Comment le temps de coordination est payé\u{00A0}: mode de calcul, barème, plafonds, et la décision qui l’a voté."),
        path: "regles-indemnisation", apiPath: "indemnity-rules", fields: fields, titleField: "name",
        columns: ["name", "version", "method", "valid_from", "valid_to", "status"], search: ["name", "decision_reference"],
        order: RecordOrder("valid_from", descending: true),
        permissions: RecordPermissions(read: IndemnityPermissions.readRules, create: nil, update: nil, archive: nil),
        workflow: Workflow(
            field: "status",
            states: [
                Workflow.State("DRAFT", "Brouillon", .soft), Workflow.State("VOTED", "Votée", .done),
                Workflow.State("ENDED", "Terminée", .soft),
            ], editable: [], next: ["DRAFT": ["VOTED"], "VOTED": ["ENDED"]]),
        actions: [vote, end, copy], panels: [.custom(RuleDetail.detail)])

    static let fields: [RecordField] = [
        RecordField("name", .text(max: 120), label: "Nom", readOnly: true),
        RecordField("version", .integer(1...9999), label: "Version", readOnly: true),
        RecordField("method", .choice(IndemnityCodes.method), label: "Mode de calcul", readOnly: true),
        RecordField("valid_from", .date, label: "À partir du", readOnly: true),
        RecordField("valid_to", .date, label: "Jusqu’au", readOnly: true),
        RecordField("status", .choice(IndemnityCodes.ruleStatus), label: "État", readOnly: true, default: .text("DRAFT")),
        RecordField("decision_organ", .choice(IndemnityCodes.organ), label: "Décidée par", readOnly: true),
        RecordField("decision_reference", .text(max: 160), label: "Référence de la décision", readOnly: true),
        RecordField("decision_on", .date, label: "Décision du", readOnly: true),
    ]

    private static let vote = RecordAction(
        "vote", label: "Enregistrer le vote", path: Acts.vote, apiPath: "vote", permission: IndemnityPermissions.voteRules, from: ["DRAFT"],
        to: "VOTED",
        fields: [
            RecordField("decision_organ", .choice(IndemnityCodes.organ), label: "Décidée par", required: true, default: .text("AGO")),
            RecordField("decision_on", .date, label: "Date de la décision", required: true),
            RecordField(
                "decision_reference", .text(max: 160), label: "Référence", help: "Numéro de la résolution ou de la décision au registre.",
                required: true),
        ], sets: ["decision_organ", "decision_on", "decision_reference"],
        confirmation: "Une règle votée ne change plus. La règle en vigueur avant elle se termine la veille.", rank: .main
    ) { input, unit in
        guard let day = input.values.date("decision_on") else { throw Refusal.invalid("decision_on", "Indiquez la décision.") }
        return ActionOutcome(
            try await RuleActs.vote(input.id, on: day, unit),
            RecordChange(kept: ["voted_at": .instant(unit.now), "voted_by": .id(unit.access.account)]))
    }

    private static let end = RecordAction(
        "end", label: "Terminer", path: Acts.end, apiPath: "end", permission: IndemnityPermissions.voteRules, from: ["VOTED"],
        to: "ENDED", fields: [RecordField("valid_to", .date, label: "Dernier jour", required: true)], sets: ["valid_to"],
        confirmation: "Après ce jour, aucun temps n’est payé par cette règle."
    ) { input, unit in
        guard let day = input.values.date("valid_to") else { throw Refusal.invalid("valid_to", "Indiquez le dernier jour.") }
        try await RuleActs.end(input.id, on: day, unit)
        return ActionOutcome("La règle se termine le \(French.date(day)).")
    }

    private static let copy = RecordAction(
        "copy", label: "Nouvelle version", path: Acts.copy, apiPath: "copy", permission: IndemnityPermissions.writeRules
    ) { input, unit in
        let id = try await RuleActs.copy(input.id, unit)
        return ActionOutcome(
            "Voici le brouillon de la nouvelle version.",
            href: unit.access.msp.path("\(IndemnityPlaces.rule(id))/contenu"))
    }
}
