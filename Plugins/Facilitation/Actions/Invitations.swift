import Kernel

/// Who is invited: by person, group, profession or role, all turned into one line per person.
enum Invitations {
    /// What somebody picked; empty lists invite nobody.
    struct Selection: Sendable {
        var professionals: [Identifier] = []
        var group: Identifier?
        var professions: [String] = []
        var roles: [String] = []
        /// Whoever is of the team on the day of the meeting.
        var everyone = false
        var guest: Identifier?
        var newGuest: NewGuest?
    }

    /// Somebody from outside, met for the first time.
    struct NewGuest: Sendable {
        var name: String
        var job: String?
        var organisation: String?
        var email: String?
    }

    /// Adds whoever is not invited yet, brings back whoever was taken off; once the notice is out, the new ones get theirs at once.
    /// - Returns: the number of people added.
    static func invite(_ meeting: LockedMeeting, _ selection: Selection, _ unit: WriteUnit) async throws -> Int {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        var added = 0
        if !selection.professionals.isEmpty { added += try await add(meeting, "PERSON", selection.professionals, unit) }
        if let group = selection.group {
            added += try await add(
                meeting, "GROUP",
                Query(
                    "select professional_id from kernel.team_group_member where msp_id = $1 and group_id = $2", .id(unit.msp), .id(group)),
                unit)
        }
        if !selection.professions.isEmpty {
            added += try await add(
                meeting, "PROFESSION",
                Query(
                    """
                    select s.professional_id from kernel.team_stay s
                    where s.msp_id = $1 and s.profession = any($2) and s.from_on <= $3 and coalesce(s.to_on, $3) >= $3
                    """, .id(unit.msp), .texts(selection.professions), .date(day(meeting, unit))), unit)
        }
        if !selection.roles.isEmpty {
            added += try await add(
                meeting, "ROLE", Query("select id from kernel.professionals_in_roles($1, $2)", .id(unit.msp), .texts(selection.roles)), unit
            )
        }
        if selection.everyone {
            added += try await add(
                meeting, "GROUP",
                Query(
                    "select professional_id from kernel.team_stay where msp_id = $1 and from_on <= $2 and coalesce(to_on, $2) >= $2",
                    .id(unit.msp), .date(day(meeting, unit))), unit)
        }
        var guest = selection.guest
        if let new = selection.newGuest { guest = try await create(new, unit) }
        if let guest { added += try await addGuest(meeting, guest, unit) }
        if meeting.status == .convened { _ = try await Notices.convene(meeting, onlyNew: true, unit) }
        return added
    }

    /// Takes somebody off the list; nothing is destroyed, and inviting again brings the line back.
    static func uninvite(_ meeting: LockedMeeting, _ invitation: Identifier, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        let done = try await unit.rows(MeetingRows.invitations, of: meeting.id).change(
            "archived_at = $3", where: "t.id = $5 and t.archived_at is null", [.id(invitation)])
        guard done.count == 1 else { throw Refusal.notFound }
    }

    private static func add(_ meeting: LockedMeeting, _ source: String, _ people: Query, _ unit: WriteUnit) async throws -> Int {
        let rows = try await unit.one(people)
        return try await add(meeting, source, try rows.map { try $0[0] }, unit)
    }

    /// The day that decides who is of the team: the meeting's own, today while it has none.
    private static func day(_ meeting: LockedMeeting, _ unit: WriteUnit) -> CivilDate {
        unit.access.local(meeting.startsAt ?? unit.now).date
    }

