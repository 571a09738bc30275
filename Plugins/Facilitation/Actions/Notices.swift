import Kernel

/// Mails to the people of a meeting: notice, reminder, move, cancellation, minutes. Each is sent once per key, whatever is repeated.
enum Notices {
    /// Somebody to write to.
    private struct Recipient: Sendable {
        let invitation: Identifier
        let name: String
        let email: String
    }

    /// Sends the notice and passes to CONVENED.
    ///
    /// The guards of missions.md 4.3 come first; all faults are told at once (422).
    /// - Parameter onlyNew: the meeting is convened already, only people without a notice get theirs.
    /// - Returns: French sentence.
    static func convene(_ meeting: LockedMeeting, onlyNew: Bool = false, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: onlyNew ? [.convened] : [.scheduled])
        let counts = try await unit.one(
            Query(
                """
                select (select count(*) from facilitation.agenda_item where msp_id = $1 and meeting_id = $2 and state = 'ACCEPTED'
                        and archived_at is null),
                    (select count(*) from facilitation.meeting_invitation where msp_id = $1 and meeting_id = $2 and archived_at is null)
                """, .id(unit.msp), .id(meeting.id)))
        let faults = MeetingGuards.faultsBeforeNotice(
            MeetingGuards.Notice(
                startsAt: meeting.startsAt, hasRoom: meeting.hasRoom, place: meeting.place, videoURL: meeting.videoURL,
                agendaItems: try counts[0][0], invitees: try counts[0][1]))
        guard faults.isEmpty, let startsAt = meeting.startsAt else { throw Refusal.invalid(faults) }
        if startsAt < unit.now { throw Refusal.invalid("starts_at", "La date est passée : fixez-en une autre avant de convoquer.") }
        try await Assemblies.requireNotice(meeting, on: startsAt, unit)
        let screen = try await load(meeting.id, unit)
        let people = try await recipients(meeting.id, unit, condition: " and v.notified_at is null")
        for person in people.reachable {
            let expires = startsAt.adding(minutes: meeting.plannedMin).adding(seconds: 12 * 3600)
            let mail = MeetingMails.notice(
                screen, to: person.name, msp: unit.access.msp,
                answerLink: unit.link(purpose: Places.Link.answer, subject: person.invitation, expires: expires),
                presenceLink: unit.link(purpose: Places.Link.presence, subject: person.invitation, expires: expires))
            send(mail, key: "convene:\(meeting.id):\(person.invitation)", to: person.email, unit)
        }
        try await unit.one(
            Query(
                """
                update facilitation.meeting_invitation set notified_at = $3, updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and meeting_id = $2 and id = any($5)
                """, parameters: unit.stamp(meeting.id) + [.ids(people.reachable.map(\.invitation))]))
        if !onlyNew {
            try await unit.one(
                Query(
                    """
                    update facilitation.meeting set status = 'CONVENED', convened_at = $3, updated_at = $3, updated_by = $4,
                        revision = revision + 1
                    where msp_id = $1 and id = $2
                    """, parameters: unit.stamp(meeting.id)))
            try await FrozenNotice.keep(meeting.id, .convened, unit)
            unit.publish(
                Events.convened,
                .object([
                    ("meeting", .string(meeting.id.description)), ("type", .string(meeting.typeCode)),
                    ("starts_at", .string(startsAt.iso8601)), ("invited", .integer(people.reachable.count + people.withoutMail)),
                ]))
        }
        return sentence(meeting, startsAt, sent: people.reachable.count, without: people.withoutMail, unit)
    }

    /// Reminds whoever gave no answer; at most once a day per person. Returns the number of mails.
    static func remind(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> Int {
        let day = unit.access.local(unit.now).date
        return try await remind(meeting, since: LocalTime.startOfDay(day, zone: unit.access.msp.timeZone), mark: "\(day)", unit)
    }

    /// - Parameters:
    ///   - since: whoever was reminded since then is left in peace.
    ///   - mark: makes the mail's key, so that the same reminder is sent once.
    private static func remind(_ meeting: LockedMeeting, since: Instant, mark: String, _ unit: WriteUnit) async throws -> Int {
        try Meetings.require(meeting, in: [.convened])
        guard let startsAt = meeting.startsAt, startsAt > unit.now else {
            throw Refusal.conflict("too_late", "La réunion a déjà eu lieu.")
        }
        let screen = try await load(meeting.id, unit)
        let people = try await recipients(
            meeting.id, unit, condition: " and v.answer = 'NONE' and v.notified_at is not null", remindedBefore: since)
        for person in people.reachable {
            let expires = startsAt.adding(minutes: meeting.plannedMin).adding(seconds: 12 * 3600)
            let mail = MeetingMails.reminder(
                screen, to: person.name, msp: unit.access.msp,
                answerLink: unit.link(purpose: Places.Link.answer, subject: person.invitation, expires: expires))
            send(mail, key: "remind:\(meeting.id):\(person.invitation):\(mark)", to: person.email, unit)
        }
        try await unit.one(
            Query(
                "update facilitation.meeting_invitation set reminded_at = $3 where msp_id = $1 and meeting_id = $2 and id = any($4)",
                .id(unit.msp), .id(meeting.id), .instant(unit.now), .ids(people.reachable.map(\.invitation))))
        return people.reachable.count
    }

    /// Every half hour: the reminder of missions.md 12.2, two days before an RCP and three before another meeting.
    /// A notice younger than a day is reminder enough.
    static let job = Job("facilitation.reminders", everySeconds: 1800) { unit in
        let rows = try await unit.one(
            Query(
                """
                select id from facilitation.meeting
                where msp_id = $1 and status = 'CONVENED' and archived_at is null and actual_start is null
                    and starts_at > $2 and starts_at < $2::timestamptz + interval '3 days' and convened_at < $2::timestamptz - interval '1 day'
                order by starts_at, id
                """, .id(unit.msp), .instant(unit.now)))
        for row in rows {
            let meeting = try await Meetings.lock(try row[0], unit)
            guard meeting.status == .convened, let startsAt = meeting.startsAt else { continue }
            let due = NoticeDelay.reminder(type: meeting.type, startsAt: startsAt)
            guard unit.now >= due else { continue }
            _ = try await remind(meeting, since: due, mark: "auto:\(startsAt.microseconds)", unit)
        }
    }

    /// Tells everybody convened that the date moved; answers given before no longer say anything and are asked again.
    static func tellMove(_ meeting: Identifier, to startsAt: Instant, _ unit: WriteUnit) async throws {
        try await unit.one(
            Query(
                """
                update facilitation.meeting_invitation set answer = 'NONE', answered_at = null, updated_at = $3, updated_by = $4,
                    revision = revision + 1
                where msp_id = $1 and meeting_id = $2 and answer <> 'NONE'
                """, parameters: unit.stamp(meeting)))
        try await FrozenNotice.keep(meeting, .moved, unit)
        let screen = try await load(meeting, unit)
        for person in try await recipients(meeting, unit, condition: " and v.notified_at is not null").reachable {
            let expires = startsAt.adding(minutes: screen.head.plannedMinutes).adding(seconds: 12 * 3600)
            let mail = MeetingMails.moved(
                screen, to: person.name, msp: unit.access.msp,
                answerLink: unit.link(purpose: Places.Link.answer, subject: person.invitation, expires: expires),
                presenceLink: unit.link(purpose: Places.Link.presence, subject: person.invitation, expires: expires))
            send(mail, key: "moved:\(meeting):\(person.invitation):\(startsAt.microseconds)", to: person.email, unit)
        }
    }

    /// Tells everybody convened that the meeting is cancelled. Returns the number of mails.
    static func tellCancellation(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> Int {
        let screen = try await load(meeting.id, unit)
        let people = try await recipients(meeting.id, unit, condition: " and v.notified_at is not null").reachable
        for person in people {
            send(
                MeetingMails.cancelled(screen, to: person.name, msp: unit.access.msp),
                key: "cancel:\(meeting.id):\(person.invitation)", to: person.email, unit)
        }
        return people.count
    }

    /// Announces the minutes to everybody invited, guests too, each with a link that opens them. Returns the number of mails.
    static func tellMinutes(_ meeting: LockedMeeting, version: Int, _ unit: WriteUnit) async throws -> Int {
        let screen = try await load(meeting.id, unit)
        let people = try await recipients(meeting.id, unit, condition: "").reachable
        let expires = unit.now.adding(seconds: MinutesLink.lifetime)
        for person in people {
            let mail = MeetingMails.minutes(
                screen, to: person.name, msp: unit.access.msp,
                link: unit.link(purpose: Places.Link.minutes, subject: person.invitation, expires: expires))
            send(mail, key: "minutes:\(meeting.id):\(version):\(person.invitation)", to: person.email, unit)
        }
        return people.count
    }

    // MARK: Shared steps

    private static func send(_ mail: MeetingMail, key: String, to address: String, _ unit: WriteUnit) {
        unit.mail(OutgoingMail(key: key, recipient: address, subject: mail.subject, text: mail.text, html: mail.html))
    }

    private static func load(_ meeting: Identifier, _ unit: WriteUnit) async throws -> MeetingScreen {
        try MeetingScreen(try await unit.run(all: MeetingScreen.queries(unit.msp, meeting))[...])
    }

    /// - Parameter remindedBefore: leaves out whoever was reminded since then.
    private static func recipients(
        _ meeting: Identifier, _ unit: WriteUnit, condition: SQL, remindedBefore: Instant? = nil
    ) async throws -> (reachable: [Recipient], withoutMail: Int) {
        let rows = try await unit.one(
            Query(
                """
                select v.id, coalesce(p.first_name || ' ' || p.last_name, g.name), coalesce(p.email, g.email)
                from facilitation.meeting_invitation v
                left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
                left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
                where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null
                    and ($3::timestamptz is null or v.reminded_at is null or v.reminded_at < $3)
                """ + condition + " order by v.id", .id(unit.msp), .id(meeting), .instant(remindedBefore)))
        var reachable: [Recipient] = []
        for row in rows {
            guard let email: String = try row[2] else { continue }
            reachable.append(Recipient(invitation: try row[0], name: try row[1], email: email))
        }
        return (reachable, rows.count - reachable.count)
    }

    private static func sentence(_ meeting: LockedMeeting, _ startsAt: Instant, sent: Int, without: Int, _ unit: WriteUnit) -> String {
        var text = sent > 1 ? "Convocation envoyée à \(sent)\u{00A0}personnes." : "Convocation envoyée à \(sent)\u{00A0}personne."
        if without > 0 {
            text += without > 1 ? " \(without)\u{00A0}invités n’ont pas d’adresse e-mail." : " Un invité n’a pas d’adresse e-mail."
        }
        let advice = NoticeDelay.advice(
            type: meeting.type, today: unit.access.local(unit.now).date, meeting: unit.access.local(startsAt).date)
        if let advice { text += " \(advice)" }
        return text
    }
}
