import Kernel

/// Concertations of the months before the house kept meetings, declared with a piece: `/budget/rcp-declarees`, `/budget/rcp-declarations`.
enum RcpDeclarationRecord {
    static let record = RecordType(
        id: "budget.rcp_declaration", table: "budget.rcp_declaration",
        words: RecordWords(
            "déclaration de RCP", "déclarations de RCP", isFeminine: true,
            purpose: "Les RCP tenues avant que Collectif ne les connaisse\u{A0}: leur nombre, leurs mois et la pièce qui le dit.",
            title: "RCP déclarées"),
        path: "rcp-declarees", apiPath: "rcp-declarations",
        fields: [
            RecordField("title", .text(max: 120), label: "Déclaration", readOnly: true),
            RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", required: true, fixed: true),
            RecordField("from_on", .date, label: "Du", required: true),
            RecordField("to_on", .date, label: "Au", help: "Avant que Collectif ne connaisse vos réunions.", required: true),
            RecordField("meetings", .integer(1...200), label: "RCP tenues", required: true),
            RecordField("files", .integer(0...10_000), label: "Dossiers examinés", required: true),
            RecordField(
                "exhibit_id", .reference(BudgetReferences.rcpPiece), label: "Pièce",
                help:
                    "Déposée d’abord sous A2-RCP\u{A0}: calendrier signé, feuilles d’émargement. Écartée, elle ne fait plus rien compter.",
                required: true),
            RecordField("comment", .longText(max: 1_000), label: "Remarque pour la CPAM"),
        ], titleField: "title", columns: ["title", "meetings", "files", "exhibit_id", "year_id"], search: ["title"],
        order: RecordOrder("from_on", descending: true),
        permissions: RecordPermissions(
            read: AciPermissions.read, create: AciPermissions.write, update: AciPermissions.write, archive: AciPermissions.write),
        check: { new, _ in
            guard let from = new.date("from_on"), let to = new.date("to_on"), to < from else { return [] }
            return [FieldFault("to_on", "La fin vient après le début.")]
        },
        prepare: prepare,
        retire: { values, _, unit in
            guard let year = values.id("year_id") else { return }
            _ = try await open(year, unit)
            AciYears.askAgain(unit, year)
        })

    /// The exercise of a year that is still collected.
    private static func open(_ year: Identifier, _ unit: WriteUnit) async throws -> Int? {
        let rows = try await unit.one(
            Query("select exercise, state from budget.aci_year where msp_id = $1 and id = $2", .id(unit.msp), .id(year)))
        // A year of another MSP is told by the check of references.
        guard let row = rows.first else { return nil }
        let exercise: Int = try row[0]
        guard ["OPEN", "COLLECTING"].contains(try row[1] as String) else {
            throw Refusal.conflict("year_not_open", "L’exercice \(exercise) est déclaré prêt\u{A0}: rouvrez la collecte pour le compléter.")
        }
        return exercise
    }

    @Sendable
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws
        -> RecordValues
    {
        guard let year = new.id("year_id"), let from = new.date("from_on"), let to = new.date("to_on"), let piece = new.id("exhibit_id"),
            let exercise = try await open(year, unit)
        else { return new }
        let results = try await unit.run(
            Query("select created_at from kernel.msp_profile where msp_id = $1", .id(unit.msp)),
            Query(
                """
                select min(day), count(*) from budget.meeting
                where msp_id = $1 and meeting_type = 'RCP' and evidence_seq is not null and day between $2 and $3
                """, .id(unit.msp), .date(from), .date(to)),
            Query(
                """
                select title from budget.rcp_declaration
                where msp_id = $1 and id <> $2 and archived_at is null and from_on <= $4 and to_on >= $3 limit 1
                """, .id(unit.msp), .id(id), .date(from), .date(to)),
            Query(
                """
                select 1 from budget.exhibit where msp_id = $1 and id = $2 and year_id = $3 and archived_at is null
                    and indicator = 'A2-RCP' and state in ('PROVIDED', 'CHECKED')
                """, .id(unit.msp), .id(piece), .id(year)))
        var faults: [FieldFault] = []
        if from.year != exercise || to.year != exercise {
            faults.append(FieldFault("from_on", "Ces jours sont ceux de l’exercice \(exercise)."))
        }
        let adopted = try results[0].first.map { unit.access.local(try $0[0]).date } ?? unit.access.local(unit.now).date
        if to >= adopted {
            faults.append(
                FieldFault(
                    "to_on",
                    "Collectif connaît vos réunions depuis le \(French.date(adopted))\u{A0}: à partir de ce jour, saisissez-les une à une.")
            )
        }
        if let held: CivilDate = try results[1].first?[0] {
            faults.append(
                FieldFault("from_on", "Une RCP du \(French.date(held)) est déjà enregistrée\u{A0}: elle compterait deux fois."))
        }
        if let other: String = try results[2].first?[0] {
            faults.append(FieldFault("from_on", "Ces jours sont déjà ceux de «\u{A0}\(other)\u{A0}»."))
        }
        if results[3].isEmpty {
            faults.append(FieldFault("exhibit_id", "Choisissez une pièce de l’indicateur A2-RCP déposée pour l’exercice \(exercise)."))
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        AciYears.askAgain(unit, year)
        var values = new
        values["title"] = .text(DeclaredConcertations.title(from: from, to: to))
        return values
    }
}
