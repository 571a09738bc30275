internal import Kernel

/// Rights over the kernel's own things, with the roles that hold them by default (missions.md 2.3).
enum CorePermissions {
    static let readProfile = "core.profile.read"
    static let writeProfile = "core.profile.update"
    static let readProfessionals = "core.professional.read"
    static let writeProfessionals = "core.professional.write"
    static let readSites = "core.site.read"
    static let writeSites = "core.site.write"
    static let readTasks = "core.task.read"
    static let writeTasks = "core.task.write"
    static let progressTasks = "core.task.progress"
    static let readMembers = "core.member.read"
    static let inviteMembers = "core.member.invite"
    static let manageMembers = "core.member.manage"
    static let manageModules = "core.module.manage"
    static let manageRoles = "core.role.manage"
    static let readEvidence = "core.evidence.read"
    static let readFiles = "core.file.read"
    static let readAudit = "core.audit.read"
    static let readIndicators = "core.indicator.read"
    static let readMails = "core.mail.read"
    static let manageMails = "core.mail.manage"

    /// Roles that a membership of an MSP may carry; the bounds of `kernel.check_roles`.
    static let mspRoles: [Role] = [.coordinator, .manager, .leader, .actionLead, .professional, .secretary, .externalGuest, .accountant]

    private static let leading: [Role] = [.coordinator, .manager]
    private static let team: [Role] = [.coordinator, .manager, .leader, .actionLead, .professional, .secretary]

    static let all: [Permission] = [
        Permission(
            readProfile, label: "Consulter la fiche de la structure",
            explanation: "Nom, situation et chiffres annuels, recherche et plan du site.",
            roles: mspRoles),
        Permission(writeProfile, label: "Modifier la fiche de la structure", roles: leading),
        Permission(readProfessionals, label: "Consulter l’équipe", explanation: "Annuaire des professionnels et des groupes.", roles: team),
        Permission(
            writeProfessionals, label: "Modifier l’équipe", explanation: "Ajouter, modifier et archiver professionnels et groupes.",
            roles: leading),
        Permission(readSites, label: "Consulter les lieux et les salles", roles: team),
        Permission(writeSites, label: "Modifier les lieux et les salles", roles: leading + [.secretary]),
        Permission(readTasks, label: "Consulter les tâches", roles: team),
        Permission(
            writeTasks, label: "Créer et attribuer des tâches", explanation: "Permet aussi d’avancer les tâches des autres.",
            roles: [.coordinator, .manager, .leader, .actionLead, .secretary]),
        Permission(
            progressTasks, label: "Avancer ses propres tâches", explanation: "Démarrer, terminer ou annuler ce que l’on a à faire.",
            roles: team),
        Permission(
            readMembers, label: "Consulter les accès", explanation: "Qui a un compte, dans quel rôle, et ce que chaque rôle permet.",
            roles: leading, isSensitive: true),
        Permission(inviteMembers, label: "Inviter des personnes", roles: leading),
        Permission(
            manageMembers, label: "Gérer les accès", explanation: "Changer les rôles, mettre fin à un accès ou à des sessions.",
            roles: [.manager]),
        Permission(manageModules, label: "Activer les modules", roles: [.manager]),
        Permission(manageRoles, label: "Adapter les droits des rôles", roles: [.manager]),
        Permission(
            readEvidence, label: "Consulter le registre des preuves", roles: [.coordinator, .manager, .leader]),
        Permission(
            readFiles, label: "Télécharger les pièces des preuves", roles: [.coordinator, .manager, .leader], isSensitive: true),
        Permission(
            readAudit, label: "Consulter l’historique de la structure",
            explanation: "Qui a fait quoi. Chaque consultation y est elle-même inscrite.", roles: leading),
        Permission(
            readMails, label: "Consulter les messages envoyés",
            explanation: "À qui, sur quoi et ce qu’ils sont devenus, jamais leur contenu.", roles: leading),
        Permission(manageMails, label: "Relancer ou abandonner un message", roles: leading),
        Permission(readIndicators, label: "Consulter les indicateurs", roles: [.coordinator, .manager, .leader, .professional]),
    ]
}
