import Kernel

/// Exercises of the contract: `/budget/annees`, `/budget/aci-years`.
enum AciYearRecord {
    static let id = "budget.aci_year"

    static func record(_ years: AciYears) -> RecordType {
        RecordType(
            id: id, table: "budget.aci_year",
            words: RecordWords(
                "exercice ACI", "exercices ACI", isFeminine: false,
                purpose: "Chaque année du contrat\u{A0}: ses paramètres, son état, ce qu’elle vaut."),
            path: "annees", apiPath: "aci-years", fields: fields, titleField: "title",
            columns: ["title", "state", "patients", "professionals", "simulated_cents", "full_cents"], search: ["title"],
            order: RecordOrder("exercise", descending: true),
            permissions: RecordPermissions(
                read: AciPermissions.read, create: AciPermissions.write, update: AciPermissions.write, archive: nil),
            workflow: Workflow(
                field: "state", states: states, editable: ["OPEN", "COLLECTING"],
                next: [
                    "OPEN": ["READY"], "COLLECTING": ["READY"], "READY": ["SUBMITTED", "COLLECTING"],
                    "SUBMITTED": ["QUESTIONED", "NOTIFIED"], "QUESTIONED": ["NOTIFIED"], "NOTIFIED": ["PAID", "CONTESTED"],
                    "PAID": ["CONTESTED", "CLOSED"], "CONTESTED": ["PAID"],
                ]), actions: actions(years),
            verbs: [
                "open": "Ouverture", "notice": "Notification saisie", "ledger_marked": "Pièces du registre choisies",
                "claim_explained": "Motif d’un niveau au-delà de l’annuaire",
            ], check: check,
            prepare: { new, old, id, unit in
                unit.touch(
                    AciYears.topic,
                    .object([
                        ("year", .string(id.description)), ("before", old?.int("simulated_cents").map { .integer($0) } ?? .null),
                    ]))
                return try await prepare(new, old, years, unit)
            },
            settle: { id, unit in
                try await YearOpening.carry(into: id, unit)
                try await years.keep(id, unit)
            }, papers: [YearPaper(years: years).paper])
    }

    private static let states = [
        Workflow.State("OPEN", "Ouvert", .note), Workflow.State("COLLECTING", "Collecte en cours", .note),
        Workflow.State("READY", "Prêt", .done), Workflow.State("SUBMITTED", "Transmis", .done),
        Workflow.State("QUESTIONED", "Questions de la CPAM", .warn), Workflow.State("NOTIFIED", "Notifié", .note),
        Workflow.State("PAID", "Payé", .done), Workflow.State("CONTESTED", "Contesté", .warn), Workflow.State("CLOSED", "Clos", .soft),
    ]

    /// The state of a code.
    static func state(_ code: String) -> Workflow.State? { states.first { $0.code == code } }

    private static let percent = FieldKind.decimal(scale: 2, min: .zero, max: ExactDecimal(100))
    private static let weeks = FieldKind.decimal(scale: 2, min: .zero, max: ExactDecimal(53))

