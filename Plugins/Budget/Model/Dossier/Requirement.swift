import Kernel

/// A piece that the payer asks for, for one indicator (aci.md section 1, column « Justificatif »).
struct Requirement: Sendable {
    /// How many are asked for.
    enum Count: Sendable, Equatable {
        case fixed(Int)
        /// One for each unit claimed, up to the most that is paid.
        case perUnit(most: Int)
        /// One from a level on, none below.
        case fromLevel(Int)
        /// None is asked for; one may help.
        case advised
    }

    /// `A1-HOR.charter`.
    let id: String
    let indicator: AciIndicatorID
    /// French name of the piece.
    let title: String
    /// What it must show; nil when the title says it.
    let help: String?
    let count: Count
    /// Codes of entries of the evidence ledger that count for it.
    let ledger: Set<String>
    /// Keys of the sources of the rule sets.
    let source: [String]

    private init(
        _ indicator: AciIndicatorID, _ id: String, _ title: String, _ count: Count = .fixed(1), help: String? = nil,
        ledger: Set<String> = [], source: [String] = ["G"]
    ) {
        self.id = "\(indicator.rawValue).\(id)"
        self.indicator = indicator
        self.title = title
        self.help = help
        self.count = count
        self.ledger = ledger
        self.source = source
    }

    /// Pieces wanted for what is claimed.
    func wanted(_ claimed: Int) -> Int {
        switch count {
        case .fixed(let count): count
        case .perUnit(let most): min(max(claimed, 0), most)
        case .fromLevel(let level): claimed >= level ? 1 : 0
        case .advised: 0
        }
    }

    /// In the order of the accord.
    ///
    /// Team meetings on protocols, coordination, training or the information system show that work was done; the payer asks for
    /// other pieces, so their entries of the ledger count for nothing here.
    static let all: [Requirement] = [
        Requirement(
            .openingHours, "charter", "Charte d’engagement",
            help: "Le modèle de l’annexe 4 signé\u{A0}: horaires et organisation des soins non programmés."),
        Requirement(.crisisPlan, "plan", "Plan de préparation aux crises sanitaires"),
        Requirement(.crisisActions, "actions", "Document qui prouve les actions pendant la crise"),
        Requirement(
            .diversity, "associates", "Liste des associés au 31 décembre",
            help: "Nom, numéro Assurance maladie, RPPS, profession ou spécialité."),
        Requirement(
            .secondRecourse, "visitors", "Liste des vacataires",
            help: "Présence hebdomadaire moyenne de chacun\u{A0}; sous CSTM, oui ou non."),
        Requirement(.assistantContract, "contract", "Copie du contrat de solidarité territoriale médecin (CSTM)"),
        Requirement(
            .publicHealthMissions, "mission", "Pièce d’une mission de santé publique", .perUnit(most: 2),
            help: "Ce que l’annexe du contrat prévoit pour la mission."),
        Requirement(
            .users, "involvement", "Document sur l’implication des usagers", .fixed(1),
            help: "Questionnaire, boîte à idées, usager référent, comité…", ledger: ["usagers"]),
        Requirement(
            .users, "joint_work", "Document sur la co-construction avec les usagers", .fromLevel(2), help: "Niveau 2."),
        Requirement(
            .unscheduledCareService, "doctors", "Liste des médecins qui prennent toutes les demandes du régulateur", .fromLevel(3)),
        Requirement(
            .coordination, "contract", "Contrat de travail ou fiche de poste de la coordination", help: "Ou tout acte équivalent."),
        Requirement(.protocols, "copy", "Copie d’un protocole", .perUnit(most: 8)),
        Requirement(
            .concertation, "meetings", "Réunions de concertation, avec le nombre de dossiers", .perUnit(most: 1_000),
            help: "Le calendrier des réunions closes figure dans l’index. Une pièce déposée ici (calendrier signé) vaut pour toutes.",
            ledger: ["concertation"]),
        Requirement(
            .trainees, "certificate", "Attestation ou convention de stage", .perUnit(most: 4),
            help: "Nom, profession et dates du stage."),
        Requirement(
            .externalCoordination, "procedure", "Procédure de transmission aux professionnels extérieurs",
            help: "Une convention convient si elle décrit la transmission."),
        Requirement(
            .quality, "inventory", "Démarche qualité, niveau 1\u{A0}: état des lieux", .fromLevel(1),
            help: "Référent, état des lieux, choix et objectif."),
        Requirement(.quality, "action_plan", "Démarche qualité, niveau 2\u{A0}: plan d’actions", .fromLevel(2)),
        Requirement(.quality, "report", "Démarche qualité, niveau 3\u{A0}: bilan", .fromLevel(3)),
        Requirement(.heartFailure, "certificate", "Attestation de participation au parcours insuffisance cardiaque"),
        Requirement(
            .heartFailure, "protocol", "Protocole du parcours insuffisance cardiaque",
            help: "Depuis 2023, avec les trois nombres de patients\u{A0}: suivis, incidents, nouvellement dépistés."),
        Requirement(
            .childObesity, "proof", "Preuve d’intégration au parcours surpoids ou obésité de l’enfant", .advised,
            help: "Le guide de la Cnam n’en demande pas, deux calculettes la demandent.", source: ["G", "C6", "T23"]),
        Requirement(.informationSystem, "label", "Preuve du label du logiciel", help: "Niveau standard."),
        Requirement(
            .informationSystem, "invoice", "Facture, commande ou contrat du logiciel", help: "Avec la date d’acquisition."),
        Requirement(.advancedInformationSystem, "label", "Preuve du label du logiciel, niveau avancé"),
        Requirement(.advancedInformationSystem, "invoice", "Facture, commande ou contrat du niveau avancé"),
    ]

    static func of(_ id: String) -> Requirement? { all.first { $0.id == id } }

    static func of(_ indicator: AciIndicatorID) -> [Requirement] { all.filter { $0.indicator == indicator } }
}
