import Kernel

/// Planning one or several meetings at once: date, people and agenda from a template (missions.md 4.5: thirty seconds).
enum Planning {
    /// What was chosen; everything else comes from the type.
    struct Plan: Sendable {
        var type: MeetingType
        var title: String?
        var starts: [Instant]
        var minutes: Int
        var mode: String
        var room: Identifier?
        var place: String?
        var videoURL: String?
        var organiser: Identifier
        var people: Invitations.Selection
        var agenda: [Agenda.Item]
        /// Sends the notices at once.
        var convenes: Bool
    }

    /// Creates the meetings, all or none. Returns their ids in the order of the dates.
    static func create(_ plan: Plan, _ unit: WriteUnit) async throws -> [Identifier] {
        try await refuseRepeat(plan, unit)
        var ids: [Identifier] = []
        for (index, start) in plan.starts.enumerated() {
            guard start >= unit.now else { throw Refusal.invalid("date", "Choisissez une date à venir.") }
            // One microsecond apart, so that the ids keep the order of the dates.
            let id = Identifier.make(at: Instant(microseconds: unit.now.microseconds + Int64(index)))
            try await insert(id, plan, start, unit)
            let meeting = try await Meetings.lock(id, unit)
            for item in plan.agenda { try await Agenda.add(meeting, item, unit) }
            if !plan.people.isEmpty { _ = try await Invitations.invite(meeting, plan.people, unit) }
            unit.audit("facilitation.meeting.create", type: "facilitation.meeting", id: id)
            if plan.convenes {
                _ = try await Notices.convene(meeting, unit)
                unit.audit("facilitation.meeting.convene", type: "facilitation.meeting", id: id)
            }
            ids.append(id)
        }
        return ids
    }

    /// A second click within a minute creates nothing twice.
    private static func refuseRepeat(_ plan: Plan, _ unit: WriteUnit) async throws {
        let same = try await unit.one(
            Query(
                """
                select 1 from facilitation.meeting
                where msp_id = $1 and meeting_type = $2 and organiser_id = $3 and starts_at = $4 and created_at > $5 and archived_at is null limit 1
                """, .id(unit.msp), .text(plan.type.rawValue), .id(plan.organiser), .instant(plan.starts.first),
                .instant(unit.now.adding(seconds: -60))))
        guard same.isEmpty else {
            throw Refusal.conflict("already_planned", "Cette réunion vient d’être planifiée : elle est déjà dans la liste.")
        }
    }

    private static func insert(_ id: Identifier, _ plan: Plan, _ start: Instant, _ unit: WriteUnit) async throws {
        let day = unit.access.local(start).date
        try await unit.one(
            Query(
                """
                insert into facilitation.meeting (msp_id, id, title, meeting_type, status, starts_at, planned_min, mode, room_id, place, video_url,
                    organiser_id, indemnifiable, created_at, created_by)
                values ($1, $2, $5, $6, 'SCHEDULED', $7, $8, $9, $10, $11, $12, $13, $14, $3, $4)
                """,
                parameters: unit.stamp(id) + [
                    .text(plan.title ?? MeetingTitle.text(type: plan.type, day: day)), .text(plan.type.rawValue), .instant(start),
                    .int(plan.minutes), .text(plan.mode), .id(plan.room), .text(plan.place), .text(plan.videoURL), .id(plan.organiser),
                    .bool(plan.type.isIndemnifiable),
                ]))
    }
}