    private static let fields: [RecordField] = [
        RecordField("title", .text(max: 60), label: "Exercice", readOnly: true),
        RecordField("exercise", .integer(2017...2100), label: "Année", required: true, fixed: true),
        RecordField(
            "state", .choice(CodeList("ACI_YEAR_STATE", states)), label: "État", readOnly: true,
            default: .text("COLLECTING")),
        RecordField(
            "contract_id", .reference(BudgetReferences.contract), label: "Contrat",
            help: "Laissez vide pour celui qui couvre l’année."),
        RecordField(
            "rule_set_id", .reference(BudgetReferences.ruleSet), label: "Règles propres",
            help: "Laissez vide pour les règles nationales de l’exercice."),
        RecordField(
            "patients", .integer(0...1_000_000), label: "Patientèle médecin traitant",
            help: "Chiffre de la CPAM au 31 décembre. Laissez vide pour celui de la fiche de la structure."),
        RecordField(
            "professionals", .integer(0...1_000), label: "Professionnels de santé associés",
            help: "Au 31 décembre. Laissez vide pour compter les associés de l’équipe."),
        RecordField(
            "eligible_patients", .integer(0...1_000_000), label: "Patients en ALD ou de plus de 75 ans",
            help: "Chacun une fois\u{A0}: base du taux de concertation."),
        RecordField("css_rate", percent, label: "Patients en C2S (%)", help: "Laissez vide pour le taux de la fiche de la structure."),
        RecordField("ame_rate", percent, label: "Patients à l’AME (%)"),
        RecordField("national_css_rate", percent, label: "Taux national C2S (%)", help: "Laissez vide pour celui des règles."),
        RecordField("national_ame_rate", percent, label: "Taux national AME (%)"),
        RecordField(
            "figures_as_of", .date, label: "Patientèle et taux arrêtés au", help: "Le jour que décrivent ces chiffres."),
        RecordField("figures_source", .text(max: 160), label: "Source de ces chiffres", help: "Par exemple le relevé de la CPAM."),
        RecordField("unscheduled_care", .boolean, label: "Soins non programmés organisés chaque jour"),
        RecordField(
            "weekday_hours", .decimal(scale: 2, min: .zero, max: ExactDecimal(24)), label: "Heures d’ouverture par jour, en semaine",
            help: "De 8 h à 20 h\u{A0}: 12."),
        RecordField("saturday_morning", .boolean, label: "Ouvert le samedi matin"),
        RecordField("holiday_closure_weeks", weeks, label: "Semaines de fermeture pendant les vacances scolaires"),
        RecordField("other_closure_weeks", weeks, label: "Semaines de fermeture en dehors"),
        RecordField("on_call_derogation", .boolean, label: "Dérogation au titre de la permanence des soins"),
        RecordField("crisis_declared", .boolean, label: "Crise sanitaire déclarée par les autorités", default: .boolean(false)),
        RecordField("acquired_on", .date, label: "Logiciel labellisé acquis le", help: "Seulement s’il l’a été pendant l’exercice."),
        RecordField("comment", .longText(max: 2_000), label: "Remarques"),
        RecordField("simulated_cents", .money, label: "Simulé à ce jour", derived: true),
        RecordField("pace_cents", .money, label: "Au 31 décembre, au rythme actuel", derived: true),
        RecordField("full_cents", .money, label: "Tout réalisé", derived: true),
        RecordField("advance_cents", .money, label: "Avance attendue", derived: true),
        RecordField("declared_cents", .money, label: "Déclaré", readOnly: true),
        RecordField("submitted_on", .date, label: "Transmis le", readOnly: true),
        RecordField("rules_name", .text(max: 160), label: "Règles appliquées", derived: true),
    ]

