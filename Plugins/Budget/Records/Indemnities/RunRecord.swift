import Kernel

/// Payment runs: `/budget/campagnes`, `/budget/indemnity-runs`. As a record they show totals; lines have a right of their own.
enum RunRecord {
    static let id = "budget.indemnity_run"

    /// Segments of the acts after the run's id.
    enum Acts {
        static let check = "controler"
        static let approve = "valider"
        static let send = "transmettre"
        static let pay = "noter-payee"
        static let close = "clore"
        static let adjust = "ajuster"
        static let removeAdjustment = "retirer-ajustement"
        static let setAside = "ecarter"
        static let recompute = "reprendre"
        static let recall = "rappeler"
        static let cancel = "annuler"
        static let makeFile = "fichier-virements"
        static let correctPayment = "corriger-paiement"
        static let take = "reprendre-corrections"
        static let leave = "laisser-en-l-etat"
        static let resend = "renvoyer"
    }

    static let formats = CodeList(
        "budget.transfer_format",
        [
            (CreditTransferBatch.Version.v09.rawValue, "SEPA pain.001.001.09"),
            (CreditTransferBatch.Version.v03.rawValue, "SEPA pain.001.001.03 (ancien)"),
        ])

    private static let adjustment = ReferenceTarget(
        "adjustments", under: id, table: "budget.indemnity_adjustment", title: "reason", reading: IndemnityPermissions.prepareRuns,
        within: "run_id = $2 and archived_at is null")

    static let record = RecordType(
        id: id, table: "budget.indemnity_run",
        words: RecordWords(
            "campagne de versement", "campagnes de versement", isFeminine: true,
            purpose:
                "Le temps des réunions et le temps hors réunion d’une période, calculés selon la règle votée, validés à deux puis versés.",
            title: "Campagnes"),
        path: "campagnes", apiPath: "indemnity-runs", fields: fields, titleField: "name",
        columns: ["name", "period_from", "period_to", "status", "total", "people", "minutes", "number"], search: ["name", "number"],
        findable: ["status", "number"],
        order: RecordOrder("period_to", descending: true),
        permissions: RecordPermissions(
            read: IndemnityPermissions.readRuns, create: IndemnityPermissions.prepareRuns, update: IndemnityPermissions.prepareRuns,
            archive: nil),
        workflow: Workflow(
            field: "status", states: IndemnityRunStatus.allCases.map { Workflow.State($0.rawValue, $0.label, $0.tone) },
            editable: ["DRAFT"], next: IndemnityRunStatus.graph),
        actions: actions, verbs: ["reset": "De nouveau un brouillon\u{00A0}: les faits ont changé"], check: check, prepare: prepare,
        panels: [.custom(RunDetail.detail)], papers: [IndemnityState.paper])

    static let fields: [RecordField] = [
        RecordField(
            "name", .text(max: 120), label: "Intitulé", help: "Laissez vide pour «\u{00A0}Indemnités du … au …\u{00A0}».", completed: true),
        RecordField("period_from", .date, label: "Premier jour", required: true),
        RecordField("period_to", .date, label: "Dernier jour", help: "Inclus.", required: true),
        RecordField(
            "surplus", column: "surplus_cents", .money, label: "Excédent à partager",
            help: "Seulement si la règle partage un excédent\u{00A0}: le montant arrêté par les comptes."),
        RecordField("status", .choice(IndemnityCodes.runStatus), label: "État", readOnly: true, default: .text("DRAFT")),
        RecordField("number", .text(max: 20), label: "Numéro", readOnly: true),
        RecordField("total", column: "total_cents", .money, label: "Total à verser", readOnly: true),
        RecordField("people", .integer(0...10_000), label: "Personnes", readOnly: true),
        RecordField("minutes", .minutes(0...100_000_000), label: "Temps indemnisé", readOnly: true),
        RecordField(
            "fingerprint", .text(max: 64), label: "Empreinte du calcul", readOnly: true, noFilter: "Une empreinte ne se cherche pas."),
        RecordField("execution_on", .date, label: "Virements du", readOnly: true),
        RecordField("paid_on", .date, label: "Payée le", readOnly: true),
        RecordField("reason", .text(max: 300), label: "Motif du rappel ou de l’annulation", readOnly: true),
    ]

