import Kernel

/// Situations discussed, head only: `/equipe/situations`, `/facilitation/rcp-cases`.
enum CaseRecord {
    static let id = "facilitation.rcp_case"

    static let record = RecordType(
        id: id, table: "facilitation.rcp_case",
        words: RecordWords(
            "situation", "situations", isFeminine: true,
            purpose: "Le registre des situations discutées\u{A0}: numéros et thèmes seulement, jamais l’identité d’une personne.",
            title: "Situations RCP"),
        path: "situations", apiPath: "rcp-cases", fields: fields, titleField: "case_code",
        columns: ["case_code", "theme", "consent", "requester_id", "state", "review_on"], search: ["case_code"],
        order: RecordOrder("case_code", descending: true),
        permissions: RecordPermissions(
            read: Permissions.readCases, create: Permissions.requestCases, update: Permissions.writeCases, archive: Permissions.writeCases),
        workflow: Workflow(
            field: "state",
            states: [
                Workflow.State("REQUESTED", "Demandée", .note), Workflow.State("SCHEDULED", "Programmée", .note),
                Workflow.State("DISCUSSED", "Discutée", .warn), Workflow.State("FOLLOW_UP", "Suivi en cours", .warn),
                Workflow.State("CLOSED", "Close", .done), Workflow.State("WITHDRAWN", "Retirée", .soft),
            ], editable: ["REQUESTED", "SCHEDULED", "DISCUSSED", "FOLLOW_UP"],
            next: [
                "REQUESTED": ["SCHEDULED", "DISCUSSED", "WITHDRAWN"], "SCHEDULED": ["REQUESTED", "DISCUSSED", "WITHDRAWN"],
                "DISCUSSED": ["REQUESTED", "SCHEDULED", "FOLLOW_UP", "CLOSED"], "FOLLOW_UP": ["SCHEDULED", "CLOSED"],
            ]),
        actions: actions,
        verbs: ["unschedule": "Retirée d’un programme", "skip": "Non examinée", "discuss": "Examinée en réunion"],
        check: { new, _ in Consent.fault(consent: new.text("consent"), initials: new.text("initials")).map { [$0] } ?? [] },
        prepare: prepare, papers: [CaseSheet.paper])

    private static let fields: [RecordField] = [
        RecordField("case_code", .text(max: 20), label: "N° de situation", readOnly: true),
        RecordField("theme", .choice(Codes.rcpTheme), label: "Thème", required: true),
        RecordField("aim", .choice(Codes.rcpAim), label: "But", required: true, default: .text("COMPLEX_SITUATION")),
        RecordField(
            "consent", .choice(Codes.consent), label: "Accord du patient", help: "Sans accord recueilli, la situation reste anonyme.",
            required: true, default: .text("NOT_ASKED")),
        RecordField(
            "initials", .text(max: 4), label: "Initiales", help: "Seulement si l’accord est recueilli.",
            noFilter: "Une personne ne se cherche pas ici."),
        RecordField("age_band", .choice(Codes.ageBand), label: "Tranche d’âge"),
        RecordField(
            "requester_id", .reference(.professional), label: "Demandeur", help: "Vous-même, sauf indication contraire.",
            fixed: true, completed: true),
        RecordField("state", .choice(Codes.rcpState), label: "Statut", readOnly: true, default: .text("REQUESTED")),
        RecordField("review_on", .date, label: "À revoir le"),
        RecordField("outputs", .choices(Codes.rcpOutput), label: "Suites", readOnly: true, default: .codes([])),
        RecordField("patient_informed", .boolean, label: "Patient informé de la conclusion", readOnly: true),
        RecordField("record_reported", .boolean, label: "Reporté dans le dossier partagé", readOnly: true),
    ]

