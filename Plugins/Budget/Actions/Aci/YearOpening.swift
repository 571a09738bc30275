import Kernel

/// A new exercise begins with what lasts of the one before, so that January starts with a figure: by whatever door it was created.
enum YearOpening {
    /// Fills what nobody said of a new exercise from the one before.
    static func complete(_ new: RecordValues, _ unit: WriteUnit) async throws -> RecordValues {
        guard let exercise = new.int("exercise") else { return new }
        let rows = try await unit.one(
            Query(
                """
                select eligible_patients, weekday_hours, holiday_closure_weeks, other_closure_weeks, unscheduled_care, saturday_morning,
                    on_call_derogation
                from budget.aci_year where msp_id = $1 and exercise = $2 and archived_at is null
                """, .id(unit.msp), .int(exercise - 1)))
        guard let before = rows.first else { return new }
        var values = new
        if values["eligible_patients"].isNull, let patients: Int = try before["eligible_patients"] {
            values["eligible_patients"] = .integer(patients)
        }
        for name in ["weekday_hours", "holiday_closure_weeks", "other_closure_weeks"] where values[name].isNull {
            if let number: ExactDecimal = try before[name] { values[name] = .decimal(number) }
        }
        for name in choices where values[name].isNull { values[name] = .boolean(try before[name]) }
        return values
    }

    /// What nobody said is no.
    static func decided(_ new: RecordValues) -> RecordValues {
        var values = new
        for name in choices where values[name].isNull { values[name] = .boolean(false) }
        return values
    }

    private static let choices = ["unscheduled_care", "saturday_morning", "on_call_derogation"]

    /// Takes over the achievements that last, each created and traced as any other. An exercise that was changed since has had them.
    static func carry(into id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select a.fact, a.quantity, a.title, a.done_on, a.comment
                from budget.aci_year y
                join budget.aci_year p on p.msp_id = y.msp_id and p.exercise = y.exercise - 1 and p.archived_at is null
                join budget.achievement a on a.msp_id = p.msp_id and a.year_id = p.id and a.archived_at is null and a.fact = any ($3)
                where y.msp_id = $1 and y.id = $2 and y.revision = 1
                order by a.done_on, a.id
                """, .id(unit.msp), .id(id), .texts(AchievementRecord.lasting.map(\.path))))
        for row in rows {
            var values = RecordValues([
                "year_id": .id(id), "fact": .text(try row[0]), "quantity": .integer(try row[1]), "title": .text(try row[2]),
                "done_on": .date(try row[3]),
            ])
            if let comment: String = try row[4] { values["comment"] = .text(comment) }
            try await unit.create(AchievementRecord.record, id: .make(at: unit.now), values)
        }
    }
}
