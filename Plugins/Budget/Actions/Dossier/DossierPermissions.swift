import Kernel

/// Rights on pieces, dossiers and payments, and the roles that hold them by default (missions.md 2.3).
enum DossierPermissions {
    static let readPieces = "budget.exhibit.read"
    static let provide = "budget.exhibit.provide"
    static let writePieces = "budget.exhibit.write"
    static let check = "budget.exhibit.check"
    static let read = "budget.dossier.read"
    static let prepare = "budget.dossier.prepare"
    static let seal = "budget.dossier.seal"
    static let share = "budget.dossier.share"
    static let readPayments = "budget.payment.read"
    static let writePayments = "budget.payment.write"

    static let all: [Permission] = [
        Permission(readPieces, label: "Voir les pièces justificatives", roles: [.coordinator, .manager, .leader]),
        Permission(
            provide, label: "Déposer une pièce justificative", explanation: "Et revoir celles que l’on a déposées soi-même.",
            roles: [.coordinator, .manager, .actionLead]),
        Permission(
            writePieces, label: "Tenir les pièces justificatives",
            explanation: "Modifier et archiver toutes les pièces, reprendre celles du registre des preuves.", roles: [.coordinator]),
        Permission(
            check, label: "Vérifier les pièces justificatives", explanation: "Déclarer une pièce anonyme, la valider ou l’écarter.",
            roles: [.coordinator, .manager]),
        Permission(read, label: "Voir les dossiers ACI", roles: [.coordinator, .manager, .leader]),
        Permission(prepare, label: "Préparer le dossier ACI", roles: [.coordinator, .manager]),
        Permission(
            seal, label: "Sceller le dossier ACI", explanation: "Signer le dossier préparé\u{A0}: il ne change plus.", roles: [.manager]),
        Permission(
            share, label: "Faire relire le dossier ACI", explanation: "Ouvrir un dossier scellé à une personne extérieure, par un lien.",
            roles: [.coordinator, .manager]),
        Permission(
            readPayments, label: "Voir les paiements de l’ACI", roles: [.coordinator, .manager, .leader, .accountant], isSensitive: true),
        Permission(writePayments, label: "Enregistrer les paiements de l’ACI", roles: [.coordinator, .manager]),
    ]
}