    /// Fields of the thirty-second form.
    static let requestFields: [RecordField] = [
        RecordField("theme", .choice(Codes.rcpTheme), label: "Thème", required: true),
        RecordField("aim", .choice(Codes.rcpAim), label: "But", required: true, default: .text("COMPLEX_SITUATION")),
        RecordField(
            "consent", .choice(Codes.consent), label: "Accord du patient", help: "Sans accord recueilli, la situation reste anonyme.",
            required: true, default: .text("NOT_ASKED")),
        RecordField("initials", .text(max: 4), label: "Initiales", help: "Seulement si l’accord est recueilli."),
        RecordField("age_band", .choice(Codes.ageBand), label: "Tranche d’âge"),
    ]

    /// The number comes from the MSP's own series; somebody without the right to follow situations asks in his or her own name.
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws -> RecordValues
    {
        guard old == nil else { return new }
        var values = new
        if new.id("requester_id") == nil || !unit.access.can(Permissions.writeCases) {
            guard let own = unit.access.professional else { throw Refusal.invalid("requester_id", "Indiquez qui demande la concertation.") }
            values["requester_id"] = .id(own)
        }
        values["case_code"] = .text(try await Cases.nextCode(unit))
        values["state"] = .text("REQUESTED")
        return values
    }

    private static let followUpFields: [RecordField] = [
        RecordField("outputs", .choices(Codes.rcpOutput), label: "Suites"),
        RecordField("patient_informed", .boolean, label: "Patient informé de la conclusion"),
        RecordField("record_reported", .boolean, label: "Reporté dans le dossier partagé"),
        RecordField("review_on", .date, label: "À revoir le"),
    ]

    /// With a date or an output to follow the situation stays open.
    private static let conclusions: [FieldSetting] = ["outputs", "patient_informed", "record_reported", "review_on"]

    private static let actions: [RecordAction] = [
        RecordAction(
            "schedule", label: "Inscrire à une réunion", path: "programmer", apiPath: "schedule", permission: Permissions.writeCases,
            from: ["REQUESTED", "SCHEDULED", "FOLLOW_UP"], to: "SCHEDULED",
            fields: [
                RecordField(
                    "meeting", .reference(References.openMeeting), label: "Réunion", help: "Les concertations à venir, par date.",
                    required: true),
                RecordField("slot_min", .minutes(5...120), label: "Durée", required: true, default: .integer(15)),
            ], rank: .main
        ) { input, unit in
            let meeting = try await Meetings.lock(try MeetingRecord.required(input.values.id("meeting"), "meeting"), unit)
            try await Cases.schedule(input.id, at: meeting, slotMin: input.values.int("slot_min") ?? 15, unit)
            return ActionOutcome("La situation est inscrite à la réunion.")
        },
        RecordAction(
            "follow_up", label: "Noter les suites", path: "suites", apiPath: "follow-up", permission: Permissions.writeCases,
            from: ["DISCUSSED", "FOLLOW_UP"], to: "FOLLOW_UP", fields: followUpFields, sets: conclusions
        ) { _, _ in ActionOutcome("Les suites sont notées.", RecordChange(kept: ["closed_at": nil])) },
        RecordAction(
            "close", label: "Clore", path: "clore", apiPath: "close", permission: Permissions.writeCases, from: ["DISCUSSED", "FOLLOW_UP"],
            to: "CLOSED", fields: followUpFields, sets: conclusions
        ) { _, unit in ActionOutcome("La situation est close.", RecordChange(kept: ["closed_at": .instant(unit.now)])) },
        // Whoever asked may withdraw, hence the right to ask; `Cases.withdraw` checks that it is the same person.
        RecordAction(
            "withdraw", label: "Retirer la demande", path: "retirer", apiPath: "withdraw", permission: Permissions.requestCases,
            from: ["REQUESTED", "SCHEDULED"], to: "WITHDRAWN", confirmation: "La situation ne sera pas discutée.", rank: .destructive
        ) { input, unit in
            try await Cases.withdraw(input.id, askedBy: input.record.id("requester_id"), unit)
            return ActionOutcome("La demande est retirée.")
        },
    ]
}
