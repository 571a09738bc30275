import Kernel

/// What a locked sheet and a closed meeting tell other modules: identifiers, times and counts, never a name.
enum SessionFacts {
    /// The meeting with its type.
    static func named(_ act: ActDone) -> MeetingEvents.Named {
        MeetingEvents.Named(meeting: act.id, type: act.after.text("meeting_type") ?? "")
    }

    /// Who was there and for how long, as the locked sheet says it.
    static func locked(_ meeting: Identifier, _ unit: WriteUnit) async throws -> MeetingEvents.Sheet {
        let head: Read<(String, Instant, Instant, Bool)> = .one(
            Query(
                "select meeting_type, actual_start, actual_end, indemnifiable from facilitation.meeting where msp_id = $1 and id = $2",
                .id(unit.msp), .id(meeting))
        ) { try $0.cells() }
        let ((type, starts, ends, indemnifiable), people) = try await unit.read(.group(head, presences(unit.msp, meeting)))
        return MeetingEvents.Sheet(
            meeting: meeting, type: type, day: unit.access.local(starts).date, startsAt: starts, endsAt: ends,
            indemnifiable: indemnifiable, people: people)
    }

    private static func presences(_ msp: Identifier, _ meeting: Identifier) -> Read<[MeetingEvents.Presence]> {
        .each(
            Query(
                """
                select a.id, a.professional_id, coalesce(a.arrived_at, m.actual_start), coalesce(a.left_at, m.actual_end),
                    coalesce(a.minutes, 0), a.signature_kind is not null
                from facilitation.attendance a join facilitation.meeting m on m.msp_id = a.msp_id and m.id = a.meeting_id
                where a.msp_id = $1 and a.meeting_id = $2 and a.state = 'PRESENT' and a.professional_id is not null
                    and a.archived_at is null
                order by a.professional_id
                """, .id(msp), .id(meeting))
        ) { row in
            let (attendance, person, from, to, minutes, signed): (Identifier, Identifier, Instant, Instant, Int, Bool) = try row.cells()
            return MeetingEvents.Presence(attendance: attendance, person: person, from: from, to: to, minutes: minutes, signed: signed)
        }
    }

    /// That the meeting is proven, with the situations discussed in it.
    static func closed(_ act: ActDone, _ unit: WriteUnit) async throws -> MeetingEvents.Closing {
        guard let evidence = act.evidence, let start = act.after.instant("actual_start") else { throw Refusal.notFound }
        return try await closed(act.id, evidence: evidence, day: unit.access.local(start).date, unit)
    }

    /// The same of a meeting that was closed otherwise.
    static func closed(_ meeting: Identifier, evidence: Int, day: CivilDate, _ unit: WriteUnit) async throws -> MeetingEvents.Closing {
        let found: Read<(String, Int, [Identifier])> = .one(
            Query(
                """
                select m.meeting_type, count(k.id)::bigint,
                    coalesce(array_agg(distinct k.case_id) filter (where k.case_id is not null), '{}')
                from facilitation.meeting m
                left join facilitation.meeting_case k on k.msp_id = m.msp_id and k.meeting_id = m.id and k.discussed
                    and k.archived_at is null
                where m.msp_id = $1 and m.id = $2 group by m.meeting_type
                """, .id(unit.msp), .id(meeting))
        ) { try $0.cells() }
        let (type, cases, situations) = try await unit.read(found)
        return MeetingEvents.Closing(
            meeting: meeting, type: type, evidence: evidence, day: day, cases: cases, situations: situations)
    }
}
