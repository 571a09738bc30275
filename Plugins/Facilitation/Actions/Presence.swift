import Kernel

/// Who is there. Every gesture ends in the same row, so that a second one changes nothing (missions.md 4.5: five seconds).
enum Presence {
    /// What the person is shown after signing.
    struct Receipt: Sendable {
        let meeting: LockedMeeting
        /// When the signature was given; an earlier one stays.
        let signedAt: Instant
        let wasAlreadySigned: Bool
    }

    /// Signs for oneself: own phone, room code, tablet. Idempotent.
    ///
    /// Allowed from two hours before the planned start to twelve hours after the end, while the sheet is open.
    /// Throws a `Refusal` 409 otherwise.
    static func sign(
        _ meeting: LockedMeeting, _ person: Participant, by kind: SignatureKind, mode: String? = nil, _ unit: WriteUnit
    ) async throws -> Receipt {
        try Meetings.requireOpenSheet(meeting)
        try requireSigningTime(meeting, now: unit.now)
        let previous = try await unit.one(
            Query(
                """
                select signed_at from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and (professional_id = $3 or guest_id = $4) and state = 'PRESENT' and signed_at is not null
                """, .id(unit.msp), .id(meeting.id), person.professional, person.guest))
        if let row = previous.first { return Receipt(meeting: meeting, signedAt: try row["signed_at"], wasAlreadySigned: true) }
        try await write(
            meeting, person, state: "PRESENT", signature: kind, mode: mode,
            arrived: meeting.times.flatMap { AttendanceTime.arrival(at: unit.now, start: $0.start, end: $0.end) }, unit)
        return Receipt(meeting: meeting, signedAt: unit.now, wasAlreadySigned: false)
    }

    /// Signs through the personal link of an invitation: the link proves who signs. By the room's code, the person picked his or her own
    /// line in the list.
    /// - Parameter room: the subject of the room's link; a line of another meeting is not found.
    static func signByLink(invitation: Identifier, room: Identifier? = nil, _ unit: WriteUnit) async throws {
        let (meeting, person) = try await invited(invitation, unit)
        guard room == nil || room == meeting.id else { throw Refusal.notFound }
        try Meetings.requireOpenSheet(meeting)
        try requireSigningTime(meeting, now: unit.now)
        var values = person.values
        values["signature"] = .text((room == nil ? SignatureKind.ownPhone : .qrCode).rawValue)
        try await unit.actByLink(MeetingRecord.record, "sign", on: meeting.id, values)
    }

    /// Opens the link behind the room's code; it lives until twelve hours after the planned end. Only its digest is kept,
    /// so each display of the code makes a new one.
    static func roomLink(_ meeting: LockedMeeting, _ unit: WriteUnit) throws -> String {
        guard let end = meeting.times?.end else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        return unit.link(purpose: Places.Link.room, subject: meeting.id, expires: max(end, unit.now).adding(seconds: 12 * 3600))
    }

    /// The coordination writes that somebody is there; `at` nil means now.
    static func arrive(_ meeting: LockedMeeting, _ person: Participant, at: Instant?, mode: String?, _ unit: WriteUnit) async throws {
        try requireWritable(meeting)
        let arrived = meeting.times.flatMap { AttendanceTime.arrival(at: at ?? unit.now, start: $0.start, end: $0.end, exact: at != nil) }
        try await write(
            meeting, person, state: "PRESENT", signature: .coordinator, mode: mode, arrived: arrived, isTyped: at != nil, unit)
    }