    /// People who will have left by then or are archived are passed over: a group may still hold them.
    private static func add(_ meeting: LockedMeeting, _ source: String, _ people: [Identifier], _ unit: WriteUnit) async throws -> Int {
        let people = Array(Set(people))
        return try await unit.rows(MeetingRows.invitations, of: meeting.id).put(
            "id, professional_id, source",
            """
            n.id, p.id, $5 from kernel.professional p join unnest($6::uuid[], $8::uuid[]) n(person, id) on n.person = p.id
            where p.msp_id = $1 and p.archived_at is null
                and exists (select from kernel.team_stay s where s.msp_id = $1 and s.professional_id = p.id and coalesce(s.to_on, $7) >= $7)
            """,
            present: .init(
                ", professional_id", set: "archived_at = null, source = excluded.source", where: "t.archived_at is not null"),
            [.text(source), .ids(people), .date(day(meeting, unit)), .ids(people.map { _ in Identifier.make(at: unit.now) })]
        ).count
    }

    private static func addGuest(_ meeting: LockedMeeting, _ guest: Identifier, _ unit: WriteUnit) async throws -> Int {
        try await unit.rows(MeetingRows.invitations, of: meeting.id).put(
            "id, guest_id, source", "$5, $6, 'PERSON'",
            present: .init(", guest_id", set: "archived_at = null", where: "t.archived_at is not null"),
            [.id(.make(at: unit.now)), .id(guest)]
        ).count
    }

    private static func create(_ guest: NewGuest, _ unit: WriteUnit) async throws -> Identifier {
        let id = Identifier.make(at: unit.now)
        try await unit.make(
            GuestRecord.record.id, id: id,
            [
                "name": .text(guest.name), "job": FieldValue(guest.job),
                "organisation": FieldValue(guest.organisation), "email": FieldValue(guest.email?.lowercased()),
            ])
        return id
    }
}

/// Answers to the notice.
enum Answers {
    /// Records an answer, again and again until the meeting begins: the last one counts.
    static func record(_ invitation: Identifier, _ choice: Choice, _ unit: WriteUnit) async throws {
        let meeting = try await open(invitation, unit)
        try await unit.rows(MeetingRows.invitations, of: meeting.id).change(
            "answer = $6, answered_at = $3", where: "t.id = $5", [.id(invitation), .text(choice.code)])
    }

    /// The meeting of an invitation that may be answered. Throws 409 once the meeting has begun, was held or was cancelled; 404 when the
    /// invitation was taken back.
    private static func open(_ invitation: Identifier, _ unit: WriteUnit) async throws -> LockedMeeting {
        let rows = try await unit.one(
            Query(
                """
                select meeting_id from facilitation.meeting_invitation where msp_id = $1 and id = $2 and archived_at is null
                """, .id(unit.msp), .id(invitation)))
        guard let row = rows.first else { throw Refusal.notFound }
        let meeting = try await Meetings.lock(try row[0], unit)
        if meeting.status == .cancelled { throw Refusal.conflict("cancelled", "Cette réunion est annulée.") }
        guard meeting.status == .convened, !meeting.isRunning else {
            throw Refusal.conflict("too_late", "La réunion a commencé ou a déjà eu lieu\u{A0}: la réponse ne peut plus changer.")
        }
        return meeting
    }

    /// The same through the person's own link.
    static func recordByLink(_ invitation: Identifier, _ choice: Choice, _ unit: WriteUnit) async throws {
        let meeting = try await open(invitation, unit)
        try await unit.actByLink(
            MeetingRecord.record, "answer", on: meeting.id,
            RecordValues(["invitation": .id(invitation), "answer": .text(choice.code)]))
    }

    /// The signed-in person's own answer. Throws 404 when he or she is not invited.
    static func recordOwn(_ meeting: LockedMeeting, _ choice: Choice, _ unit: WriteUnit) async throws {
        guard let own = unit.access.professional else { throw Refusal.notFound }
        let rows = try await unit.one(
            Query(
                """
                select id from facilitation.meeting_invitation
                where msp_id = $1 and meeting_id = $2 and professional_id = $3 and archived_at is null
                """, .id(unit.msp), .id(meeting.id), .id(own)))
        guard let row = rows.first else {
            throw Refusal.conflict("not_invited", "Vous n’êtes pas sur la liste des invités de cette réunion.")
        }
        try await record(try row[0], choice, unit)
    }
}
