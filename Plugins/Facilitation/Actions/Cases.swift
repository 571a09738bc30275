import Kernel

/// Situations on their way: asked for, put on a programme, discussed, followed, closed (missions.md 4.3).
enum Cases {
    /// Next number of this MSP and year. The prefix is the one the MSP chose (setting `facilitation.case_prefix`) or its initials.
    static func nextCode(_ unit: WriteUnit) async throws -> String {
        let chosen = try await unit.one(
            Query("select value #>> '{}' from kernel.setting where msp_id = $1 and key = 'facilitation.case_prefix'", .id(unit.msp)))
        let prefix = CaseCode.prefix(chosen: try chosen.first?[0]) ?? CaseCode.prefix(name: unit.access.msp.name)
        let year = unit.access.local(unit.now).date.year
        let number = try await unit.nextNumber("facilitation.rcp_case.\(year)")
        return CaseCode.text(prefix: prefix, year: year, number: number)
    }

    /// Creates a request from the thirty-second form of any professional, and returns its number. The requester is the signed-in
    /// professional.
    static func request(_ values: RecordValues, _ unit: WriteUnit) async throws -> String {
        guard let requester = unit.access.professional else {
            throw Refusal.conflict("no_professional", "Seul un membre de l’équipe peut demander une concertation.")
        }
        let id = Identifier.make(at: unit.now)
        var given = values
        given["requester_id"] = .id(requester)
        try await unit.create(CaseRecord.record, id: id, given)
        return try await unit.one(
            Query("select case_code from facilitation.rcp_case where msp_id = $1 and id = $2", .id(unit.msp), .id(id))
        ).scalar()
    }

    /// Puts a situation on the programme of a meeting; it may come back to another meeting under the same number.
    /// Its place in the agenda says when it comes.
    static func schedule(_ situation: Identifier, at meeting: LockedMeeting, slotMin: Int, _ unit: WriteUnit) async throws {
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let code = try await list(situation, at: meeting, slotMin: slotMin, unit)
        // By either door it stands in the meeting's history too.
        try await unit.follow(MeetingRecord.id, on: meeting.id, "schedule_case", noting: [("case_code", .string(code))])
    }

    /// A situation that the meeting examined without its being on the programme, noted before the minutes are published.
    static func examined(_ situation: Identifier, at meeting: LockedMeeting, minutes: Int, _ unit: WriteUnit) async throws {
        try await Writing.requireEditable(meeting, unit)
        _ = try await list(situation, at: meeting, slotMin: minutes, unit)
        try await discuss(meeting.id, unit)
    }

    /// The line of the programme with its item of the agenda. Returns the number of the situation.
    private static func list(
        _ situation: Identifier, at meeting: LockedMeeting, slotMin: Int, _ unit: WriteUnit
    ) async throws -> String {
        guard meeting.type == .rcp || meeting.type == .feedback else {
            throw Refusal.conflict("not_rcp", "Une situation s’inscrit à une réunion de concertation.")
        }
        let rows = try await unit.one(
            Query(
                "select state, case_code, theme, requester_id from facilitation.rcp_case where msp_id = $1 and id = $2 and archived_at is null for update",
                .id(unit.msp), .id(situation)))
        guard let row = rows.first else { throw Refusal.notFound }
        let state: String = try row[0]
        guard state != "WITHDRAWN", state != "CLOSED" else {
            throw Refusal.conflict("wrong_state", "Cette situation est close ou retirée.")
        }
        try await unit.run(
            Query(
                """
                insert into facilitation.meeting_case as k (msp_id, id, meeting_id, case_id, slot_min, created_at, created_by)
                values ($1, $2, $5, $6, $7, $3, $4)
                on conflict (msp_id, meeting_id, case_id) do update set slot_min = excluded.slot_min, archived_at = null, updated_at = excluded.created_at, updated_by = excluded.created_by, revision = k.revision + 1
                """,
                parameters: unit.stamp(.make(at: unit.now)) + [
                    .id(meeting.id), .id(situation), .int(slotMin),
                ]),
            Query(
                """
                update facilitation.agenda_item set archived_at = null, planned_min = $6, updated_at = $3, updated_by = $4
                where msp_id = $1 and case_id = $2 and meeting_id = $5
                """, parameters: unit.stamp(situation) + [.id(meeting.id), .int(slotMin)]))
        let listed = try await unit.one(
            Query(
                "select 1 from facilitation.agenda_item where msp_id = $1 and meeting_id = $2 and case_id = $3 and archived_at is null",
                .id(unit.msp), .id(meeting.id), .id(situation)))
        let code: String = try row[1]
        if listed.isEmpty {
            let theme: String = try row[2]
            try await Agenda.insert(
                meeting,
                Agenda.Item(
                    title: "\(code) – \(Codes.rcpTheme.label(theme))", kind: "CASE", presenter: try row[3], plannedMin: slotMin,
                    caseID: situation), unit)
        }
        return code
    }