    private static func check(_ new: RecordValues, _ old: RecordValues?) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let day = new.date("acquired_on"), let exercise = new.int("exercise"), day.year > exercise {
            faults.append(FieldFault("acquired_on", "Cette date est après l’exercice \(exercise)."))
        }
        return faults
    }

    /// A new exercise gets its name, its state, what lasts of the one before and the contract that covers it; an exercise without rules
    /// is refused.
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ years: AciYears, _ unit: WriteUnit) async throws
        -> RecordValues
    {
        guard let exercise = new.int("exercise") else { throw Refusal.invalid("exercise", "Indiquez l’année.") }
        var values = new
        if old == nil { values = try await YearOpening.complete(values, unit) }
        values = YearOpening.decided(values)
        values["title"] = .text("Exercice \(exercise)")
        if old == nil { values["state"] = .text("COLLECTING") }
        if let own = new.id("rule_set_id") {
            let rows = try await unit.one(
                Query(
                    """
                    select 1 from budget.rule_set where msp_id = $1 and id = $2 and archived_at is null
                        and first_exercise <= $3 and coalesce(last_exercise, $3) >= $3
                    """, .id(unit.msp), .id(own), .int(exercise)))
            if rows.isEmpty { throw Refusal.invalid("rule_set_id", "Ces règles ne couvrent pas l’exercice \(exercise).") }
        } else {
            do { _ = try years.rules(for: exercise) } catch let refusal as Refusal {
                throw Refusal.invalid("exercise", refusal.message)
            }
        }
        if new.id("contract_id") == nil {
            let rows = try await unit.one(
                Query(
                    """
                    select id from budget.aci_contract
                    where msp_id = $1 and archived_at is null and starts_on is not null
                        and extract(year from starts_on) <= $2 and extract(year from ends_on) >= $2
                    order by starts_on desc, id limit 1
                    """, .id(unit.msp), .int(exercise)))
            if let row = rows.first { values["contract_id"] = .id(try row[0]) }
        }
        return values
    }

    // MARK: From one state to the next

    private static func actions(_ years: AciYears) -> [RecordAction] {
        [
            move(
                "ready", "Déclarer prêt", path: "pret", api: "ready", to: "READY", from: ["OPEN", "COLLECTING"], rank: .main,
                "L’exercice est prêt\u{A0}: ses paramètres ne changent plus."),
            RecordAction(
                "submit", label: "Noter la transmission", path: "transmettre", apiPath: "submit", permission: AciPermissions.validate,
                from: ["READY"], to: "SUBMITTED",
                fields: [RecordField("submitted_on", .date, label: "Transmis le", required: true)],
                confirmation: "Le montant simulé ce jour est gardé comme montant déclaré.", rank: .main
            ) { input, unit in
                guard let day = input.values.date("submitted_on") else {
                    throw Refusal.invalid("submitted_on", "Indiquez le jour de la transmission.")
                }
                try await years.keep(input.id, unit)
                let simulated = try await unit.one(
                    Query(
                        "select simulated_cents, simulated_points from budget.aci_year where msp_id = $1 and id = $2", .id(unit.msp),
                        .id(input.id)))
                guard let row = simulated.first else { throw Refusal.notFound }
                let (cents, points): (Int?, ExactDecimal?) = (try row[0], try row[1])
                try await unit.change(
                    id, of: input.id,
                    RecordChange(
                        RecordValues(["submitted_on": .date(day), "declared_cents": FieldValue(cents)]),
                        kept: ["declared_points": .decimal(points)]))
                let paper = try await YearPaper(years: years).seal(input.id, unit)
                try await years.freeze(input.id, paper: paper, unit)
                return ActionOutcome("La transmission est notée\u{A0}: l’exercice est gardé tel quel.")
            },
            correction(years),
            move(
                "question", "Noter des questions de la CPAM", path: "questions", api: "question", to: "QUESTIONED",
                from: ["SUBMITTED"], "Les questions sont notées."),
            move(
                "notify", "Noter la notification", path: "notifier", api: "notify", to: "NOTIFIED", from: ["SUBMITTED", "QUESTIONED"],
                "La notification est notée."),
            move(
                "pay", "Noter le paiement", path: "paye", api: "pay", to: "PAID", from: ["NOTIFIED", "CONTESTED"],
                "Le paiement est noté."),
            move(
                "contest", "Contester", path: "contester", api: "contest", to: "CONTESTED", from: ["NOTIFIED", "PAID"],
                "La contestation est notée."),
            move("close", "Clore l’exercice", path: "clore", api: "close", to: "CLOSED", from: ["PAID"], "L’exercice est clos."),
            move(
                "reopen", "Rouvrir la collecte", path: "rouvrir", api: "reopen", to: "COLLECTING", from: ["READY"], rank: .destructive,
                "La collecte est rouverte."),
        ]
    }

    /// What is learned after the transmission: a line of its own, and the exercise stays as it was transmitted.
    private static func correction(_ years: AciYears) -> RecordAction {
        RecordAction(
            "correct", label: "Noter une correction", path: "corriger", apiPath: "correct", permission: AciPermissions.validate,
            from: YearRecord.frozenStates,
            fields: [
                RecordField("fact", .choice(YearCorrection.list), label: "Ce qui était faux", required: true),
                RecordField(
                    "value", .integer(0...1_000_000), label: "Valeur juste", help: "Un nombre, un niveau, ou 1 pour oui.", required: true),
                RecordField("reason", .longText(max: 1_000), label: "Raison", required: true),
            ]
        ) { input, unit in
            guard let fact = input.values.text("fact").flatMap({ Fact.at($0) }), let value = input.values.int("value"),
                let reason = input.values.text("reason")
            else { throw Refusal.invalid("fact", "Choisissez ce qui était faux.") }
            if let top = fact.greatest, value > top { throw Refusal.invalid("value", "La valeur la plus haute est \(top).") }
            try await YearPaper(years: years).keep(input.id, unit)
            let results = try await unit.run(all: YearRecord.queries(unit.msp, .id(input.id)))
            guard let record = try YearRecord(results[...]), let frozen = record.frozen else { throw Refusal.notFound }
            let before = record.corrections.last { $0.fact == fact }?.after ?? frozen.facts.input(on: frozen.day)[fact]
            guard before != value else { throw Refusal.invalid("value", "C’est déjà la valeur retenue.") }
            try await unit.one(
                Query(
                    """
                    insert into budget.aci_correction (msp_id, id, year_id, fact, before_value, after_value, reason, created_at, created_by,
                        author)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                    """, .id(unit.msp), .id(.make(at: unit.now)), .id(input.id), .text(fact.path), .int(before), .int(value), .text(reason),
                    .instant(unit.now), .id(unit.access.account), .text(unit.access.displayName)))
            return ActionOutcome("La correction est notée\u{A0}: l’exercice reste tel qu’il a été transmis.")
        }
    }

    private static func move(
        _ id: String, _ label: String, path: String, api: String, to state: String, from: Set<String>,
        rank: RecordAction.Rank = .ordinary, _ done: String
    ) -> RecordAction {
        .move(
            id, label: label, path: path, apiPath: api, permission: AciPermissions.validate, from: from, to: state, rank: rank, done: done)
    }
}
