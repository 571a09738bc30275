internal import Kernel

/// A person of the team, with or without an account (missions.md 3.3).
enum ProfessionalRecord {
    static let record = RecordType(
        id: "core.professional", table: "kernel.professional",
        words: RecordWords(
            "professionnel", "professionnels", isFeminine: false,
            purpose: "Toutes les personnes de l’équipe, associées ou non, avec ou sans compte.", title: "Équipe et annuaire"),
        path: "professionnels", apiPath: "professionals",
        fields: [
            RecordField("last_name", .text(max: 80), label: "Nom", required: true),
            RecordField("first_name", .text(max: 80), label: "Prénom", required: true),
            RecordField(
                "civility", .choice(CodeList.civility), label: "Civilité", help: "Les intitulés s’accordent\u{A0}: infirmière, infirmier."),
            RecordField("profession", .choice(CodeList.profession), label: "Profession", required: true, agreesWith: "civility"),
            RecordField("specialty", .text(max: 80), label: "Spécialité", help: "Pour les médecins."),
            RecordField(
                "status", .choice(CodeLists.practice), label: "Mode d’exercice", required: true, default: .text("LIBERAL")),
            RecordField("email", .email, label: "Adresse électronique", help: "Les convocations y sont envoyées."),
            RecordField("phone", .phone, label: "Téléphone"),
            RecordField("rpps", .rpps, label: "N° RPPS"),
            RecordField(
                "is_associate", .boolean, label: "Associé·e de la SISA", required: true, default: .boolean(false), agreesWith: "civility"),
            RecordField(
                "is_care_team", .boolean, label: "Membre de l’équipe de soins", required: true, default: .boolean(false)),
            RecordField("indemnifiable", .boolean, label: "Indemnisable", required: true, default: .boolean(false)),
            RecordField("signed_project_on", .date, label: "Signataire du projet de santé le"),
            RecordField("joined_on", .date, label: "Entrée", required: true),
            RecordField("left_on", .date, label: "Sortie", help: "Laissez vide tant que la personne est dans l’équipe."),
            RecordField(
                "holds_from", .date, label: "Profession et statut depuis le",
                help:
                    "Quand la profession, l’association ou l’indemnisation change\u{A0}: le jour d’où le changement compte, sinon aujourd’hui."
            ),
        ],
        titleField: "last_name", columns: ["last_name", "first_name", "profession", "email", "is_associate", "joined_on", "left_on"],
        search: ["last_name", "first_name", "email", "specialty", "profession"], findable: ["profession", "specialty"],
        order: RecordOrder("last_name"),
        permissions: RecordPermissions(
            read: CorePermissions.readProfessionals, create: CorePermissions.writeProfessionals, update: CorePermissions.writeProfessionals,
            archive: CorePermissions.writeProfessionals),
        actions: TeamStays.acts,
        check: { new, _ in
            guard let joined = new.date("joined_on"), let left = new.date("left_on"), left < joined else { return [] }
            return [FieldFault("left_on", "Indiquez une sortie le \(French.date(joined)) ou plus tard.")]
        },
        prepare: TeamStays.prepare,
        settle: { id, unit in
            try await TeamStays.settle(id, unit)
            try await unit.one(Query("select kernel.link_person($1, $2)", .id(unit.msp), .id(id)))
            try await unit.one(
                Query(
                    "select kernel.mark_namesakes($1, $2, $3)", .id(unit.msp), .texts(CodeList.profession.codes.map(\.code)),
                    .texts(CodeList.profession.codes.map(\.label))))
        }, namedBy: ["first_name", "last_name"],
        links: [
            RecordLink("Inviter à se connecter", permission: CorePermissions.inviteMembers) { id, values in
                // Whoever has left is refused there: this place knows no day.
                values.text("email") == nil ? nil : "structure/membres/inviter?professionnel=\(id)"
            }
        ])
}

/// A named group of professionals, used as a list of invitees.
enum GroupRecord {
    static let record = RecordType(
        id: "core.group", table: "kernel.team_group",
        words: RecordWords("groupe", "groupes", isFeminine: false, purpose: "Des listes de personnes à convoquer ensemble."),
        path: "groupes",
        apiPath: "groups",
        fields: [
            RecordField("name", .text(max: 120), label: "Nom", required: true),
            RecordField("purpose", .longText(max: 1_000), label: "À quoi sert ce groupe"),
        ],
        titleField: "name", columns: ["name", "purpose"], search: ["name", "purpose"], findable: ["purpose"], order: RecordOrder("name"),
        permissions: RecordPermissions(
            read: CorePermissions.readProfessionals, create: CorePermissions.writeProfessionals, update: CorePermissions.writeProfessionals,
            archive: CorePermissions.writeProfessionals),
        lines: [members])

    /// Who is in the group. People outside of it are offered; the profession is said in each person's form.
    private static let members = Lines(
        "members", one: "member", table: "kernel.team_group_member", parent: "group_id",
        words: RecordWords(
            "personne", "personnes", isFeminine: true,
            purpose: "Ce groupe est vide. Ajoutez-y des personnes de l’équipe pour les convoquer ensemble."),
        path: "personnes",
        fields: [
            RecordField("professional_id", .reference(outside), label: "Personne", required: true, fixed: true),
            RecordField("profession", column: person, .reference(profession), label: "Profession", derived: true),
            RecordField("family_name", column: person, .reference(familyName), label: "Nom de famille", derived: true),
        ], columns: ["professional_id", "profession"], order: .by("family_name"), write: CorePermissions.writeProfessionals,
        uniqueBy: ["professional_id"], most: 500)

    private static let person = "professional_id"
    private static let outside = ReferenceTarget.professional.within(
        """
        archived_at is null and id not in (
            select m.professional_id from kernel.team_group_member m where m.msp_id = $1 and m.group_id = $2)
        """)
    private static let profession = ReferenceTarget.professional.telling("said_profession", say: CodeList.profession(of:))
    private static let familyName = ReferenceTarget.professional.telling("concat_ws(' ', last_name, first_name)")
}
