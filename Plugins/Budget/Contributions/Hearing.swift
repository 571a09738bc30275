import Kernel

/// What the budget keeps of the team's life: it hears events and never reads another module's tables. The handlers keep up while
/// the module is off, so that nothing is missing when an MSP switches it on again.
enum Hearing {
    static func handlers(_ years: AciYears) -> [EventHandler] { [sheetLocked, sheetReopened(years), meetingClosed(years)] }

    /// A locked sheet: who may be paid for which time. A sheet locked again replaces what the earlier one said.
    private static let sheetLocked = EventHandler(MeetingEvents.sheetLocked, name: "budget.keep_sheet", keepsUp: true) { sheet, _, unit in
        let (meeting, day, people) = (sheet.meeting, sheet.day, sheet.people)
        try await unit.run(
            Query(
                """
                insert into budget.meeting as m (msp_id, id, meeting_type, day, starts_at, ends_at, indemnifiable, sheet_locked)
                values ($1, $2, $3, $4, $5, $6, $7, true)
                on conflict (msp_id, id) do update set meeting_type = excluded.meeting_type, day = excluded.day,
                    starts_at = excluded.starts_at, ends_at = excluded.ends_at, indemnifiable = excluded.indemnifiable, sheet_locked = true
                """, .id(unit.msp), .id(meeting), .text(sheet.type), .date(day), .instant(sheet.startsAt),
                .instant(sheet.endsAt), .bool(sheet.indemnifiable)),
            Query("delete from budget.presence where msp_id = $1 and meeting_id = $2", .id(unit.msp), .id(meeting)),
            Query(
                """
                insert into budget.presence (msp_id, id, meeting_id, professional_id, from_at, to_at, minutes, signed)
                select m.msp_id, t.id, m.id, t.person, t.since, greatest(t.since, t.until), t.minutes, t.signed
                from budget.meeting m
                cross join unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::integer[], $8::boolean[])
                    t(id, person, since, until, minutes, signed)
                where m.msp_id = $1 and m.id = $2
                """, .id(unit.msp), .id(meeting), .ids(people.map(\.attendance)), .ids(people.map(\.person)),
                .texts(people.map(\.from.description)), .texts(people.map(\.to.description)), .ints(people.map(\.minutes)),
                .texts(people.map { $0.signed ? "true" : "false" })),
            noteTimes(meeting, people: people.map(\.person), from: people.map(\.from), to: people.map(\.to), unit))
        try await RunStore.resetRuns(from: day, to: day, unit)
    }

    /// A reopened sheet pays nobody until it is locked again.
    private static func sheetReopened(_ years: AciYears) -> EventHandler {
        EventHandler(MeetingEvents.sheetReopened, name: "budget.drop_sheet", keepsUp: true) { reopened, _, unit in
            let meeting = reopened.meeting
            let results = try await unit.run(
                Query("delete from budget.presence where msp_id = $1 and meeting_id = $2", .id(unit.msp), .id(meeting)),
                noteTimes(meeting, people: [], from: [], to: [], unit),
                Query(
                    """
                    update budget.meeting set sheet_locked = false, evidence_seq = null, cases = null, case_ids = null where msp_id = $1 and id = $2
                    returning day
                    """, .id(unit.msp), .id(meeting)))
            guard let day: CivilDate = try results[2].first?[0] else { return }
            try await RunStore.resetRuns(from: day, to: day, unit)
            try await years.keep(exercise: day.year, unit)
        }
    }

    /// Tells the platform when people were held, so that two MSPs do not pay the same hour unawares.
    private static func noteTimes(_ meeting: Identifier, people: [Identifier], from: [Instant], to: [Instant], _ unit: WriteUnit) -> Query {
        Query(
            "select kernel.note_times($1, $2, $3::uuid[], $4::timestamptz[], $5::timestamptz[])", .id(unit.msp), .id(meeting), .ids(people),
            .texts(from.map(\.description)), .texts(to.map(\.description)))
    }

    /// A closed meeting counts for the ACI year, with the situations that it discussed.
    private static func meetingClosed(_ years: AciYears) -> EventHandler {
        EventHandler(MeetingEvents.closed, name: "budget.keep_closing", keepsUp: true) { closing, _, unit in
            try await unit.one(
                Query(
                    """
                    insert into budget.meeting as m (msp_id, id, meeting_type, day, evidence_seq, cases, case_ids)
                    values ($1, $2, $3, $4, $5, $6, $7)
                    on conflict (msp_id, id) do update set evidence_seq = excluded.evidence_seq, cases = excluded.cases, day = excluded.day,
                        case_ids = excluded.case_ids
                    """, .id(unit.msp), .id(closing.meeting), .text(closing.type), .date(closing.day), .int(closing.evidence),
                    .int(closing.cases),
                    .ids(closing.situations)))
            try await years.keep(exercise: closing.day.year, unit)
        }
    }
}
