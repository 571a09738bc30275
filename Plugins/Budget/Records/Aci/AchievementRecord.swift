import Kernel

/// What was achieved in an exercise: `/budget/realisations`, `/budget/achievements`.
enum AchievementRecord {
    static let id = "budget.achievement"

    /// What a person may say was achieved. The rest is counted by the house (meetings, files, team) or said once for the year.
    static let facts: [Fact] = [
        .crisisPlan, .crisisActions, .diversityLevel, .secondRecourseLevel, .assistantSpecialistContract, .publicHealthMissions,
        .usersLevel1, .usersLevel2, .unscheduledCareService, .coordination, .protocols, .trainees, .externalCoordination,
        .qualityLevel1, .qualityLevel2, .qualityLevel3, .cooperationProtocols, .heartFailurePathway, .childObesityPathway,
        .missionOnTheme, .standardSystem, .advancedSystem,
    ]
    static let factList = CodeList("ACI_FACT", facts.map { ($0.path, $0.label.firstCapital) })

    /// What lasts beyond one exercise, to be taken over into the next one.
    static let lasting: [Fact] = [
        .crisisPlan, .secondRecourseLevel, .usersLevel1, .unscheduledCareService, .coordination, .protocols, .externalCoordination,
        .qualityLevel1, .cooperationProtocols, .heartFailurePathway, .childObesityPathway, .standardSystem, .advancedSystem,
    ]

    static var record: RecordType {
        RecordType(
            id: id, table: "budget.achievement",
            words: RecordWords(
                "réalisation", "réalisations", isFeminine: true,
                purpose: "Ce que l’équipe a fait dans l’année\u{A0}: protocoles, missions, stages, niveaux atteints."),
            path: "realisations", apiPath: "achievements", fields: fields, titleField: "title",
            columns: ["title", "fact", "quantity", "done_on", "year_id"], search: ["title"],
            order: RecordOrder("done_on", descending: true),
            permissions: RecordPermissions(
                read: AciPermissions.read, create: AciPermissions.write, update: AciPermissions.write, archive: AciPermissions.write),
            check: check, prepare: { new, old, _, unit in try await prepare(new, unit) },
            retire: { values, _, unit in _ = try await prepare(values, unit) })
    }

    private static let fields: [RecordField] = [
        RecordField("title", .text(max: 200), label: "Intitulé", help: "Jamais le nom d’un patient.", required: true),
        RecordField("fact", .choice(factList), label: "Ce qui est réalisé", required: true),
        RecordField(
            "quantity", .integer(1...1_000), label: "Nombre ou niveau", help: "Un niveau atteint s’écrit 1 ou 2.", required: true,
            default: .integer(1)),
        RecordField("done_on", .date, label: "Le", required: true),
        RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", required: true, fixed: true),
        RecordField("comment", .longText(max: 1_000), label: "Remarque pour la CPAM"),
    ]

    private static func check(_ new: RecordValues, _ old: RecordValues?) -> [FieldFault] {
        guard let fact = new.text("fact").flatMap({ Fact.at($0) }), let quantity = new.int("quantity"), let top = fact.greatest,
            quantity > top
        else { return [] }
        return [FieldFault("quantity", top == 1 ? "Cela se note une fois\u{A0}: 1." : "Le niveau le plus haut est \(top).")]
    }

    private static func prepare(_ new: RecordValues, _ unit: WriteUnit) async throws -> RecordValues {
        guard let year = new.id("year_id"), let day = new.date("done_on") else { return new }
        let rows = try await unit.one(
            Query("select exercise, state from budget.aci_year where msp_id = $1 and id = $2", .id(unit.msp), .id(year)))
        guard let row = rows.first else { throw Refusal.invalid("year_id", "Cet exercice est introuvable.") }
        let exercise: Int = try row[0]
        guard ["OPEN", "COLLECTING"].contains(try row[1] as String) else {
            throw Refusal.conflict("year_not_open", "L’exercice \(exercise) est déclaré prêt\u{A0}: rouvrez la collecte pour le compléter.")
        }
        guard day.year <= exercise else { throw Refusal.invalid("done_on", "Cette date est après l’exercice \(exercise).") }
        AciYears.askAgain(unit, year)
        return new
    }
}
