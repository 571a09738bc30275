import Kernel

extension Presence {
    /// Arrivals noted by a tap follow a corrected start; those that somebody typed stay.
    static func follow(_ meeting: Identifier, from former: Instant?, to start: Instant, _ unit: WriteUnit) async throws {
        guard let former, former != start else { return }
        let rows = try await unit.one(
            Query(
                """
                select id, arrived_at from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and state = 'PRESENT' and arrived_at is not null and not arrival_typed
                    and archived_at is null for update
                """, .id(unit.msp), .id(meeting)))
        let following: [Identifier] = try rows.compactMap { row in
            AttendanceTime.following(try row[1], from: former, to: start) == start ? try row[0] : nil
        }
        guard !following.isEmpty else { return }
        // Nobody leaves before having come.
        try await unit.rows(MeetingRows.attendance, of: meeting).change(
            "arrived_at = least($5, t.left_at)", where: "t.id = any($6)", [.instant(start), .ids(following)])
    }

    /// Whether the hour of arrival in a form is the one that it showed: sent back unchanged, it was not typed.
    static func isShown(_ hour: String?, of person: Participant, at meeting: Identifier, _ unit: WriteUnit) async throws -> Bool {
        let rows = try await unit.one(
            Query(
                """
                select arrived_at from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and (professional_id = $3 or guest_id = $4) and state = 'PRESENT'
                """, .id(unit.msp), .id(meeting), person.professional, person.guest))
        guard let arrived: Instant = try rows.first?["arrived_at"] ?? nil else { return false }
        return hour == Say.clock(arrived, unit.access)
    }
}
