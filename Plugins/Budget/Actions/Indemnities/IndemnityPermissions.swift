import Kernel

/// Rights on indemnities and the roles that hold them by default (missions.md 2.3): the coordination prepares, the managers
/// approve, each person reads his or her own, the accounting firm reads and takes away.
enum IndemnityPermissions {
    static let readRules = "budget.indemnity_rule.read"
    static let writeRules = "budget.indemnity_rule.write"
    static let voteRules = "budget.indemnity_rule.vote"
    static let readRuns = "budget.indemnity_run.read"
    static let prepareRuns = "budget.indemnity_run.prepare"
    static let readLines = "budget.indemnity_line.read"
    static let approveRuns = "budget.indemnity_run.approve"
    static let settleRuns = "budget.indemnity_run.settle"
    static let exportRuns = "budget.indemnity_run.export"
    static let readCredits = "budget.work_credit.read"
    static let writeCredits = "budget.work_credit.write"
    static let checkCredits = "budget.work_credit.check"
    static let approveCredits = "budget.work_credit.approve"
    static let readOwn = "budget.own_indemnity.read"
    static let declareOwn = "budget.own_indemnity.declare"
    static let writeAccounts = "budget.bank_account.write"

    private static let team: [Role] = [.coordinator, .manager, .leader, .actionLead, .professional]

    static let all: [Permission] = [
        Permission(readRules, label: "Voir les règles d’indemnisation", roles: team + [.accountant]),
        Permission(writeRules, label: "Préparer des règles d’indemnisation", roles: [.coordinator, .manager]),
        Permission(
            voteRules, label: "Enregistrer le vote d’une règle d’indemnisation",
            explanation: "Une règle votée ne change plus\u{202F}; une nouvelle version la remplace.", roles: [.manager]),
        Permission(
            readRuns, label: "Voir les campagnes de versement", explanation: "Les totaux seulement.",
            roles: [.coordinator, .manager, .leader, .accountant]),
        Permission(prepareRuns, label: "Préparer et contrôler les campagnes de versement", roles: [.coordinator]),
        Permission(
            readLines, label: "Voir les indemnités de chaque personne", roles: [.coordinator, .manager, .accountant], isSensitive: true),
        Permission(
            approveRuns, label: "Valider les campagnes de versement",
            explanation: "Deux personnes distinctes, autres que celles qui ont préparé la campagne.", roles: [.manager]),
        Permission(settleRuns, label: "Transmettre, noter payées et clore les campagnes", roles: [.manager]),
        Permission(
            exportRuns, label: "Télécharger les fichiers de versement",
            explanation: "Tableau pour le cabinet comptable et virements SEPA, avec les numéros de compte.", roles: [.manager, .accountant]),
        Permission(readCredits, label: "Voir le temps hors réunion de l’équipe", roles: [.coordinator, .manager]),
        Permission(writeCredits, label: "Saisir le temps hors réunion des autres", roles: [.coordinator]),
        Permission(checkCredits, label: "Contrôler ou refuser le temps hors réunion", roles: [.coordinator, .manager]),
        Permission(approveCredits, label: "Valider le temps hors réunion", roles: [.manager]),
        Permission(readOwn, label: "Voir ses propres indemnités", roles: team),
        Permission(
            declareOwn, label: "Déclarer son temps hors réunion", explanation: "Et indiquer son propre compte bancaire.", roles: team),
        Permission(writeAccounts, label: "Tenir les coordonnées bancaires", roles: [.manager]),
    ]
}
