import Kernel

@testable import KernelRuntime

/// Three unlike records: a wide one with a workflow, a tiny one, one with references, decimals and money.
enum RecordSamples {
    static let module = ModuleManifest(
        id: "sample", path: "exemple", label: "Exemple", summary: "Pour les essais.", version: "1", stability: .experimental, weight: 1)

    static let professional = ReferenceTarget(
        record: "core.professional", table: "kernel.professional", title: "first_name || ' ' || last_name")

    static let mode = CodeList("MODE", [("ON_SITE", "Sur place"), ("VIDEO", "À distance"), ("HYBRID", "Mixte")])

    static let session = RecordType(
        id: "sample.session", table: "sample.session",
        words: RecordWords("séance", "séances", isFeminine: true, purpose: "Les séances de l’équipe."), path: "seances",
        apiPath: "sessions",
        fields: [
            RecordField("title", .text(max: 80), label: "Intitulé", required: true),
            RecordField(
                "status", .choice(CodeList("STATUS", [("DRAFT", "Brouillon"), ("HELD", "Tenue")])), label: "Statut", readOnly: true,
                default: .text("DRAFT")),
            RecordField("mode", .choice(mode), label: "Modalité", required: true, default: .text("ON_SITE")),
            RecordField("starts_at", .instant, label: "Date et heure", required: true),
            RecordField("ends_on", .date, label: "Dernier jour"),
            RecordField("planned_min", .minutes(5...600), label: "Durée prévue", default: .integer(60)),
            RecordField("seats", .integer(0...500), label: "Places"),
            RecordField("is_open", .boolean, label: "Ouverte", default: .boolean(false)),
            RecordField("topics", .choices(CodeList("TOPIC", [("CARE", "Soins"), ("TEAM", "Équipe")])), label: "Sujets"),
            RecordField("notes", .longText(max: 500), label: "Notes", noFilter: "La recherche lit ce texte."),
            RecordField("organiser_id", .reference(professional), label: "Organisateur"),
            RecordField("contact", .email, label: "Contact"),
        ], titleField: "title", columns: ["title", "starts_at", "status", "planned_min", "organiser_id"], search: ["title", "notes"],
        order: RecordOrder("starts_at", descending: true),
        permissions: RecordPermissions(
            read: "sample.session.read", create: "sample.session.write", update: "sample.session.write", archive: "sample.session.write"),
        workflow: Workflow(
            field: "status", states: [.init("DRAFT", "Brouillon", .note), .init("HELD", "Tenue", .done)], editable: ["DRAFT"],
            next: ["DRAFT": ["HELD"]]),
        actions: [
            RecordAction(
                "hold", label: "Tenir", path: "tenir", apiPath: "hold", permission: "sample.session.write", from: ["DRAFT"],
                to: "HELD", fields: [RecordField("reason", .text(max: 200), label: "Motif", required: true)],
                confirmation: "La séance a eu lieu.",
                rank: .main
            ) { _, _ in ActionOutcome("La séance est tenue.") }
        ])

    static let room = RecordType(
        id: "sample.room", table: "sample.room", words: RecordWords("salle", "salles", isFeminine: true, purpose: "Où l’on se réunit."),
        path: "salles",
        apiPath: "rooms", fields: [RecordField("name", .text(max: 40), label: "Nom", required: true)], titleField: "name",
        columns: ["name"],
        search: ["name"], order: RecordOrder("name"),
        permissions: RecordPermissions(read: "sample.room.read", create: "sample.room.write", update: nil, archive: nil))

    static let expense = RecordType(
        id: "sample.expense", table: "sample.expense",
        words: RecordWords("dépense", "dépenses", isFeminine: true, purpose: "Ce qui est payé."), path: "depenses", apiPath: "expenses",
        fields: [
            RecordField("label", .text(max: 60), label: "Libellé", required: true),
            RecordField("amount", column: "amount_cents", .money, label: "Montant", required: true),
            RecordField("rate", .decimal(scale: 2, min: .zero, max: ExactDecimal(100)), label: "Taux"),
            RecordField("payer_id", .reference(professional), label: "Payé par", required: true),
            RecordField(
                "session_id", .reference(ReferenceTarget(record: "sample.session", table: "sample.session", title: "title")),
                label: "Séance"),
            RecordField("paid_on", .date, label: "Payée le"),
        ], titleField: "label", columns: ["label", "amount", "rate", "payer_id", "session_id"], search: ["label", "payer_id"],
        order: RecordOrder("paid_on"),
        permissions: RecordPermissions(
            read: "sample.expense.read", create: "sample.expense.write", update: "sample.expense.write", archive: "sample.expense.write"))

    static let all = [session, room, expense]

    static let catalog = RecordCatalog(records: all.map { (module: module, record: $0) }, slots: [])

    static func plan(_ record: RecordType) -> RecordPlan { RecordPlan(record: record, module: module, catalog: catalog) }

    static let msp = Identifier.derived(from: "msp")
    static let now = Instant(iso8601: "2026-11-21T12:00:00Z") ?? Instant(microseconds: 0)

    static func form(_ pairs: (String, String)...) -> FormValues { FormValues(pairs.map { (name: $0.0, value: $0.1) }) }
}
