import Kernel

/// A convention with its parties, its signed copy, its end and its successor.
enum ConventionRecord {
    static let record = RecordType(
        id: "reference.convention", table: "reference.convention",
        words: RecordWords(
            "convention", "conventions", isFeminine: true, purpose: "Ce que la structure a signé, avec qui et jusqu’à quand."),
        path: "conventions", apiPath: "conventions",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true),
            RecordField("object", .longText(max: 2_000), label: "Objet", noFilter: "La recherche lit déjà ce texte."),
            RecordField("state", .choice(CodeList("CONVENTION_STATE", states)), label: "État", readOnly: true, default: .text("DRAFT")),
            RecordField("note_id", .reference(note), label: "Note"),
            RecordField("owner_id", .reference(.professional), label: "Suivie par"),
            RecordField("signed_on", .date, label: "Signée le", readOnly: true),
            RecordField("ends_on", .date, label: "Fin"),
            RecordField("successor_id", .reference(successor), label: "Remplacée par"),
        ], titleField: "title", columns: ["title", "state", "owner_id", "ends_on"], search: ["title", "object"],
        findable: ["state", "ends_on"], order: RecordOrder("ends_on"),
        permissions: RecordPermissions(
            read: "reference.note.read", create: "reference.note.write", update: "reference.note.write", archive: "reference.note.write"),
        workflow: Workflow(
            field: "state", states: states, editable: ["DRAFT", "RUNNING"], next: ["DRAFT": ["RUNNING"], "RUNNING": ["ENDED"]]),
        actions: [
            RecordAction(
                "sign", label: "Signer", path: "signer", apiPath: "sign", permission: "reference.note.write", from: ["DRAFT"],
                to: "RUNNING", fields: [RecordField("signed_on", .date, label: "Signée le", required: true)], sets: ["signed_on"],
                rank: .main
            ) { _, _ in ActionOutcome("La convention est signée.") },
            RecordAction(
                "end", label: "Mettre fin", path: "finir", apiPath: "end", permission: "reference.note.write", from: ["RUNNING"],
                to: "ENDED"
            ) { _, _ in ActionOutcome("La convention a pris fin.") },
        ],
        panels: [
            .facts("Convention", ["object", "owner_id", "signed_on", "ends_on", "successor_id"]), .lines("parties"), .files,
            .related("reference.convention", by: "successor_id", title: "Remplace"),
        ],
        lines: [
            Lines(
                "parties", one: "party", table: "reference.convention_party", parent: "convention_id",
                words: RecordWords("partie", "parties", isFeminine: true, purpose: "Qui s’engage."), path: "parties",
                fields: [
                    RecordField("name", .text(max: 120), label: "Nom", required: true),
                    RecordField("signatory", .text(max: 120), label: "Représentée par"),
                ], columns: ["name", "signatory"], order: .position("place"), write: "reference.note.write")
        ],
        deadlines: [
            RecordDeadline(
                "renewal", .before("ends_on", .days(60)), remind: [60, 30, 7], while: ["RUNNING"], owner: "owner_id",
                says: "à dénoncer ou reconduire")
        ],
        files: [.one("signed_copy", label: "Exemplaire signé")],
        papers: [
            Paper(
                "convention", title: "Convention", path: "convention", needs: [.field("object"), .lines("parties", atLeast: 2)],
                sealed: .on("sign", words: "Convention signée"),
                sections: [.facts(["owner_id", "ends_on"]), .text("object"), .lines("parties"), .signaturesOf("parties")])
        ],
        counts: [
            RecordCount(
                "X_CONVENTIONS", label: "Conventions en cours", unit: "%", definition: "Conventions signées dans la période, en cours.",
                disclosure: .internalOnly, on: "signed_on", where: ["state": ["RUNNING"]], among: [:])
        ])

    private static let states: [Workflow.State] = [
        .init("DRAFT", "Brouillon", .note), .init("RUNNING", "En cours", .done), .init("ENDED", "Terminée", .soft),
    ]
    private static let note = ReferenceTarget(NoteRecord.type)
    private static let successor = ReferenceTarget(record: "reference.convention", table: "reference.convention", title: "title")
}

/// What each MSP has once.
enum CharterRecord {
    static let record = RecordType(
        id: "reference.charter", table: "reference.charter",
        words: RecordWords("charte", "chartes", isFeminine: true, purpose: "Ce que l’équipe s’est promis.", title: "Charte de l’équipe"),
        path: "charte", apiPath: "charter",
        fields: [
            RecordField("promise", .longText(max: 2_000), label: "Promesse", required: true, noFilter: "Il n’y a qu’une charte."),
            RecordField("adopted_on", .date, label: "Adoptée le"),
        ], titleField: "promise", columns: ["promise"], search: [], order: RecordOrder("adopted_on"),
        permissions: RecordPermissions(
            read: "reference.note.read", create: "reference.note.write", update: "reference.note.write", archive: nil),
        files: [.one("signed_copy", label: "Exemplaire signé")], isSheet: true)
}
