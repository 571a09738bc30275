import Kernel

/// A followed situation: only its circle sees it. It shows what references may point to and how a row keeps to its people.
enum SituationRecord {
    static let id = "reference.situation"

    static let type = RecordType(
        id: id, table: "reference.situation",
        words: RecordWords("situation", "situations", isFeminine: true, purpose: "Les situations suivies, chacune par son cercle."),
        path: "situations", apiPath: "situations",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true),
            RecordField("review_on", .date, label: "À revoir le"),
            RecordField("note_id", .reference(openNote), label: "Note de départ"),
            RecordField(
                "notes", .references(note, through: LinkTable("reference.situation_note", from: "situation_id", to: "note_id")),
                label: "Notes liées"),
            RecordField("lead_id", .reference(.professional), label: "Référent", readOnly: true),
        ], titleField: "title", columns: ["title", "review_on", "note_id", "notes", "lead_id"], search: ["title"],
        findable: ["review_on"], order: RecordOrder("title"),
        permissions: RecordPermissions(read: read, create: write, update: write, archive: write),
        actions: [
            RecordAction(
                "name_lead", label: "Nommer le référent", path: "nommer", apiPath: "name-lead", permission: write,
                fields: [RecordField("member", .reference(member), label: "Membre du cercle", required: true)]
            ) { input, unit in
                let rows = try await unit.one(
                    Query(
                        "select professional_id from reference.situation_member where msp_id = $1 and id = $2", .id(unit.msp),
                        .id(input.values.id("member"))))
                return ActionOutcome("Le référent est nommé.", ["lead_id": FieldValue(try rows.first?[0] as Identifier?)])
            }
        ], panels: [.related("reference.entry", by: "situation_id")], lines: [circle],
        deadlines: [RecordDeadline("review", .field("review_on"), remind: [7], says: "à revoir")],
        files: [.papers("papers", label: "Pièces", most: 3)],
        papers: [Paper("sheet", title: "Fiche de suivi", path: "fiche", sections: [.facts(["review_on", "lead_id"])])],
        reading: .members(of: "circle"))

    static let read = "reference.situation.read"
    static let write = "reference.situation.write"
    static let permissions = [
        Permission(read, label: "Lire ses situations", roles: [.coordinator, .manager, .professional]),
        Permission(write, label: "Suivre des situations", roles: [.coordinator, .manager, .professional]),
    ]

    private static let note = ReferenceTarget(NoteRecord.type)
    /// Notes that are not done yet, called by their title and their text.
    private static let openNote = ReferenceTarget(NoteRecord.type, titled: ["title", "body"], separator: "' – '").among("state = 'DRAFT'")
    private static let member = ReferenceTarget(
        "circle", under: id, table: "reference.situation_member",
        title: "(select p.shown_name from kernel.professional p where p.msp_id = $1 and p.id = situation_member.professional_id)",
        reading: read, within: "situation_id = $2")

    private static let circle = Lines(
        "circle", one: "member", table: "reference.situation_member", parent: "situation_id",
        words: RecordWords("membre", "membres", isFeminine: false, purpose: "Personne.", title: "Cercle"), path: "cercle",
        fields: [
            RecordField("professional_id", .reference(.professional), label: "Personne", required: true, fixed: true),
            RecordField("part", .text(max: 80), label: "Rôle"),
        ], columns: ["professional_id", "part"], order: .by("professional_id"), write: write, uniqueBy: ["professional_id"])
}

/// Time noted by each for himself or herself.
enum EntryRecord {
    static let type = RecordType(
        id: "reference.entry", table: "reference.entry",
        words: RecordWords("temps noté", "temps notés", isFeminine: false, purpose: "Ce que chacun a noté."), path: "temps",
        apiPath: "entries",
        fields: [
            RecordField("title", .text(max: 120), label: "Objet", required: true),
            RecordField("professional_id", .reference(.professional), label: "Personne", required: true, fixed: true),
            RecordField("minutes", .minutes(1...1_440), label: "Durée", required: true),
            RecordField("situation_id", .reference(ReferenceTarget(SituationRecord.type)), label: "Situation"),
        ], titleField: "title", columns: ["title", "professional_id", "minutes", "situation_id"], search: ["title"],
        order: RecordOrder("title"), permissions: RecordPermissions(read: read, create: read, update: read, archive: read),
        files: [.one("proof", label: "Justificatif")], reading: .own("professional_id", unless: readAll))

    static let read = "reference.entry.read"
    static let readAll = "reference.entry.read_all"
    static let permissions = [
        Permission(read, label: "Noter son temps", roles: [.coordinator, .manager, .professional]),
        Permission(readAll, label: "Voir le temps de tous", roles: [.manager]),
    ]
}