    /// Somebody leaves before the end; `at` nil means now. Throws 409 when the person is not present, 422 before the arrival.
    static func leave(_ meeting: LockedMeeting, _ person: Participant, at: Instant?, _ unit: WriteUnit) async throws {
        try requireWritable(meeting)
        let moment = at ?? unit.now
        let rows = try await unit.one(
            Query(
                """
                select arrived_at from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and (professional_id = $3 or guest_id = $4) and state = 'PRESENT' for update
                """, .id(unit.msp), .id(meeting.id), person.professional, person.guest))
        guard let row = rows.first else { throw Refusal.conflict("not_present", "Cette personne n’est pas notée présente.") }
        if let arrived: Instant = try row["arrived_at"], moment < arrived {
            throw Refusal.invalid("left_at", "Le départ doit suivre l’arrivée.")
        }
        try await unit.rows(MeetingRows.attendance, of: meeting.id).change(
            "left_at = $7, minutes = case when t.minutes_edited then t.minutes end", where: whose,
            [person.professional, person.guest, .instant(moment)])
        try await count(meeting, unit)
    }

    /// Excused, absent or represented; a proxy only with the last.
    static func excuse(
        _ meeting: LockedMeeting, _ person: Participant, state: String, proxy: Identifier? = nil, _ unit: WriteUnit
    ) async throws {
        try requireWritable(meeting)
        guard (state == "REPRESENTED") == (proxy != nil) else {
            throw Refusal.invalid("proxy_to_id", "Indiquez qui représente la personne absente.")
        }
        if let proxy, .professional(proxy) == person {
            throw Refusal.invalid("proxy_to_id", "Une personne ne se représente pas elle-même.")
        }
        try await write(meeting, person, state: state, signature: nil, mode: nil, arrived: nil, proxy: proxy, unit)
    }

    /// Corrects the minutes of one line by hand; nil counts them again.
    static func correct(_ meeting: LockedMeeting, _ person: Participant, minutes: Int?, _ unit: WriteUnit) async throws {
        try requireWritable(meeting)
        let done = try await unit.rows(MeetingRows.attendance, of: meeting.id).change(
            "minutes = $7, minutes_edited = $7::integer is not null", where: whose + " and t.state = 'PRESENT'",
            [person.professional, person.guest, .int(minutes)])
        guard done.count == 1 else { throw Refusal.conflict("not_present", "Cette personne n’est pas notée présente.") }
        if minutes == nil { try await count(meeting, unit) }
    }

    /// The participant behind an invitation of this meeting.
    static func participant(of invitation: Identifier, in meeting: LockedMeeting, _ unit: WriteUnit) async throws -> Participant {
        let rows = try await unit.one(
            Query(
                """
                select professional_id, guest_id from facilitation.meeting_invitation
                where msp_id = $1 and id = $2 and meeting_id = $3 and archived_at is null
                """, .id(unit.msp), .id(invitation), .id(meeting.id)))
        guard let row = rows.first, let person = Participant(professional: try row[0], guest: try row[1]) else { throw Refusal.notFound }
        return person
    }

    /// Counts the minutes of everybody present, except those corrected by hand (missions.md 4.2).
    static func count(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        guard let start = meeting.actualStart, let end = meeting.actualEnd else { return }
        try await count(meeting.id, start: start, end: end, unit)
    }

