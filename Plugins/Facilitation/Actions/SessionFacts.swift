import Kernel

/// What a locked sheet and a closed meeting tell other modules: identifiers, times and counts, never a name.
enum SessionFacts {
    /// The meeting with its type.
    static func named(_ act: ActDone) -> JSONValue {
        .object([("meeting", .string(act.id.description)), ("type", .string(act.after.text("meeting_type") ?? ""))])
    }

    /// Who was there and for how long, as the locked sheet says it. Guests are not named: no module pays them.
    static func locked(_ meeting: Identifier, _ unit: WriteUnit) async throws -> JSONValue {
        let results = try await unit.run(
            Query(
                "select meeting_type, actual_start, actual_end, indemnifiable from facilitation.meeting where msp_id = $1 and id = $2",
                .id(unit.msp), .id(meeting)),
            Query(
                """
                select a.id, a.professional_id, coalesce(a.arrived_at, m.actual_start), coalesce(a.left_at, m.actual_end),
                    coalesce(a.minutes, 0), a.signature_kind is not null
                from facilitation.attendance a join facilitation.meeting m on m.msp_id = a.msp_id and m.id = a.meeting_id
                where a.msp_id = $1 and a.meeting_id = $2 and a.state = 'PRESENT' and a.professional_id is not null
                    and a.archived_at is null
                order by a.professional_id
                """, .id(unit.msp), .id(meeting)))
        guard let head = results[0].first else { throw Refusal.notFound }
        let starts: Instant = try head[1]
        let ends: Instant = try head[2]
        var minutes = 0
        var people: [JSONValue] = []
        for row in results[1] {
            let count: Int = try row[4]
            minutes += count
            people.append(
                .object([
                    ("attendance", .string((try row[0] as Identifier).description)),
                    ("person", .string((try row[1] as Identifier).description)),
                    ("from", .string((try row[2] as Instant).description)), ("to", .string((try row[3] as Instant).description)),
                    ("minutes", .integer(count)), ("signed", .bool(try row[5])),
                ]))
        }
        return .object([
            ("meeting", .string(meeting.description)), ("type", .string(try head[0])), ("present", .integer(people.count)),
            ("minutes", .integer(minutes)), ("day", .string(unit.access.local(starts).date.description)),
            ("starts_at", .string(starts.description)), ("ends_at", .string(ends.description)),
            ("indemnifiable", .bool(try head[3])), ("people", .array(people)),
        ])
    }

    /// That the meeting is proven, with the situations discussed in it.
    static func closed(_ act: ActDone, _ unit: WriteUnit) async throws -> JSONValue {
        guard let evidence = act.evidence, let start = act.after.instant("actual_start") else { throw Refusal.notFound }
        return try await closed(act.id, evidence: evidence, day: unit.access.local(start).date, unit)
    }

    /// The same of a meeting that was closed otherwise.
    static func closed(_ meeting: Identifier, evidence: Int, day: CivilDate, _ unit: WriteUnit) async throws -> JSONValue {
        let rows = try await unit.one(
            Query(
                """
                select m.meeting_type, count(k.id)::bigint,
                    coalesce(array_agg(distinct k.case_id) filter (where k.case_id is not null), '{}')
                from facilitation.meeting m
                left join facilitation.meeting_case k on k.msp_id = m.msp_id and k.meeting_id = m.id and k.discussed
                    and k.archived_at is null
                where m.msp_id = $1 and m.id = $2 group by m.meeting_type
                """, .id(unit.msp), .id(meeting)))
        guard let row = rows.first else { throw Refusal.notFound }
        return .object([
            ("meeting", .string(meeting.description)), ("type", .string(try row[0])), ("evidence", .integer(evidence)),
            ("year", .integer(day.year)), ("day", .string(day.description)), ("cases", .integer(try row[1])),
            ("case_ids", .array((try row[2] as [Identifier]).map { .string($0.description) })),
        ])
    }
}
