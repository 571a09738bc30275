import Kernel

/// Pieces of the dossier: `/budget/pieces`, `/budget/exhibits`.
enum ExhibitRecord {
    static let id = "budget.exhibit"

    static let record = RecordType(
        id: id, table: "budget.exhibit",
        words: RecordWords(
            "pièce", "pièces", isFeminine: true,
            purpose: "Les justificatifs de l’ACI, indicateur par indicateur. Aucun patient ne doit y être reconnaissable."),
        path: "pieces", apiPath: "exhibits", fields: fields, titleField: "title",
        columns: ["title", "indicator", "year_id", "state", "anonymity", "provided_at"], search: ["title"], order: RecordOrder("title"),
        permissions: RecordPermissions(
            read: DossierPermissions.readPieces, create: DossierPermissions.writePieces, update: DossierPermissions.writePieces,
            archive: DossierPermissions.writePieces),
        workflow: Workflow(
            field: "state", states: states, editable: ["MISSING", "PROVIDED", "REJECTED"],
            next: ["MISSING": ["PROVIDED"], "PROVIDED": ["CHECKED", "REJECTED"], "CHECKED": ["REJECTED"], "REJECTED": ["PROVIDED"]]),
        actions: actions,
        verbs: ["provide": "Fichier déposé", "declared": "Patients déclarés"],
        check: { new, _ in
            guard let requirement = new.text("requirement"), Requirement.of(requirement)?.indicator.rawValue != new.text("indicator") else {
                return []
            }
            return [FieldFault("requirement", "Cette exigence est celle d’un autre indicateur.")]
        },
        prepare: { new, old, _, unit in
            // A year of another MSP is told by the check of references, in the words of one that does not exist.
            if old == nil, let year = new.id("year_id") {
                do { try await Exhibits.open(year, unit) } catch let refusal as Refusal {
                    guard refusal == .notFound else { throw refusal }
                }
            }
            return new
        },
        retire: { values, isArchived, unit in
            if let year = values.id("year_id") { try await Exhibits.open(year, unit) }
            guard !isArchived || values.text("state") != "CHECKED" else {
                throw Refusal.conflict(
                    "checked", "Cette pièce est vérifiée et inscrite au registre\u{A0}: écartez-la d’abord, en disant pourquoi.")
            }
            AciYears.askAgain(unit, values.id("year_id"))
        }, panels: [.custom(ExhibitDetail.detail)])

    static let states = [
        Workflow.State("MISSING", "À fournir", .warn), Workflow.State("PROVIDED", "Déposée", .note),
        Workflow.State("CHECKED", "Vérifiée", .done), Workflow.State("REJECTED", "Écartée", .stop),
    ]

    private static let indicators = CodeList(
        "ACI_INDICATOR", AciIndicatorID.allCases.map { ($0.rawValue, "\($0.rawValue) – \($0.shortName)") })

    static let fields: [RecordField] = [
        RecordField(
            "title", .text(max: 160), label: "Intitulé", help: "Ce qu’est la pièce. Jamais le nom d’un patient.", required: true),
        RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", required: true, fixed: true),
        RecordField("indicator", .choice(indicators), label: "Indicateur", required: true),
        RecordField(
            "requirement", .choice(CodeList("ACI_REQUIREMENT", Requirement.all.map { ($0.id, "\($0.indicator.rawValue) – \($0.title)") })),
            label: "Justificatif demandé", help: "Laissez vide pour une pièce de plus."),
        RecordField(
            "state", .choice(CodeList("EXHIBIT_STATE", states)), label: "État", readOnly: true,
            default: .text("MISSING")),
        RecordField("anonymity", .choice(Anonymity.codes), label: "Patients", readOnly: true, default: .text("NOT_DECLARED")),
        RecordField("declared_by", .text(max: 200), label: "Déclarée par", readOnly: true),
        RecordField("declared_at", .instant, label: "Déclarée le", readOnly: true),
        RecordField("file_name", .text(max: 200), label: "Fichier", readOnly: true),
        RecordField("file_size", .integer(0...PaperCheck.mostBytes), label: "Taille en octets", readOnly: true),
        RecordField("sha256", .text(max: 64), label: "Empreinte", readOnly: true),
        RecordField("provided_at", .instant, label: "Déposée le", readOnly: true),
        RecordField("checked_by", .text(max: 200), label: "Vérifiée par", readOnly: true),
        RecordField("checked_at", .instant, label: "Vérifiée le", readOnly: true),
        RecordField("reason", .text(max: 500), label: "Motif", readOnly: true),
        RecordField("evidence_seq", .integer(1...1_000_000_000), label: "Numéro au registre des preuves", readOnly: true),
    ]

    private static let actions: [RecordAction] = [
        RecordAction(
            "declare", label: "Déclarer anonyme", path: "declarer", apiPath: "declare", permission: DossierPermissions.check,
            from: ["PROVIDED"],
            fields: [
                RecordField(
                    "anonymity", .choice(Anonymity.declarations), label: "Patients",
                    help: "Relisez toute la pièce, aussi les en-têtes, les signatures et les photos.", required: true)
            ], sets: ["anonymity", .now("declared_at"), .actor("declared_by")]
        ) { _, _ in
            return ActionOutcome("La déclaration est enregistrée.")
        },
        RecordAction(
            "check", label: "Valider la pièce", path: "valider", apiPath: "check", permission: DossierPermissions.check, from: ["PROVIDED"],
            to: "CHECKED", sets: [.now("checked_at"), .actor("checked_by")], evidence: Exhibits.checked, rank: .main
        ) { input, unit in
            guard input.record.text("anonymity") != Anonymity.notDeclared.rawValue else {
                throw Refusal.conflict("not_declared", "Déclarez d’abord que la pièce ne permet de reconnaître aucun patient.")
            }
            AciYears.askAgain(unit, input.record.id("year_id"))
            return ActionOutcome("La pièce est vérifiée et inscrite au registre des preuves.")
        },
        RecordAction(
            "reject", label: "Écarter la pièce", path: "ecarter", apiPath: "reject", permission: DossierPermissions.check,
            from: ["PROVIDED", "CHECKED"], to: "REJECTED",
            fields: [RecordField("reason", .longText(max: 500), label: "Motif", required: true)], sets: ["reason"],
            evidence: Exhibits.rejected, rank: .destructive
        ) { input, unit in
            AciYears.askAgain(unit, input.record.id("year_id"))
            return ActionOutcome("La pièce est écartée.")
        },
    ]
}

extension AciIndicatorID {
    /// Short French name, for lists.
    var shortName: String {
        switch self {
        case .openingHours: "Horaires et soins non programmés"
        case .crisisPlan: "Plan de préparation aux crises"
        case .crisisActions: "Actions pendant une crise"
        case .diversity: "Diversité des services"
        case .secondRecourse: "Second recours"
        case .assistantContract: "Médecin sous CSTM"
        case .publicHealthMissions: "Missions de santé publique"
        case .users: "Implication des usagers"
        case .unscheduledCareService: "Lien avec le SAS"
        case .coordination: "Fonction de coordination"
        case .protocols: "Protocoles"
        case .concertation: "Concertation"
        case .trainees: "Stages"
        case .externalCoordination: "Coordination externe"
        case .quality: "Démarche qualité"
        case .cooperationProtocols: "Protocoles nationaux de coopération"
        case .heartFailure: "Insuffisance cardiaque"
        case .childObesity: "Obésité de l’enfant"
        case .informationSystem: "Système d’information standard"
        case .advancedInformationSystem: "Système d’information avancé"
        }
    }
}
