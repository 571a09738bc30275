import Kernel

/// Opens an exercise: the parameters and what lasts are taken over from the one before, so that January starts with a figure.
struct YearOpening: Sendable {
    let years: AciYears

    /// Returns the new exercise. Throws 409 when it exists or has no rules.
    func open(_ exercise: Int, _ unit: WriteUnit) async throws -> Identifier {
        _ = try years.rules(for: exercise)
        let id = Identifier.make(at: unit.now)
        let before = try await unit.run(
            Query(
                """
                select c.id from budget.aci_contract c
                where c.msp_id = $1 and c.archived_at is null and c.starts_on is not null
                    and extract(year from c.starts_on) <= $2 and extract(year from c.ends_on) >= $2
                order by c.starts_on desc, c.id limit 1
                """, .id(unit.msp), .int(exercise)),
            Query(
                """
                select a.id from budget.achievement a join budget.aci_year p on p.msp_id = a.msp_id and p.id = a.year_id
                where a.msp_id = $1 and p.msp_id = $1 and p.exercise = $2 - 1 and a.archived_at is null and a.fact = any ($3)
                """, .id(unit.msp), .int(exercise), .texts(AchievementRecord.lasting.map(\.path))))
        let contract: Identifier? = try before[0].first?[0]
        let lasting: [Identifier] = try before[1].map { try $0[0] }
        // What lasts comes from the exercise before, where there is one: its row gives the line its place.
        let copied = try await unit.one(
            Query(
                """
                insert into budget.aci_year (msp_id, id, exercise, title, state, contract_id, unscheduled_care, weekday_hours,
                    saturday_morning, holiday_closure_weeks, other_closure_weeks, on_call_derogation, eligible_patients, created_by)
                select p.msp_id, $2, $3, 'Exercice ' || $3, 'COLLECTING', $5, coalesce(p.unscheduled_care, false), p.weekday_hours,
                    coalesce(p.saturday_morning, false), p.holiday_closure_weeks, p.other_closure_weeks,
                    coalesce(p.on_call_derogation, false), p.eligible_patients, $4
                from budget.aci_year p where p.msp_id = $1 and p.exercise = $3 - 1 and p.archived_at is null
                on conflict (msp_id, exercise) do nothing returning id
                """, .id(unit.msp), .id(id), .int(exercise), .id(unit.access.account), .id(contract)))
        let made =
            copied.first != nil
            ? copied
            : try await unit.one(
                Query(
                    """
                    insert into budget.aci_year (msp_id, id, exercise, title, state, contract_id, unscheduled_care, saturday_morning,
                        on_call_derogation, created_by)
                    values ($1, $2, $3, 'Exercice ' || $3, 'COLLECTING', $5, false, false, false, $4)
                    on conflict (msp_id, exercise) do nothing returning id
                    """, .id(unit.msp), .id(id), .int(exercise), .id(unit.access.account), .id(contract)))
        guard made.first != nil else { throw Refusal.conflict("year_exists", "L’exercice \(exercise) existe déjà.") }
        let carried = try await unit.one(
            Query(
                """
                insert into budget.achievement (msp_id, id, year_id, fact, quantity, title, done_on, comment, created_by)
                select a.msp_id, t.id, $2, a.fact, a.quantity, a.title, a.done_on, a.comment, $3
                from budget.achievement a join unnest($4::uuid[], $5::uuid[]) t(former, id) on t.former = a.id
                where a.msp_id = $1
                """, .id(unit.msp), .id(id), .id(unit.access.account), .ids(lasting),
                .ids(lasting.map { _ in Identifier.make(at: unit.now) })))
        unit.audit(
            "budget.aci_year.open", type: AciYearRecord.id, id: id,
            detail: .object([("exercise", .integer(exercise)), ("carried_over", .integer(carried.affectedRows))]))
        AciYears.askAgain(unit, id)
        return id
    }
}
