import Kernel

/// Rights on the ACI year and the roles that hold them by default (missions.md 2.3).
enum AciPermissions {
    static let read = "budget.aci.read"
    static let write = "budget.aci.write"
    static let validate = "budget.aci.validate"
    static let readContract = "budget.contract.read"
    static let writeContract = "budget.contract.write"
    static let readRules = "budget.rule_set.read"
    static let writeRules = "budget.rule_set.write"

    private static let team: [Role] = [.coordinator, .manager, .leader, .actionLead, .professional, .accountant]

    static let all: [Permission] = [
        Permission(
            read, label: "Voir l’année ACI", explanation: "Points, euros et avancement de chaque indicateur.", roles: team),
        Permission(
            write, label: "Tenir l’année ACI", explanation: "Paramètres de l’exercice, engagements et réalisations.",
            roles: [.coordinator, .manager]),
        Permission(
            validate, label: "Valider l’année ACI", explanation: "Déclarer l’exercice prêt, le transmettre, le clore.", roles: [.manager]),
        Permission(readContract, label: "Voir le contrat ACI", roles: [.coordinator, .manager, .leader, .accountant]),
        Permission(writeContract, label: "Tenir le contrat ACI", roles: [.coordinator, .manager]),
        Permission(readRules, label: "Voir les règles de l’ACI", roles: team),
        Permission(
            writeRules, label: "Modifier les règles de l’ACI",
            explanation: "Copier un jeu de règles et changer ses chiffres pour un nouvel exercice.", roles: [.coordinator, .manager]),
    ]
}
