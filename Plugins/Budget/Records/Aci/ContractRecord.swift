import Kernel

/// Contracts of the MSP with the ARS and the Assurance maladie: `/budget/contrats`, `/budget/aci-contracts`.
enum ContractRecord {
    static let id = "budget.aci_contract"

    static let record = RecordType(
        id: id, table: "budget.aci_contract",
        words: RecordWords(
            "contrat ACI", "contrats ACI", isFeminine: false,
            purpose: "Le contrat signé avec l’ARS et la CPAM pour cinq ans, et les pièces de la demande."),
        path: "contrats", apiPath: "aci-contracts",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true, default: .text("Contrat ACI")),
            RecordField(
                "state", .choice(CodeList("ACI_CONTRACT_STATE", states)), label: "État", readOnly: true,
                default: .text("PREPARING")),
            RecordField("cpam", .text(max: 120), label: "CPAM"),
            RecordField("number", .text(max: 60), label: "Numéro du contrat", help: "Celui que donne la CPAM."),
            RecordField("ars_delegation", .text(max: 120), label: "Délégation de l’ARS"),
            RecordField("health_project_filed_on", .date, label: "Projet de santé déposé le"),
            RecordField("signed_on", .date, label: "Signé le"),
            RecordField("starts_on", .date, label: "Début"),
            RecordField("ends_on", .date, label: "Fin", help: "Laissez vide pour cinq ans."),
            RecordField("amendments", .longText(max: 2_000), label: "Avenants"),
        ], titleField: "title", columns: ["title", "state", "cpam", "starts_on", "ends_on"], search: ["title", "cpam"],
        findable: ["state", "ends_on"],
        order: RecordOrder("starts_on", descending: true),
        permissions: RecordPermissions(
            read: AciPermissions.readContract, create: AciPermissions.writeContract, update: AciPermissions.writeContract,
            archive: AciPermissions.writeContract),
        workflow: Workflow(
            field: "state", states: states, editable: ["PREPARING", "REQUESTED", "SIGNED", "RUNNING", "RENEWING"],
            next: [
                "PREPARING": ["REQUESTED", "SIGNED", "RUNNING"], "REQUESTED": ["SIGNED", "RUNNING"], "SIGNED": ["RUNNING"],
                "RUNNING": ["RENEWING", "ENDED"], "RENEWING": ["SIGNED", "RUNNING", "ENDED"],
            ]),
        actions: actions, check: check,
        prepare: { new, _, _, unit in
            var values = new
            if let start = new.date("starts_on"), new.date("ends_on") == nil { values["ends_on"] = .date(fiveYears(from: start)) }
            AciYears.askAgain(unit)
            return values
        },
        retire: retire,
        lines: [items],
        deadlines: [
            RecordDeadline(
                "end", .field("ends_on"), remind: [180, 90, 30], ahead: alertMonths * 31,
                while: ["SIGNED", "RUNNING", "RENEWING"], says: "à renouveler")
        ], files: [.papers("papers", label: "Contrat et avenants", keepsMonths: 24)])

    /// Months before the end from which the renewal is prepared (missions.md 12.2).
    private static let alertMonths = 6

    /// The pieces of a request for a contract (missions.md 6.2, `AciApplication`).
    private static let items = Lines.checklist(
        "items", one: "item", table: "budget.contract_item", parent: "contract_id",
        words: RecordWords(
            "pièce", "pièces", isFeminine: true, purpose: "Ce que la demande doit contenir.", title: "Pièces de la demande"),
        path: "pieces", of: ContractItem.list,
        states: [
            Workflow.State("MISSING", "Manque", .warn), Workflow.State("REQUESTED", "Demandée", .note),
            Workflow.State("READY", "Prête", .done), Workflow.State("SENT", "Envoyée", .done),
        ], done: ["READY", "SENT"], write: AciPermissions.writeContract, during: Set(states.map(\.code)), asks: ["PREPARING"])

    private static let states = [
        Workflow.State("PREPARING", "En préparation", .note), Workflow.State("REQUESTED", "Demandé", .note),
        Workflow.State("SIGNED", "Signé", .done), Workflow.State("RUNNING", "En cours", .done),
        Workflow.State("RENEWING", "À renouveler", .warn), Workflow.State("ENDED", "Terminé", .soft),
    ]

    /// A contract under which an exercise left the house stays: archived, it would leave what was handed out without a ground.
    private static func retire(_ values: RecordValues, _ isArchived: Bool, _ unit: WriteUnit) async throws {
        AciYears.askAgain(unit)
        guard isArchived, let start = values.date("starts_on"), !["PREPARING", "REQUESTED"].contains(values.text("state") ?? "PREPARING")
        else { return }
        let rows = try await unit.one(
            Query(
                """
                select y.exercise, y.state = any ($4) from budget.aci_year y
                where y.msp_id = $1 and y.archived_at is null and y.exercise >= $2 and ($3::integer is null or y.exercise <= $3)
                    and (y.state = any ($4) or exists (
                        select from budget.dossier d where d.msp_id = $1 and d.year_id = y.id and d.state = 'SEALED'))
                order by y.exercise limit 1
                """, .id(unit.msp), .int(start.year), .int(values.date("ends_on")?.year),
                .texts(YearRecord.frozenStates.union(["READY"]).sorted())))
        guard let row = rows.first else { return }
        let exercise: Int = try row[0]
        let left = try row[1] as Bool ? "a été déclaré" : "a un dossier scellé"
        throw Refusal.conflict(
            "handed_out",
            "L’exercice \(exercise) \(left) sous ce contrat\u{A0}: il ne s’archive plus. S’il a pris fin, terminez-le en disant son dernier jour."
        )
    }

    /// The day before the fifth anniversary (missions.md 6.1: the contract runs five years).
    static func fiveYears(from start: CivilDate) -> CivilDate {
        let anniversary =
            CivilDate(year: start.year + 5, month: start.month, day: start.day) ?? CivilDate(year: start.year + 5, month: 3, day: 1)
            ?? start
        return anniversary.adding(days: -1)
    }

    private static func check(_ new: RecordValues, _ old: RecordValues?) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let start = new.date("starts_on"), let end = new.date("ends_on"), end <= start {
            faults.append(FieldFault("ends_on", "La fin vient après le début."))
        }
        if !["PREPARING", "REQUESTED"].contains(old?.text("state") ?? "PREPARING") {
            for (name, label) in [("signed_on", "la signature"), ("starts_on", "le début")] where new.date(name) == nil {
                faults.append(FieldFault(name, "Le contrat est signé\u{A0}: indiquez \(label)."))
            }
        }
        return faults
    }

    // MARK: Acts

    private static let actions: [RecordAction] = [
        move(
            "request", "Noter la demande", path: "demander", api: "request", to: "REQUESTED", from: ["PREPARING"], rank: .main,
            "La demande est notée."),
        RecordAction(
            "sign", label: "Noter la signature", path: "signer", apiPath: "sign", permission: AciPermissions.writeContract,
            from: ["PREPARING", "REQUESTED", "RENEWING"],
            fields: [
                RecordField("signed_on", .date, label: "Signé le", required: true),
                RecordField("starts_on", .date, label: "Début", required: true),
                RecordField("ends_on", .date, label: "Fin", help: "Laissez vide pour cinq ans."),
            ], sets: ["signed_on", "starts_on"], rank: .main
        ) { input, unit in
            guard let start = input.values.date("starts_on") else {
                throw Refusal.invalid("starts_on", "Indiquez le début du contrat.")
            }
            let end = input.values.date("ends_on") ?? fiveYears(from: start)
            guard end > start else { throw Refusal.invalid("ends_on", "La fin vient après le début.") }
            let state = start <= unit.access.local(unit.now).date ? "RUNNING" : "SIGNED"
            AciYears.askAgain(unit)
            return ActionOutcome(
                "La signature est notée\u{A0}: le contrat court jusqu’au \(French.date(end)).",
                ["state": .text(state), "ends_on": .date(end)])
        },
        move(
            "run", "Le contrat a commencé", path: "commencer", api: "start", to: "RUNNING", from: ["SIGNED"], rank: .main,
            "Le contrat est en cours."),
        move(
            "renew", "Préparer le renouvellement", path: "renouveler", api: "renew", to: "RENEWING", from: ["RUNNING"],
            "Le renouvellement est en préparation."),
        RecordAction(
            "end", label: "Terminer", path: "terminer", apiPath: "end", permission: AciPermissions.writeContract,
            from: ["RUNNING", "RENEWING"], to: "ENDED",
            fields: [
                RecordField(
                    "ends_on", .date, label: "Dernier jour",
                    help: "L’exercice de ce jour est payé en proportion. Sans rien changer\u{A0}: la fin prévue.")
            ], rank: .destructive
        ) { input, unit in
            let (start, planned) = (input.record.date("starts_on"), input.record.date("ends_on"))
            guard let end = input.values.date("ends_on") ?? planned else {
                throw Refusal.invalid("ends_on", "Indiquez le dernier jour du contrat.")
            }
            if let start, end <= start { throw Refusal.invalid("ends_on", "La fin vient après le début.") }
            if let planned, end > planned {
                throw Refusal.invalid("ends_on", "Le contrat prend fin le \(French.date(planned)) au plus tard.")
            }
            AciYears.askAgain(unit)
            return ActionOutcome("Le contrat prend fin le \(French.date(end)).", ["ends_on": .date(end)])
        },
    ]

    private static func move(
        _ id: String, _ label: String, path: String, api: String, to state: String, from: Set<String>,
        rank: RecordAction.Rank = .ordinary, _ done: String
    ) -> RecordAction {
        .move(
            id, label: label, path: path, apiPath: api, permission: AciPermissions.writeContract, from: from, to: state, rank: rank,
            done: done)
    }
}

/// The pieces of a request for a contract (missions.md 6.2, `AciApplication`).
enum ContractItem {
    static let list = CodeList(
        "ACI_APPLICATION",
        [
            ("HEALTH_PROJECT", "Projet de santé signé par toute l’équipe"), ("ARS_VALIDATION", "Validation du projet de santé par l’ARS"),
            ("STATUTES", "Statuts de la SISA signés"), ("STATUTES_ORDERS", "Statuts transmis aux ordres et à l’ARS"),
            ("REGISTRATION", "Extrait d’immatriculation (Kbis)"), ("BANK_DETAILS", "RIB de la SISA"), ("FINESS", "Numéro FINESS"),
            ("ASSOCIATES", "Liste des associés signée par tous"), ("PATIENTS", "Patientèle médecin traitant communiquée par la CPAM"),
            ("OPENING_HOURS", "Charte d’engagement sur les horaires d’ouverture"),
            ("UNSCHEDULED_CARE", "Organisation des soins non programmés"), ("COORDINATOR", "Fonction de coordination désignée"),
            ("SOFTWARE", "Attestation du logiciel labellisé"), ("CRISIS_PLAN", "Plan de préparation aux crises sanitaires"),
        ])
}
