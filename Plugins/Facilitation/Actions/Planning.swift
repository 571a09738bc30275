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
            try await unit.create(MeetingRecord.record, id: id, values(plan, start))
            let meeting = try await Meetings.lock(id, unit)
            for item in plan.agenda { try await Agenda.add(meeting, item, unit) }
            if !plan.people.isEmpty { _ = try await Invitations.invite(meeting, plan.people, unit) }
            if plan.convenes {
                try await unit.act(MeetingRecord.record, "convene", on: id, RecordValues([MeetingRecord.together: .boolean(true)]))
            }
            ids.append(id)
        }
        if plan.convenes { try await Notices.tellSeries(ids, unit) }
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
            throw Refusal.conflict("already_planned", "Cette réunion vient d’être planifiée\u{A0}: elle est déjà dans la liste.")
        }
    }

    /// What the record's own form would give.
    private static func values(_ plan: Plan, _ start: Instant) -> RecordValues {
        var values = RecordValues([
            "meeting_type": .text(plan.type.rawValue), "starts_at": .instant(start), "planned_min": .integer(plan.minutes),
            "mode": .text(plan.mode), "organiser_id": .id(plan.organiser),
        ])
        if let title = plan.title { values["title"] = .text(title) }
        if let room = plan.room { values["room_id"] = .id(room) }
        if let place = plan.place { values["place"] = .text(place) }
        if let video = plan.videoURL { values["video_url"] = .text(video) }
        return values
    }
}