    private static func check(_ new: RecordValues, _ old: RecordValues?) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let from = new.date("period_from"), let to = new.date("period_to") {
            if to < from { faults.append(FieldFault("period_to", "Le dernier jour précède le premier.")) }
            if to.daysSinceEpoch - from.daysSinceEpoch > 800 {
                faults.append(FieldFault("period_to", "Une campagne couvre au plus deux ans."))
            }
        }
        if let surplus = new.int("surplus"), !(0...IndemnityLimits.surplus).contains(surplus) {
            faults.append(FieldFault("surplus", "Indiquez un montant de 0 à \(French.money(cents: IndemnityLimits.surplus))."))
        }
        return faults
    }

    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws -> RecordValues
    {
        var values = new
        if (new.text("name") ?? "").isEmpty, let from = new.date("period_from"), let to = new.date("period_to") {
            values["name"] = .text("Indemnités du \(French.date(from)) au \(French.date(to))")
        }
        if old == nil {
            values["status"] = .text("DRAFT")
        } else {
            // Whoever changes the period prepares the run.
            try await unit.one(
                Query(
                    "update budget.indemnity_run set prepared_by = array(select distinct unnest(prepared_by || $3::uuid)) where msp_id = $1 and id = $2",
                    .id(unit.msp), .id(id), .id(try unit.actor())))
        }
        return values
    }

    private static let draft: Set<String> = ["DRAFT"]
    private static let open: Set<String> = ["DRAFT", "CHECKED", "APPROVED"]

    private static func reason(_ label: String) -> RecordField { RecordField("reason", .text(max: 200), label: label, required: true) }

    private static let actions: [RecordAction] = [
        act("check", "Contrôler", Acts.check, IndemnityPermissions.prepareRuns, draft, listed: false) { input, unit in
            try await RunActs.check(input.id, unit)
        },
        act(
            "approve", "Valider", Acts.approve, IndemnityPermissions.approveRuns, ["CHECKED"],
            fields: [
                RecordField(
                    "fingerprint", .text(max: 64), label: "Empreinte du calcul",
                    help: "Celle de la campagne telle que vous l’avez relue.", required: true),
                RecordField(
                    "accounts", .text(max: 64), label: "Empreinte des comptes",
                    help: "Celle des comptes bancaires que vous avez relus, si vous l’avez demandée."),
            ], listed: false
        ) { input, unit in
            try await RunActs.approve(
                input.id, fingerprint: input.values.text("fingerprint") ?? "", accounts: input.values.text("accounts"), unit)
        },
        act(
            "send", "Transmettre", Acts.send, IndemnityPermissions.settleRuns, ["APPROVED"],
            fields: [
                RecordField(
                    "execution_on", .date, label: "Date des virements", help: "Laissez vide pour le prochain jour ouvré des banques.")
            ], listed: false
        ) { input, unit in
            try await RunActs.send(input.id, executionOn: input.values.date("execution_on"), unit)
        },
        act(
            "pay", "Noter payée", Acts.pay, IndemnityPermissions.settleRuns, ["APPROVED", "SENT_TO_ACCOUNTANT"],
            fields: [RecordField("paid_on", .date, label: "Payée le", help: "Laissez vide pour aujourd’hui.")], listed: false
        ) { input, unit in
            try await RunActs.pay(input.id, on: input.values.date("paid_on"), unit)
        },
        act(
            "bank_file", "Faire le fichier de virements", Acts.makeFile, IndemnityPermissions.exportRuns, ["SENT_TO_ACCOUNTANT"],
            fields: [
                RecordField(
                    "version", .choice(formats), label: "Format", required: true, default: .text(CreditTransferBatch.Version.v09.rawValue)),
                RecordField(
                    "execution_on", .date, label: "Jour des virements", help: "Un jour où les banques échangent des virements.",
                    required: true),
                RecordField(
                    "reason", .text(max: 200), label: "Pourquoi le fichier est remplacé", help: "Seulement si un fichier est déjà fait."),
            ], listed: false
        ) { input, unit in
            guard let version = input.values.text("version").flatMap(CreditTransferBatch.Version.init(rawValue:)),
                let day = input.values.date("execution_on")
            else { throw Refusal.invalid("execution_on", "Indiquez le jour des virements.") }
            return try await BankFiles.make(input.id, version: version, day: day, reason: input.values.text("reason"), unit)
        },
        act(
            "correct_payment", "Corriger le jour du paiement", Acts.correctPayment, IndemnityPermissions.settleRuns, ["PAID", "CLOSED"],
            fields: [RecordField("paid_on", .date, label: "Payée le", required: true), reason("Pourquoi le jour est corrigé")]
        ) { input, unit in
            guard let day = input.values.date("paid_on") else { throw Refusal.invalid("paid_on", "Indiquez le jour.") }
            return try await RunActs.correctPayment(input.id, on: day, reason: input.values.text("reason") ?? "", unit)
        },
        act("take_corrections", "Reprendre les corrections", Acts.take, IndemnityPermissions.prepareRuns, draft, listed: false) {
            input, unit in
            try await RunCorrections.take(into: input.id, unit)
        },
        act(
            "leave_corrections", "Laisser les différences en l’état", Acts.leave, IndemnityPermissions.settleRuns,
            ["SENT_TO_ACCOUNTANT", "PAID", "CLOSED"], fields: [reason("Pourquoi elles restent en l’état")], listed: false
        ) { input, unit in
            try await RunCorrections.leave(input.id, reason: input.values.text("reason") ?? "", unit)
        },
        act(
            "resend_statement", "Corriger et renvoyer", Acts.resend, IndemnityPermissions.settleRuns,
            ["SENT_TO_ACCOUNTANT", "PAID", "CLOSED"],
            fields: [
                RecordField("professional", .reference(.professional.archivedToo), label: "Personne", required: true),
                RecordField("email", .email, label: "Adresse de messagerie", help: "Laissez vide pour renvoyer à la même adresse."),
            ], listed: false
        ) { input, unit in
            guard let person = input.values.id("professional") else { throw Refusal.invalid("professional", "Choisissez une personne.") }
            return try await RunActs.resend(input.id, to: person, email: input.values.text("email"), unit)
        },
        act("close", "Clore", Acts.close, IndemnityPermissions.settleRuns, ["PAID"], listed: false) { input, unit in
            try await RunActs.close(input.id, unit)
        },
        act(
            "adjust", "Ajuster un montant", Acts.adjust, IndemnityPermissions.prepareRuns, open,
            fields: [
                RecordField("professional", .reference(.professional.archivedToo), label: "Personne", required: true),
                RecordField(
                    "amount", .money, label: "Montant", help: "En plus, ou en moins avec le signe −.", required: true),
                RecordField("reason", .text(max: 200), label: "Motif", help: "La personne le lit sur son relevé.", required: true),
            ]
        ) { input, unit in
            guard let person = input.values.id("professional"), let cents = input.values.int("amount"),
                let reason = input.values.text("reason")
            else { throw Refusal.invalid("professional", "Choisissez une personne.") }
            return try await RunActs.adjust(input.id, person: person, cents: cents, reason: reason, unit)
        },
        act(
            "remove_adjustment", "Retirer un ajustement", Acts.removeAdjustment, IndemnityPermissions.prepareRuns, open,
            fields: [RecordField("adjustment", .reference(adjustment), label: "Ajustement", required: true)],
            listed: false
        ) { input, unit in
            guard let adjustment = input.values.id("adjustment") else { throw Refusal.notFound }
            return try await RunActs.removeAdjustment(input.id, adjustment, unit)
        },
        act(
            "set_aside", "Écarter une anomalie", Acts.setAside, IndemnityPermissions.prepareRuns, draft,
            fields: [RecordField("anomaly", .text(max: 300), label: "Anomalie", required: true), reason("Motif")], listed: false
        ) { input, unit in
            try await RunActs.setAside(
                input.id, anomaly: input.values.text("anomaly") ?? "", reason: input.values.text("reason") ?? "", unit)
        },
        act(
            "recompute", "Reprendre le calcul", Acts.recompute, IndemnityPermissions.prepareRuns, ["CHECKED", "APPROVED"],
            confirmation: "La campagne redevient un brouillon, calculé sur les faits du moment. Les validations déjà données tombent."
        ) { input, unit in
            try await RunActs.recompute(input.id, unit)
        },
        act(
            "recall", "Rappeler", Acts.recall, IndemnityPermissions.settleRuns, ["SENT_TO_ACCOUNTANT"],
            fields: [reason("Pourquoi la campagne est rappelée")],
            confirmation: "À faire seulement si les virements ne sont pas partis. La campagne redevient un brouillon et garde son numéro.",
            rank: .destructive
        ) { input, unit in
            try await RunActs.recall(input.id, reason: input.values.text("reason") ?? "", unit)
        },
        act(
            "cancel", "Annuler la campagne", Acts.cancel, IndemnityPermissions.prepareRuns, open,
            fields: [reason("Pourquoi la campagne est annulée")],
            confirmation: "Les temps qu’elle comptait pourront être versés par une autre campagne.", rank: .destructive
        ) { input, unit in
            try await RunActs.cancel(input.id, reason: input.values.text("reason") ?? "", unit)
        },
    ]

    private static func act(
        _ id: String, _ label: String, _ path: String, _ permission: String, _ from: Set<String>, fields: [RecordField] = [],
        confirmation: String? = nil, rank: RecordAction.Rank = .ordinary, listed: Bool = true,
        _ perform: @escaping @Sendable (ActionInput, WriteUnit) async throws -> String
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: id.map { $0 == "_" ? "-" : String($0) }.joined(),
            permission: permission, from: from, fields: fields, confirmation: confirmation, rank: rank, isListed: listed
        ) { input, unit in ActionOutcome(try await perform(input, unit)) }
    }
}