    /// The same for times just written.
    static func count(_ meeting: Identifier, start: Instant, end: Instant, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select id, arrived_at, left_at, minutes from facilitation.attendance
                where msp_id = $1 and meeting_id = $2 and state = 'PRESENT' and not minutes_edited for update
                """, .id(unit.msp), .id(meeting)))
        var ids: [Identifier] = []
        var minutes: [Int] = []
        for row in rows {
            ids.append(try row["id"])
            minutes.append(AttendanceTime.minutes(start: start, end: end, arrived: try row["arrived_at"], left: try row["left_at"]))
        }
        guard !ids.isEmpty else { return }
        try await unit.rows(MeetingRows.attendance, of: meeting).change(
            "minutes = ($6::bigint[])[array_position($5::uuid[], t.id)]",
            where: "t.id = any($5) and t.minutes is distinct from ($6::bigint[])[array_position($5::uuid[], t.id)]",
            [.ids(ids), .ints(minutes)])
    }

    // MARK: Shared steps

    /// The row of a participant, `$5` and `$6`.
    private static let whose: SQL = "(t.professional_id = $5 or t.guest_id = $6)"

    /// The meeting and the person behind an invitation; a taken-back invitation is not found.
    static func invited(_ invitation: Identifier, _ unit: WriteUnit) async throws -> (LockedMeeting, Participant) {
        let rows = try await unit.one(
            Query(
                """
                select meeting_id, professional_id, guest_id from facilitation.meeting_invitation
                where msp_id = $1 and id = $2 and archived_at is null
                """, .id(unit.msp), .id(invitation)))
        guard let row = rows.first, let person = Participant(professional: try row[1], guest: try row[2]) else { throw Refusal.notFound }
        return (try await Meetings.lock(try row[0], unit), person)
    }

    /// The coordination's corrections: from the notice on, while the sheet is open.
    static func requireWritable(_ meeting: LockedMeeting) throws {
        try Meetings.requireOpenSheet(meeting)
        try Meetings.require(meeting, in: [.convened, .held])
    }

    private static func requireSigningTime(_ meeting: LockedMeeting, now: Instant) throws {
        guard meeting.status.takesPresence, let times = meeting.times else {
            throw Refusal.conflict("not_convened", "La présence ne peut pas être signalée pour cette réunion.")
        }
        guard now >= times.start.adding(seconds: -2 * 3600) else {
            throw Refusal.conflict("too_early", "La réunion n’a pas commencé\u{A0}: vous pourrez signaler votre présence le moment venu.")
        }
        guard now <= times.end.adding(seconds: 12 * 3600) else {
            throw Refusal.conflict("too_late", "La réunion est terminée\u{A0}: adressez-vous à la coordination.")
        }
    }

    /// One line per person and meeting, whatever comes first. A change of state forgets what belonged to the former one.
    private static func write(
        _ meeting: LockedMeeting, _ person: Participant, state: String, signature: SignatureKind?, mode: String?, arrived: Instant?,
        isTyped: Bool = false, proxy: Identifier? = nil, _ unit: WriteUnit
    ) async throws {
        let digest = signature?.digest(meeting: meeting.id, person: person.id, at: unit.now)
        let values: [Parameter] = [
            .id(.make(at: unit.now)), person.professional, person.guest, .text(state), .text(mode), .instant(arrived), .id(proxy),
            .text(signature?.rawValue), .instant(signature == nil ? nil : unit.now), .bytes(digest), .bool(isTyped),
            .bool(signature == .coordinator && !isTyped),
        ]
        // A signature given by the person stays when the coordination confirms it afterwards.
        let change: SQL = """
            state = excluded.state, mode = coalesce(excluded.mode, t.mode),
                arrived_at = case when $16::boolean and t.state = 'PRESENT' then t.arrived_at else excluded.arrived_at end,
                arrival_typed = case when $16::boolean and t.state = 'PRESENT' then t.arrival_typed else excluded.arrival_typed end,
                left_at = null, minutes = null, minutes_edited = false, proxy_to_id = excluded.proxy_to_id,
                signature_kind = case when excluded.state = 'PRESENT' then coalesce(t.signature_kind, excluded.signature_kind) end,
                signed_at = case when excluded.state = 'PRESENT' then coalesce(t.signed_at, excluded.signed_at) end,
                signature_hash = case when excluded.state = 'PRESENT' then coalesce(t.signature_hash, excluded.signature_hash) end
            """
        let key: SQL =
            switch person {
            case .professional: ", professional_id"
            case .guest: ", guest_id"
            }
        try await unit.rows(MeetingRows.attendance, of: meeting.id).put(
            """
            id, professional_id, guest_id, state, mode, arrived_at, proxy_to_id, signature_kind, signed_at, signature_hash, arrival_typed
            """, "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15", present: .init(key, set: change), values)
        try await count(meeting, unit)
    }
}
