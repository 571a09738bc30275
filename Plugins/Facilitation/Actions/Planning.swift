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
        /// What the act « invite » takes, once for each group or role.
        var people: [RecordValues]
        var agenda: [Agenda.Item]
        /// Sends the notices at once.
        var convenes: Bool
    }

    /// Creates the meetings, all or none. Returns their ids in the order of the dates.
    static func create(_ plan: Plan, _ unit: WriteUnit) async throws -> [Identifier] {
        try await refuseRepeat(plan, unit)
        var ids: [Identifier] = []
        // One mail tells of a series; a single meeting is convened as by its button.
        let together: [String: FieldValue] = plan.starts.count > 1 ? [MeetingRecord.together: .boolean(true)] : [:]
        for (index, start) in plan.starts.enumerated() {
            guard start >= unit.now else { throw Refusal.invalid("date", "Choisissez une date à venir.") }
            // One microsecond apart, so that the ids keep the order of the dates.
            let id = Identifier.make(at: Instant(microseconds: unit.now.microseconds + Int64(index)))
            try await unit.create(MeetingRecord.record, id: id, values(plan, start))
            // Each step is the meeting's own act, as its button and a program do it: same right, same trace.
            for item in plan.agenda {
                try await unit.act(
                    MeetingRecord.record, "add_agenda_item", on: id,
                    RecordValues([
                        "item_title": .text(item.title), "kind": .text(item.kind),
                        "planned_min": FieldValue(item.plannedMin),
                    ]))
            }
            for chosen in plan.people { try await unit.act(MeetingRecord.record, "invite", on: id, chosen) }
            if plan.convenes {
                try await unit.act(MeetingRecord.record, "convene", on: id, RecordValues(together))
            }
            ids.append(id)
        }
        if plan.convenes, !together.isEmpty { try await Notices.tellSeries(ids, unit) }
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
