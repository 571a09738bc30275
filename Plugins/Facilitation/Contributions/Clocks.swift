import Kernel

/// Meetings stand at an hour of the MSP's clocks: when the zone changes, those to come keep the hour that people read.
enum Clocks {
    static let source = ClockSource(permission: Permissions.readMeetings) { msp, now in
        Query(
            """
            select title, starts_at, 'equipe/reunions/' || id from facilitation.meeting
            where msp_id = $1 and status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED') and actual_start is null
                and starts_at > $2 and archived_at is null
            order by starts_at, id limit 50
            """, .id(msp), .instant(now))
    }

    static let handler = EventHandler(event: "core.time_zone_changed", name: "facilitation.keep_hours", keepsUp: true) { envelope, unit in
        guard let from = envelope.payload["from"]?.stringValue, let to = envelope.payload["to"]?.stringValue else { return }
        let rows = try await unit.one(
            Query(
                """
                select id, starts_at from facilitation.meeting
                where msp_id = $1 and status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED') and actual_start is null
                    and starts_at > $2 and archived_at is null order by starts_at, id for update
                """, .id(unit.msp), .instant(envelope.occurredAt)))
        for row in rows { try await keepHour(try row[0], starts: try row[1], from: from, to: to, unit) }
    }

    /// One meeting, traced like any change of its date.
    private static func keepHour(_ meeting: Identifier, starts: Instant, from: String, to: String, _ unit: WriteUnit) async throws {
        let local = LocalTime(starts, zone: from)
        let moved = LocalTime.soonest(local.date, local.hour, local.minute, zone: to)
        try await unit.follow(MeetingRecord.id, on: meeting, "keep_hour", ["starts_at": .instant(moved)])
    }
}
