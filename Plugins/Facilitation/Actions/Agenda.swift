import Kernel

/// The agenda: written by the organiser, fed by proposals of members (missions.md 4.2).
enum Agenda {
    /// A new item.
    struct Item: Sendable {
        var title: String
        var kind: String
        var presenter: Identifier?
        var plannedMin: Int?
        var caseID: Identifier?
    }

    /// Adds an item at the end.
    @discardableResult
    static func add(_ meeting: LockedMeeting, _ item: Item, _ unit: WriteUnit) async throws -> Identifier {
        try Meetings.requireDriver(meeting, unit.access)
        return try await insert(meeting, item, state: "ACCEPTED", proposedBy: nil, unit)
    }

    /// Any member proposes an item until the meeting begins; the organiser accepts or refuses it.
    @discardableResult
    static func propose(_ meeting: LockedMeeting, _ item: Item, _ unit: WriteUnit) async throws -> Identifier {
        guard let own = unit.access.professional else {
            throw Refusal.conflict("no_professional", "Seul un membre de l’équipe peut proposer un point.")
        }
        return try await insert(meeting, item, state: "PROPOSED", proposedBy: own, unit)
    }

    /// Accepts or refuses a proposal.
    static func answer(_ meeting: LockedMeeting, _ item: Identifier, accept: Bool, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try requireAhead(meeting)
        let done = try await unit.one(
            Query(
                """
                update facilitation.agenda_item set state = $6, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and id = $2 and meeting_id = $5 and state = 'PROPOSED' and archived_at is null
                """, parameters: unit.stamp(item) + [.id(meeting.id), .text(accept ? "ACCEPTED" : "REFUSED")]))
        guard done.affectedRows == 1 else { throw Refusal.conflict("already_answered", "Ce point n’attend plus de réponse.") }
    }

    /// Moves an item to a place of the agenda, 1 for the first; the others keep their order.
    static func move(_ meeting: LockedMeeting, _ item: Identifier, to place: Int, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let rows = try await unit.one(
            Query(
                """
                select id from facilitation.agenda_item
                where msp_id = $1 and meeting_id = $2 and state = 'ACCEPTED' and archived_at is null order by position, id for update
                """, .id(unit.msp), .id(meeting.id)))
        let order = try rows.map { try $0[0] as Identifier }
        guard order.contains(item) else { throw Refusal.notFound }
        let moved = Self.order(order, moving: item, to: place)
        try await unit.one(
            Query(
                """
                update facilitation.agenda_item i set position = v.place * 10, updated_at = $3, updated_by = $4, revision = i.revision + 1
                from unnest($5::uuid[]) with ordinality v(id, place)
                where i.msp_id = $1 and i.meeting_id = $2 and i.id = v.id and i.position <> v.place * 10
                """, parameters: unit.stamp(meeting.id) + [.ids(moved)]))
    }

    /// Takes an item off the agenda before the meeting is held.
    static func remove(_ meeting: LockedMeeting, _ item: Identifier, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let rows = try await unit.run(
            Query(
                """
                update facilitation.agenda_item set archived_at = $3, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and id = $2 and meeting_id = $5 and archived_at is null
                """, parameters: unit.stamp(item) + [.id(meeting.id)]),
            Query(
                """
                select count(*) from facilitation.agenda_item
                where msp_id = $1 and meeting_id = $2 and state = 'ACCEPTED' and archived_at is null
                """, .id(unit.msp), .id(meeting.id)))
        guard rows[0].affectedRows == 1 else { throw Refusal.notFound }
        let left: Int = try rows[1].scalar()
        if meeting.status == .convened, left < 1 {
            throw Refusal.conflict("agenda_empty", "La convocation est partie\u{A0}: gardez au moins un point à l’ordre du jour.")
        }
    }

    /// The order with one item at another place, 1 for the first; places outside are brought back inside. Pure.
    static func order(_ items: [Identifier], moving item: Identifier, to place: Int) -> [Identifier] {
        var rest = items.filter { $0 != item }
        rest.insert(item, at: min(max(place - 1, 0), rest.count))
        return rest
    }

    /// Adds an item; also used when a situation is put on the programme.
    @discardableResult
    static func insert(
        _ meeting: LockedMeeting, _ item: Item, state: String, proposedBy: Identifier?, _ unit: WriteUnit
    ) async throws -> Identifier {
        // A situation that was examined comes to the agenda of a meeting that was held.
        if meeting.status != .held || item.caseID == nil { try requireAhead(meeting) }
        let id = Identifier.make(at: unit.now)
        try await unit.one(
            Query(
                """
                insert into facilitation.agenda_item (msp_id, id, meeting_id, position, title, kind, presenter_id, planned_min,
                    proposed_by_id, state, case_id, created_at, created_by)
                select m.msp_id, $2, m.id, least(10000, coalesce(last.position, 0) + 10), $6, $7, $8, $9, $10, $11, $12, $3, $4
                from facilitation.meeting m
                cross join (select max(i.position) as position from facilitation.agenda_item i where i.msp_id = $1 and i.meeting_id = $5) last
                where m.msp_id = $1 and m.id = $5
                """,
                parameters: unit.stamp(id) + [
                    .id(meeting.id), .text(item.title), .text(item.kind), .id(item.presenter), .int(item.plannedMin), .id(proposedBy),
                    .text(state), .id(item.caseID),
                ]))
        return id
    }

    /// Items may be added while the meeting runs: what comes up is written where it comes up.
    private static func requireAhead(_ meeting: LockedMeeting) throws {
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
    }
}
