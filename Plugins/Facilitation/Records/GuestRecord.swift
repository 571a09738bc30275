import Kernel

/// People from outside who come to meetings: `/equipe/invites`, `/facilitation/guests`.
enum GuestRecord {
    static let record = RecordType(
        id: "facilitation.guest", table: "facilitation.guest",
        words: RecordWords(
            "personne extérieure", "personnes extérieures", isFeminine: true,
            purpose: "Les professionnels d’autres structures que l’équipe invite à ses réunions. Jamais un patient."),
        path: "invites", apiPath: "guests",
        fields: [
            RecordField("name", .text(max: 160), label: "Nom", help: "Un professionnel, jamais un patient.", required: true),
            RecordField("job", .text(max: 120), label: "Fonction"), RecordField("organisation", .text(max: 160), label: "Structure"),
            RecordField("email", .email, label: "Adresse de messagerie"),
        ], titleField: "name", columns: ["name", "job", "organisation", "email"], search: ["name", "organisation"],
        findable: ["job", "organisation"],
        order: RecordOrder("name"),
        permissions: RecordPermissions(
            read: Permissions.writeMeetings, create: Permissions.writeMeetings, update: Permissions.writeMeetings,
            archive: Permissions.manageMeetings))
}
