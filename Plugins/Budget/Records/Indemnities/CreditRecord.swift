import Kernel

/// Time outside meetings: `/budget/temps`, `/budget/work-credits`. Each person declares and reads his or her own; those who check it see all.
enum CreditRecord {
    static let id = "budget.work_credit"

    /// Segments of the acts after the declaration's id.
    enum Acts {
        static let check = "controler"
        static let approve = "valider"
        static let refuse = "refuser"
    }

    static let record = RecordType(
        id: id, table: "budget.work_credit",
        words: RecordWords(
            "temps hors réunion", "temps hors réunion", isFeminine: false,
            purpose: "Le temps passé pour l’équipe hors des réunions\u{00A0}: déclaré, contrôlé, validé, puis indemnisé."),
        path: "temps", apiPath: "work-credits", fields: fields, titleField: "title",
        columns: ["title", "professional_id", "day", "minutes", "task", "status"], search: ["title", "description"],
        order: RecordOrder("day", descending: true),
        permissions: RecordPermissions(
            read: IndemnityPermissions.readOwn, create: IndemnityPermissions.declareOwn, update: IndemnityPermissions.writeCredits,
            archive: IndemnityPermissions.writeCredits),
        workflow: Workflow(
            field: "status",
            states: [
                Workflow.State("DECLARED", "Déclaré", .warn), Workflow.State("CHECKED", "Contrôlé", .note),
                Workflow.State("APPROVED", "Validé", .done), Workflow.State("REFUSED", "Refusé", .stop),
            ], editable: ["DECLARED"], next: ["DECLARED": ["CHECKED", "REFUSED"], "CHECKED": ["APPROVED", "REFUSED"]]),
        actions: [check, approve, refuse],
        prepare: { new, old, _, unit in
            guard let day = new.date("day") else { return new }
            let faults = CreditActs.faults(day, today: unit.access.local(unit.now).date)
            guard faults.isEmpty else { throw Refusal.invalid(faults) }
            var values = new
            if old == nil { values["status"] = .text("DECLARED") }
            return values
        },
        retire: { values, _, unit in
            if let day = values.date("day") { try await RunStore.resetRuns(from: day, to: day, unit) }
        }, reading: .own("professional_id", unless: IndemnityPermissions.readCredits, giving: IndemnityPermissions.writeCredits))

    private static let declaration: [RecordField] = [
        RecordField("day", .date, label: "Jour", required: true),
        RecordField("minutes", .minutes(1...1440), label: "Durée", required: true),
        RecordField(
            "title", .text(max: 160), label: "Objet",
            help: "Ce qui a été fait, sans nom de patient\u{00A0}: «\u{00A0}Relecture du protocole AVK\u{00A0}».",
            required: true),
        RecordField("description", .longText(max: 2000), label: "Précisions"),
        RecordField(
            "task", .choice(IndemnityCodes.task), label: "Mission", help: "Seulement si la règle prévoit un forfait pour cette mission."),
        RecordField(
            "units", .integer(1...1000), label: "Nombre", help: "Mois, protocoles, étudiants\u{00A0}: selon la mission.",
            default: .integer(1)),
    ]

    private static let fields: [RecordField] =
        [
            RecordField("professional_id", .reference(.professional), label: "Personne", required: true, fixed: true)
        ] + declaration + [
            RecordField("status", .choice(IndemnityCodes.creditStatus), label: "État", readOnly: true, default: .text("DECLARED")),
            RecordField("refusal", .text(max: 300), label: "Motif du refus", readOnly: true),
        ]

    private static let check = RecordAction(
        "check", label: "Contrôler", path: Acts.check, apiPath: "check", permission: IndemnityPermissions.checkCredits, from: ["DECLARED"],
        to: "CHECKED", rank: .main
    ) { _, unit in
        ActionOutcome(
            "Le temps est contrôlé\u{00A0}: il attend la validation de la gérance.",
            RecordChange(kept: ["checked_by": .id(try unit.actor())]))
    }

    private static let approve = RecordAction(
        "approve", label: "Valider", path: Acts.approve, apiPath: "approve", permission: IndemnityPermissions.approveCredits,
        from: ["CHECKED"], to: "APPROVED", rank: .main
    ) { input, unit in
        // A manager's own time is approved by somebody else (four eyes on payments).
        try FourEyes.requirePerson(unit)
        if input.record.id("professional_id") == unit.access.professional {
            throw Refusal.conflict("own_credit", "C’est votre propre temps\u{00A0}: une autre personne de la gérance doit le valider.")
        }
        try await CreditActs.requireOtherThanChecker(input.id, unit)
        if let day = input.record.date("day") { try await RunStore.resetRuns(from: day, to: day, unit) }
        return ActionOutcome("Le temps est validé.", RecordChange(kept: ["approved_by": .id(try unit.actor())]))
    }

    private static let refuse = RecordAction.move(
        "refuse", label: "Refuser", path: Acts.refuse, apiPath: "refuse", permission: IndemnityPermissions.checkCredits,
        from: ["DECLARED", "CHECKED"], to: "REFUSED", fields: [RecordField("refusal", .text(max: 200), label: "Motif", required: true)],
        sets: ["refusal"], rank: .destructive, done: "Le temps est refusé\u{202F}; la personne lit le motif.")
}
