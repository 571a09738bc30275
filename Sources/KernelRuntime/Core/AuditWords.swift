/// French words for what the trail holds as codes.
enum AuditWords {
    static let through = ["screen": "Écran", "api": "Programme", "link": "Lien personnel", "job": "Tâche automatique", "import": "Import"]

    static let outcome = [
        "done": "Fait", "refused": "Refusé", "forbidden": "Refusé", "denied": "Refusé", "not_found": "Introuvable", "failed": "Échoué",
        "read": "Lu",
        "401": "Refusé (accès fermé)", "403": "Refusé", "404": "Introuvable",
    ]

    static let types = [
        "core.membership": "accès", "core.token": "jeton", "core.audit": "historique", "core.profile": "fiche de la structure",
        "core.organisation": "structure", "core.mail": "message",
    ]

    private static let verbs = [
        "create": "Création", "update": "Modification", "archive": "Archivage", "restore": "Rétablissement", "read": "Consultation",
        "export": "Export", "invite": "Invitation", "end": "Fin d’accès", "roles": "Changement de rôles",
        "dates": "Changement de dates", "set": "Réglage",
        "revoke": "Révocation",
        "sessions_closed": "Sessions fermées", "clear": "Retrait de la double authentification", "add": "Ajout", "start": "Commencée",
        "done": "Terminée", "cancel": "Annulation", "reopen": "Réouverture", "add_member": "Ajout au groupe",
        "remove_member": "Retrait du groupe",
    ]

    /// Actions that their last word does not tell.
    private static let actions = [
        "core.access.refused": "Accès refusé",
        "core.role.set": "Droits d’un rôle adaptés", "core.module.set": "Module activé ou désactivé",
        "core.second_factor.clear": "Double authentification retirée", "core.audit.details_destroyed": "Détails effacés à l’échéance",
        "core.audit.purged": "Entrées effacées après douze mois",
        "core.profile.time_zone": "Heure locale changée",
        "core.mail.retry": "Message relancé", "core.mail.discard": "Message abandonné ou classé",
    ]

    /// An action in French; a verb that no module declares is told as such.
    static func action(_ code: String) -> String {
        let verb = code.split(separator: ".").last.map(String.init) ?? code
        return actions[code] ?? verbs[verb] ?? "Autre action (\(verb.replacing("_", with: " ")))"
    }
}
