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

    static let handler = EventHandler(StructureEvents.timeZoneChanged, name: "facilitation.keep_hours", keepsUp: true) {
        change, envelope, unit in
        let rows = try await unit.one(
            Query(
                """
                select id, starts_at from facilitation.meeting
                where msp_id = $1 and status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED') and actual_start is null
                    and starts_at > $2 and archived_at is null order by starts_at, id for update
                """, .id(unit.msp), .instant(envelope.occurredAt)))
        for row in rows {
            let (meeting, starts): (Identifier, Instant) = try row.cells()
            try await keepHour(meeting, starts: starts, from: change.from, to: change.to, unit)
        }
    }

    /// One meeting, traced like any change of its date.
    private static func keepHour(_ meeting: Identifier, starts: Instant, from: String, to: String, _ unit: WriteUnit) async throws {
        let local = LocalTime(starts, zone: from)
        let moved = LocalTime.soonest(local.date, local.hour, local.minute, zone: to)
        try await unit.follow(MeetingRecord.id, on: meeting, "keep_hour", ["starts_at": .instant(moved)])
    }
}
