import Kernel

/// What the statutes ask for assemblies, from a day on: `/equipe/regles-assemblees`, `/facilitation/assembly-rules`.
enum AssemblyRuleRecord {
    static let record = RecordType(
        id: "facilitation.assembly_rule", table: "facilitation.assembly_rule",
        words: RecordWords(
            "règle d’assemblée", "règles d’assemblée", isFeminine: true,
            purpose: "Le délai de convocation que vos statuts demandent pour une assemblée générale."),
        path: "regles-assemblees", apiPath: "assembly-rules",
        fields: [
            RecordField("valid_from", .date, label: "Depuis le", required: true),
            RecordField(
                "notice_days", .integer(0...120), label: "Délai de convocation en jours francs",
                help: "Ni le jour de l’envoi ni celui de l’assemblée ne comptent.", required: true),
            RecordField("source", .text(max: 200), label: "Article des statuts"),
        ], titleField: "valid_from", columns: ["valid_from", "notice_days", "source"], search: ["source"],
        order: RecordOrder("valid_from", descending: true),
        permissions: RecordPermissions(
            read: Permissions.readMeetings, create: Permissions.manageMeetings, update: Permissions.manageMeetings,
            archive: Permissions.manageMeetings))
}