    /// Takes a situation off the programme of a meeting; it waits for a date again.
    static func unschedule(_ situation: Identifier, from meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let results = try await unit.run(
            Query(
                """
                update facilitation.meeting_case set archived_at = $3, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and case_id = $2 and meeting_id = $5 and archived_at is null
                """, parameters: unit.stamp(situation) + [.id(meeting.id)]),
            Query(
                """
                update facilitation.agenda_item set archived_at = $3, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and case_id = $2 and meeting_id = $5 and archived_at is null
                """, parameters: unit.stamp(situation) + [.id(meeting.id)]))
        guard results[0].affectedRows == 1 else { throw Refusal.notFound }
        // What a meeting makes of a situation stands in the situation's own history too.
        try await unit.follow(CaseRecord.id, on: situation, "unschedule", ["state": .text("REQUESTED")], from: ["SCHEDULED"])
    }

    /// A situation that the meeting did not reach: it was not discussed and waits for a date again, unless another meeting discussed it.
    static func skip(_ situation: Identifier, at meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        let results = try await unit.run(
            Query(
                """
                update facilitation.meeting_case set discussed = false, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and case_id = $2 and meeting_id = $5 and discussed and archived_at is null
                """, parameters: unit.stamp(situation) + [.id(meeting.id)]),
            Query(
                "select 1 from facilitation.meeting_case where msp_id = $1 and case_id = $2 and discussed and archived_at is null limit 1",
                .id(unit.msp), .id(situation)))
        guard results[0].affectedRows == 1 else { throw Refusal.notFound }
        guard results[1].isEmpty else { return }
        try await unit.follow(CaseRecord.id, on: situation, "skip", ["state": .text("REQUESTED")], from: ["DISCUSSED"])
    }

    /// At the end of a meeting, its situations are discussed; what was not may be put back by hand.
    static func discuss(_ meeting: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                update facilitation.meeting_case set discussed = true, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and meeting_id = $2 and archived_at is null and not discussed returning case_id
                """, parameters: unit.stamp(meeting)))
        let situations = try rows.map { try $0[0] as Identifier }.sorted()
        try await unit.follow(
            CaseRecord.id, on: situations, "discuss", ["state": .text("DISCUSSED")], from: ["REQUESTED", "SCHEDULED"])
        for situation in situations {
            unit.publish(
                Events.caseDiscussed, .object([("case", .string(situation.description)), ("meeting", .string(meeting.description))]))
        }
    }

    /// Withdrawn by whoever asked for it, or by the coordination; never once discussed.
    static func withdraw(_ situation: Identifier, askedBy requester: Identifier?, _ unit: WriteUnit) async throws {
        guard unit.access.can(Permissions.writeCases) || unit.access.professional == requester else { throw Refusal.notFound }
        try await unit.run(
            Query(
                """
                update facilitation.meeting_case set archived_at = $3, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and case_id = $2 and not discussed and archived_at is null
                """, parameters: unit.stamp(situation)),
            Query(
                """
                update facilitation.agenda_item i set archived_at = $3, updated_at = $3, updated_by = $4, revision = i.revision + 1
                where i.msp_id = $1 and i.case_id = $2 and i.archived_at is null and exists (
                    select from facilitation.meeting m where m.msp_id = i.msp_id and m.id = i.meeting_id
                        and m.status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED'))
                """, parameters: unit.stamp(situation)))
    }
}
