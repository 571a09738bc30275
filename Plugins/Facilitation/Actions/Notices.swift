import Kernel

/// Mails to the people of a meeting: notice, reminder, move, cancellation, minutes. Each is sent once per key, whatever is repeated.
enum Notices {
    /// Sends the notice and passes to CONVENED.
    ///
    /// The guards of missions.md 4.3 come first; all faults are told at once (422).
    /// - Parameters:
    ///   - onlyNew: the meeting is convened already, only people without a notice get theirs.
    ///   - together: the mails follow in one for several meetings (`tellSeries`).
    /// - Returns: French sentence.
    static func convene(
        _ meeting: LockedMeeting, onlyNew: Bool = false, together: Bool = false, _ unit: WriteUnit
    ) async throws -> String {
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
        if startsAt < unit.now { throw Refusal.invalid("starts_at", "La date est passée\u{A0}: fixez-en une autre avant de convoquer.") }
        try await Assemblies.requireNotice(meeting, on: startsAt, unit)
        let people = try await recipients(meeting.id, unit, condition: notYetConvened)
        if !together {
            let screen = try await load(meeting.id, unit)
            for person in people.reachable { sendNotice(screen, person, unit) }
        }
        if !onlyNew {
            try await unit.change(
                MeetingRecord.id, of: meeting.id,
                ["status": .text(MeetingStatus.convened.rawValue), "convened_at": .instant(unit.now)])
            try await FrozenNotice.keep(meeting.id, .convened, unit)
            unit.publish(
                Events.convened,
                Events.Convened(
                    meeting: meeting.id, type: meeting.typeCode, startsAt: startsAt, invited: people.reachable.count + people.withoutMail))
        }
        return sentence(meeting, startsAt, queued: people.reachable.count, without: people.withoutMail, unit)
    }

    private static func sendNotice(_ screen: MeetingScreen, _ person: Recipient, _ unit: WriteUnit) {
        send(
            .notice, MeetingMails.notice(invite(screen, person, unit), to: person.name, msp: unit.access.msp, now: unit.now),
            key: "convene:\(screen.head.id):\(person.invitation)", to: person.email, invitations: [person.invitation], unit)
    }

    /// One mail to each person for the meetings that were convened together, with one answer for each.
    static func tellSeries(_ meetings: [Identifier], _ unit: WriteUnit) async throws {
        var people: [Identifier: [(screen: MeetingScreen, person: Recipient)]] = [:]
        for meeting in meetings {
            let screen = try await load(meeting, unit)
            for person in try await recipients(meeting, unit, condition: notYetConvened).reachable {
                people[person.subject, default: []].append((screen, person))
            }
        }
        for lines in people.values {
            guard lines.count > 1, let first = lines.first else {
                for line in lines { sendNotice(line.screen, line.person, unit) }
                continue
            }
            let mail = MeetingMails.series(
                lines.map { invite($0.screen, $0.person, unit) }, to: first.person.name, msp: unit.access.msp, now: unit.now)
            send(
                .notice, mail, key: "series:\(first.person.invitation)", to: first.person.email,
                invitations: lines.map(\.person.invitation), unit)
        }
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
            meeting.id, unit, condition: convened + " and v.answer = 'NONE'", remindedBefore: since)
        for person in people.reachable {
            send(
                .reminder, MeetingMails.reminder(invite(screen, person, unit), to: person.name, msp: unit.access.msp, now: unit.now),
                key: "remind:\(meeting.id):\(person.invitation):\(mark)", to: person.email, invitations: [person.invitation], unit)
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

    /// Tells everybody convened of another date or place. Answers given for another date no longer say anything and are asked again.
    static func tellChange(_ meeting: LockedMeeting, to startsAt: Instant, _ unit: WriteUnit) async throws {
        let hasMoved = meeting.startsAt != startsAt
        if hasMoved {
            try await unit.rows(MeetingRows.invitations, of: meeting.id).change(
                "answer = 'NONE', answered_at = null", where: "t.answer <> 'NONE'")
        }
        try await FrozenNotice.keep(meeting.id, .moved, unit)
        let screen = try await load(meeting.id, unit)
        for person in try await recipients(meeting.id, unit, condition: convened).reachable {
            let invite = invite(screen, person, unit)
            let mail = MeetingMails.changed(invite, hasMoved: hasMoved, to: person.name, msp: unit.access.msp, now: unit.now)
            send(
                .change, mail, key: "changed:\(person.invitation):\(unit.now.microseconds)", to: person.email,
                invitations: [person.invitation], unit)
        }
    }

    /// Tells everybody convened that the meeting is cancelled, and why. Returns the number of mails.
    static func tellCancellation(_ meeting: LockedMeeting, reason: String, _ unit: WriteUnit) async throws -> Int {
        let screen = try await load(meeting.id, unit)
        let people = try await recipients(meeting.id, unit, condition: convened).reachable
        for person in people {
            send(
                .cancellation,
                MeetingMails.cancelled(screen, reason: reason, to: person.name, msp: unit.access.msp, now: unit.now),
                key: "cancel:\(meeting.id):\(person.invitation)", to: person.email, invitations: [person.invitation], unit)
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
            send(
                .minutes, mail, key: "minutes:\(meeting.id):\(version):\(person.invitation)", to: person.email,
                invitations: [person.invitation], unit)
        }
        return people.count
    }

    private static func sentence(_ meeting: LockedMeeting, _ startsAt: Instant, queued: Int, without: Int, _ unit: WriteUnit) -> String {
        var text = "Convocation en cours d’envoi à \(French.plural(queued, "personne", "personnes"))."
        if without > 0 {
            text += without > 1 ? " \(without)\u{00A0}invités n’ont pas d’adresse e-mail." : " Un invité n’a pas d’adresse e-mail."
        }
        let advice = NoticeDelay.advice(
            type: meeting.type, today: unit.access.local(unit.now).date, meeting: unit.access.local(startsAt).date)
        if let advice { text += " \(advice)" }
        return text
    }
}
