internal import Kernel

/// What the kernel itself asks of a new MSP before its modules are of use.
enum CoreFirstSteps {
    static let all: [FirstStep] = [
        FirstStep(
            "core.sheet", label: "Compléter la fiche de la structure", reason: "Ses numéros et ses dates figurent sur les documents.",
            minutes: 3, path: "structure/profil/modifier", permission: CorePermissions.writeProfile, weight: 10,
            done: """
                exists (select from kernel.msp_profile f where f.msp_id = $1
                    and (f.revision > 1 or f.active_file is not null or f.finess_geo is not null or f.opened_on is not null))
                """),
        FirstStep(
            "core.room", label: "Indiquer un lieu et ses salles", reason: "Une réunion se tient dans une salle.", minutes: 2,
            path: "structure/salles/nouveau", permission: CorePermissions.writeSites, weight: 20,
            done: "exists (select from kernel.room r where r.msp_id = $1 and r.archived_at is null)"),
        FirstStep(
            "core.team", label: "Inscrire l’équipe", reason: "Chacun pourra être convoqué, émarger et être indemnisé.", minutes: 15,
            path: "structure/professionnels/nouveau", permission: CorePermissions.writeProfessionals, weight: 30,
            done: "(select count(*) from (select from kernel.professional p where p.msp_id = $1 and p.archived_at is null limit 3) t) = 3"),
        FirstStep(
            "core.managers", label: "Inviter la gérance", reason: "Elle valide les versements, le dossier et les accès.", minutes: 2,
            path: "structure/membres/inviter", permission: CorePermissions.inviteMembers, weight: 40,
            done: "exists (select from kernel.professionals_in_roles($1, array['MANAGER']))"),
    ]
}
