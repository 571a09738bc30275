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
        // By either door it stands in the meeting's history too.
        try await unit.follow(MeetingRecord.id, on: meeting.id, "schedule_case") {
            try await list(situation, at: meeting, slotMin: slotMin, unit)
        }
    }

    /// A situation that the meeting examined without its being on the programme, noted before the minutes are published.
    static func examined(_ situation: Identifier, at meeting: LockedMeeting, minutes: Int, _ unit: WriteUnit) async throws {
        try await Writing.requireEditable(meeting, unit)
        try await list(situation, at: meeting, slotMin: minutes, unit)
        try await discuss(meeting.id, unit)
    }

    /// The line of the programme with its item of the agenda.
    private static func list(
        _ situation: Identifier, at meeting: LockedMeeting, slotMin: Int, _ unit: WriteUnit
    ) async throws {
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
        try await unit.rows(MeetingRows.programme, of: meeting.id).put(
            "id, case_id, slot_min", "$5, $6, $7",
            present: .init(", case_id", set: "slot_min = excluded.slot_min, archived_at = null"),
            [.id(.make(at: unit.now)), .id(situation), .int(slotMin)])
        let listed = try await unit.rows(MeetingRows.items, of: meeting.id).change(
            "archived_at = null, planned_min = $6", where: "t.case_id = $5", [.id(situation), .int(slotMin)])
        guard listed.isEmpty else { return }
        let (code, theme): (String, String) = (try row[1], try row[2])
        try await Agenda.insert(
            meeting,
            Agenda.Item(
                title: "\(code) – \(Codes.rcpTheme.label(theme))", kind: "CASE", presenter: try row[3], plannedMin: slotMin,
                caseID: situation), unit)
    }

    /// Takes a situation off the programme of a meeting; it waits for a date again.
    static func unschedule(_ situation: Identifier, from meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let off = try await unit.rows(MeetingRows.programme, of: meeting.id).change(
            "archived_at = $3", where: "t.case_id = $5 and t.archived_at is null", [.id(situation)])
        guard off.count == 1 else { throw Refusal.notFound }
        try await unit.rows(MeetingRows.items, of: meeting.id).change(
            "archived_at = $3", where: "t.case_id = $5 and t.archived_at is null", [.id(situation)])
        // What a meeting makes of a situation stands in the situation's own history too.
        try await unit.follow(CaseRecord.id, on: situation, "unschedule", ["state": .text("REQUESTED")], from: ["SCHEDULED"])
    }

    /// A situation that the meeting did not reach: it was not discussed and waits for a date again, unless another meeting discussed it.
    static func skip(_ situation: Identifier, at meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        let skipped = try await unit.rows(MeetingRows.programme, of: meeting.id).change(
            "discussed = false", where: "t.case_id = $5 and t.discussed and t.archived_at is null", [.id(situation)])
        guard skipped.count == 1 else { throw Refusal.notFound }
        let elsewhere = try await unit.one(
            Query(
                "select 1 from facilitation.meeting_case where msp_id = $1 and case_id = $2 and discussed and archived_at is null limit 1",
                .id(unit.msp), .id(situation)))
        guard elsewhere.isEmpty else { return }
        try await unit.follow(CaseRecord.id, on: situation, "skip", ["state": .text("REQUESTED")], from: ["DISCUSSED"])
    }

    /// At the end of a meeting, its situations are discussed; what was not may be put back by hand.
    static func discuss(_ meeting: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.rows(MeetingRows.programme, of: meeting).change(
            "discussed = true", where: "t.archived_at is null and not t.discussed", returning: "t.case_id")
        let situations = try rows.map { try $0["case_id"] as Identifier }.sorted()
        try await unit.follow(
            CaseRecord.id, on: situations, "discuss", ["state": .text("DISCUSSED")], from: ["REQUESTED", "SCHEDULED"])
        for situation in situations {
            unit.publish(Events.caseDiscussed, Events.Discussed(situation: situation, meeting: meeting))
        }
    }

    /// Withdrawn by whoever asked for it, or by the coordination; never once discussed.
    static func withdraw(_ situation: Identifier, askedBy requester: Identifier?, _ unit: WriteUnit) async throws {
        guard unit.access.can(Permissions.writeCases) || unit.access.professional == requester else { throw Refusal.notFound }
        try await unit.rows(CaseRows.programme, of: CaseRecord.id, situation).change(
            "archived_at = $3", where: "not t.discussed and t.archived_at is null")
        try await unit.rows(CaseRows.items, of: CaseRecord.id, situation).change(
            "archived_at = $3",
            where: """
                t.archived_at is null and exists (select from facilitation.meeting m where m.msp_id = t.msp_id and m.id = t.meeting_id
                    and m.status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED'))
                """)
    }
}
