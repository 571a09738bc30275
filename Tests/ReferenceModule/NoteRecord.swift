import Kernel

/// The reference record: every kind of face with few fields.
enum NoteRecord {
    static let type: RecordType = RecordType(
        id: "reference.note", table: "reference.note",
        words: RecordWords("note", "notes", isFeminine: true, purpose: "Les notes gardent ce qui est à retenir."), path: "notes",
        apiPath: "notes",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true),
            RecordField("body", .longText(max: 2_000), label: "Texte", noFilter: "La recherche lit déjà ce texte."),
            RecordField(
                "state", .choice(CodeList("NOTE_STATE", [("DRAFT", "Brouillon"), ("DONE", "Clos")])), label: "Statut", readOnly: true,
                default: .text("DRAFT")),
            RecordField("due_on", .date, label: "Échéance"),
            RecordField("cost", column: "cost_cents", .money, label: "Coût"),
            RecordField(
                "weight", .decimal(scale: 2, min: ExactDecimal(0), max: ExactDecimal(1_000)), label: "Poids",
                noFilter: "Valeur de vérification."),
        ], titleField: "title", columns: ["title", "state", "due_on", "cost"], search: ["title", "body"], findable: ["state", "due_on"],
        order: RecordOrder("due_on"),
        permissions: RecordPermissions(
            read: "reference.note.read", create: "reference.note.write", update: "reference.note.write", archive: "reference.note.write"),
        workflow: Workflow(
            field: "state", states: [.init("DRAFT", "Brouillon", .note), .init("DONE", "Clos", .done)], editable: ["DRAFT"],
            next: ["DRAFT": ["DONE"]]),
        actions: [
            RecordAction(
                "finish", label: "Clore", path: "clore", apiPath: "finish", permission: "reference.note.write", from: ["DRAFT"], to: "DONE",
                evidence: ActEvidence { act, unit in
                    EvidenceEntry(
                        kind: "reference.note", indicators: [], year: unit.access.local(unit.now).date.year, subjectType: "reference.note",
                        subject: act.id, title: "Note close", occurredAt: unit.now, exhibits: [])
                }, publishes: ActEvent(ReferenceModule.noted) { act, _ in ReferenceModule.Noted(note: act.id) }, rank: .main
            ) { _, _ in ActionOutcome("La note est close.") },
            // What it does to its lines stands in its own entry of the trail, under its own revision.
            RecordAction(
                "sign_off", label: "Tout contrôler", path: "tout-controler", apiPath: "sign-off", permission: "reference.note.write"
            ) { input, unit in
                let steps = unit.lines(NoteRecord.type, "steps", of: input.id)
                let rows = try await unit.one(
                    Query("select id from reference.note_step where msp_id = $1 and note_id = $2", .id(unit.msp), .id(input.id)))
                for row in rows { try await steps.change(try row[0], RecordValues(["checked_by": .text(unit.access.displayName)])) }
                try await steps.add(RecordValues(["title": .text("Contrôle final")]))
                return ActionOutcome("Tout est contrôlé.")
            },
            // The paper is sealed with the act: what it must show must be there, and the entry names the digest of its file.
            RecordAction(
                "certify", label: "Certifier", path: "certifier", apiPath: "certify", permission: "reference.note.write",
                evidence: ActEvidence { act, unit in
                    EvidenceEntry(
                        kind: "reference.note", indicators: [], year: unit.access.local(unit.now).date.year, subjectType: "reference.note",
                        subject: act.id, title: "Note certifiée", occurredAt: unit.now, exhibits: [act.sealed].compactMap { $0 })
                }
            ) { _, _ in ActionOutcome("La note est certifiée.") },
        ], panels: [.related("reference.convention", by: "note_id")], lines: [steps, checks],
        deadlines: [
            RecordDeadline(
                "closing", .before("due_on", .days(2)), remind: [30, 7], while: ["DRAFT"], doneBy: "finish", says: "à clore")
        ],
        files: [
            .one("signed_copy", label: "Exemplaire signé", during: ["DRAFT"]),
            .papers("papers", label: "Pièces", most: 5, keepsMonths: 12),
        ], papers: [sheet])

    private static let sheet = Paper(
        "sheet", title: "Fiche de note", path: "fiche", permission: "reference.note.print", needs: [.field("body"), .lines("steps")],
        sealed: .on("certify", words: "Fiche certifiée"), draft: "Fiche de travail, non certifiée.",
        sections: [
            .facts(["state", "due_on", "cost"]), .text("body"), .lines("steps", columns: ["title", "owner_id", "cost"]),
            .custom { view in [.facts([("Étapes en tout", "\(view.lines["steps"]?.count ?? 0)")])] },
            .signatures(["Pour la coordination", "Pour la gérance"]),
        ])

    private static let steps = Lines(
        "steps", one: "step", table: "reference.note_step", parent: "note_id",
        words: RecordWords("étape", "étapes", isFeminine: true, purpose: "Ajoutez les étapes dans l’ordre où elles se suivent."),
        path: "etapes",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true),
            RecordField("owner_id", .reference(.professional), label: "Responsable"),
            RecordField("cost", column: "cost_cents", .money, label: "Coût"),
            RecordField("checked_by", .text(max: 120), label: "Contrôlée par", readOnly: true),
        ], columns: ["title", "owner_id", "cost", "checked_by"], order: .position("place"), write: "reference.note.write",
        uniqueBy: ["title"])

    private static let checks = Lines.checklist(
        "checks", one: "check", table: "reference.note_check", parent: "note_id",
        words: RecordWords("contrôle", "contrôles", isFeminine: false, purpose: "Ce qu’il faut avoir contrôlé."), path: "controles",
        of: CodeList("NOTE_CHECK", [("SOURCES", "Sources relues"), ("FIGURES", "Chiffres vérifiés"), ("SPELLING", "Orthographe relue")]),
        states: [.init("TODO", "À faire", .warn), .init("ASKED", "Demandé", .note), .init("DONE", "Fait", .done)], done: ["DONE"],
        owner: .professional, due: true, write: "reference.note.write", asks: ["DRAFT"])
}
