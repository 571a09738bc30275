import Kernel

/// The way of a meeting's mails: to whom, what is noted when one is queued, and what the mail server answered.
extension Notices {
    /// Somebody to write to.
    struct Recipient: Sendable {
        let invitation: Identifier
        /// The professional or the guest.
        let subject: Identifier
        let name: String
        let email: String
    }

    /// Nobody wrote to them about this meeting yet.
    static let notYetConvened: SQL = " and v.notified_at is null and v.mail_id is null"
    /// Somebody did, at an address that was not refused.
    static let convened: SQL =
        " and (v.notified_at is not null or v.mail_id is not null) and coalesce(v.mail_state, 'SENT') not in ('REFUSED', 'UNREACHABLE')"

    /// - Parameter remindedBefore: leaves out whoever was reminded since then.
    static func recipients(
        _ meeting: Identifier, _ unit: WriteUnit, condition: SQL, remindedBefore: Instant? = nil, only: Identifier? = nil
    ) async throws -> (reachable: [Recipient], withoutMail: Int) {
        let rows = try await unit.one(
            Query(
                """
                select v.id, coalesce(v.professional_id, v.guest_id), coalesce(p.first_name || ' ' || p.last_name, g.name),
                    coalesce(p.email, g.email)
                from facilitation.meeting_invitation v
                left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
                left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
                where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null
                    and ($3::timestamptz is null or v.reminded_at is null or v.reminded_at < $3) and ($4::uuid is null or v.id = $4)
                """ + condition + " order by v.id", .id(unit.msp), .id(meeting), .instant(remindedBefore), .id(only)))
        var reachable: [Recipient] = []
        for row in rows {
            guard let email: String = try row[3] else { continue }
            reachable.append(Recipient(invitation: try row[0], subject: try row[1], name: try row[2], email: email))
        }
        return (reachable, rows.count - reachable.count)
    }

    /// Queues a mail and notes beside its person, for one meeting or several, that it is on its way.
    static func send(
        _ kind: MailKind, _ mail: MeetingMail, key: String, to address: String, invitations: [Identifier], _ unit: WriteUnit
    ) {
        guard let first = invitations.first else { return }
        let id = unit.mail(
            OutgoingMail(
                key: key, recipient: address, subject: mail.subject, text: mail.text, html: mail.html, sender: mail.sender,
                calendar: mail.calendar, about: OutgoingMail.Subject("facilitation.meeting_mail", first)))
        unit.enqueue(
            Query(
                """
                update facilitation.meeting_invitation set mail_id = $3, mail_kind = $4, mail_state = 'QUEUED', mail_reply = null, mail_at = $5,
                    notice_mail_id = case when $6 then $3 else notice_mail_id end
                where msp_id = $1 and id = any($2)
                """, .id(unit.msp), .ids(invitations), .id(id), .text(kind.rawValue), .instant(unit.now), .bool(kind.convenes)))
    }

    static func load(_ meeting: Identifier, _ unit: WriteUnit) async throws -> MeetingScreen {
        try await unit.read(MeetingScreen.read(unit.msp, meeting))
    }

    /// The personal links of an invitation, until half a day after the meeting.
    static func invite(_ screen: MeetingScreen, _ person: Recipient, _ unit: WriteUnit) -> MeetingMails.Invite {
        let end = (screen.head.startsAt ?? unit.now).adding(minutes: screen.head.plannedMinutes).adding(seconds: 12 * 3600)
        return MeetingMails.Invite(
            screen: screen, answerLink: unit.link(purpose: Places.Link.answer, subject: person.invitation, expires: end),
            presenceLink: unit.link(purpose: Places.Link.presence, subject: person.invitation, expires: end))
    }

    // MARK: What the mail server answered

    /// « Envoyé » is what the mail server accepted. The last mail says how the person stands; any accepted notice convened him or her.
    static let heard = EventHandler(MailOutcome.event, name: "facilitation.mail_answered", keepsUp: true) { answer, event, unit in
        guard answer.type == "facilitation.meeting_mail" else { return }
        try await unit.run(
            Query(
                """
                update facilitation.meeting_invitation set mail_state = $3, mail_reply = $4, mail_at = $5 where msp_id = $1 and mail_id = $2
                """, .id(unit.msp), .id(answer.mail), .text(MailState(answer.outcome).rawValue), .text(answer.reply),
                .instant(event.occurredAt)),
            Query(
                """
                update facilitation.meeting_invitation set notified_at = $4 where msp_id = $1 and notice_mail_id = $2 and $3
                """, .id(unit.msp), .id(answer.mail), .bool(answer.outcome == .sent), .instant(event.occurredAt)))
    }

    /// Corrects somebody's address where it is wrong, and sends again what the meeting has to say: the notice, the cancellation or the
    /// minutes.
    static func resend(_ meeting: LockedMeeting, _ invitation: Identifier, email: String?, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        let rows = try await unit.one(
            Query(
                """
                select v.professional_id, v.guest_id, v.mail_state, coalesce(p.email, g.email)
                from facilitation.meeting_invitation v
                left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
                left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
                where v.msp_id = $1 and v.id = $2 and v.meeting_id = $3 and v.archived_at is null
                """, .id(unit.msp), .id(invitation), .id(meeting.id)))
        guard let row = rows.first else { throw Refusal.notFound }
        let state: String? = try row[2]
        if state == MailState.queued.rawValue {
            throw Refusal.conflict("queued", "Un message à cette personne est en cours d’envoi\u{A0}: attendez de savoir s’il est accepté.")
        }
        if let email, email != (try row[3] as String?) {
            if let professional: Identifier = try row[0] {
                try await unit.correctAddress(of: professional, to: email)
            } else if let guest: Identifier = try row[1] {
                try await unit.follow(GuestRecord.record.id, on: guest, "update", ["email": .text(email)])
            }
        }
        guard let person = try await recipients(meeting.id, unit, condition: "", only: invitation).reachable.first else {
            throw Refusal.invalid("email", "Indiquez l’adresse de cette personne.")
        }
        let key = "again:\(invitation):\(unit.now.microseconds)"
        let (kind, mail) = try await current(meeting, person, unit)
        let others =
            kind == .notice && unit.access.can(Permissions.manageMeetings) ? try await alsoRefused(person, but: meeting.id, unit) : []
        if others.isEmpty {
            send(kind, mail, key: key, to: person.email, invitations: [person.invitation], unit)
        } else {
            var invites = [invite(try await load(meeting.id, unit), person, unit)]
            for other in others {
                let again = Recipient(invitation: other.invitation, subject: person.subject, name: person.name, email: person.email)
                invites.append(invite(try await load(other.meeting, unit), again, unit))
            }
            let series = MeetingMails.series(invites, to: person.name, msp: unit.access.msp, now: unit.now)
            send(.notice, series, key: key, to: person.email, invitations: [person.invitation] + others.map(\.invitation), unit)
        }
        return "Le message à \(person.name) est en cours d’envoi."
    }

    /// The other meetings to come whose notice to this person was refused too: one correction serves all.
    private static func alsoRefused(
        _ person: Recipient, but meeting: Identifier, _ unit: WriteUnit
    ) async throws -> [(meeting: Identifier, invitation: Identifier)] {
        let rows = try await unit.one(
            Query(
                """
                select m.id, v.id from facilitation.meeting_invitation v
                join facilitation.meeting m on m.msp_id = v.msp_id and m.id = v.meeting_id
                where v.msp_id = $1 and m.msp_id = $1 and coalesce(v.professional_id, v.guest_id) = $2 and m.id <> $3
                    and v.mail_state in ('REFUSED', 'UNREACHABLE') and v.archived_at is null
                    and m.status = 'CONVENED' and m.archived_at is null and m.actual_start is null and m.starts_at > $4
                order by m.starts_at, m.id limit 52
                """, .id(unit.msp), .id(person.subject), .id(meeting), .instant(unit.now)))
        return try rows.map { (try $0[0], try $0[1]) }
    }

    /// What a meeting has to say at this moment.
    private static func current(_ meeting: LockedMeeting, _ person: Recipient, _ unit: WriteUnit) async throws -> (MailKind, MeetingMail) {
        let screen = try await load(meeting.id, unit)
        switch meeting.status {
        case .convened where !meeting.isRunning && (meeting.startsAt.map { $0 > unit.now } ?? false):
            return (.notice, MeetingMails.notice(invite(screen, person, unit), to: person.name, msp: unit.access.msp, now: unit.now))
        case .cancelled:
            let reason = screen.head.cancelReason
            return (
                .cancellation,
                MeetingMails.cancelled(screen, reason: reason, to: person.name, msp: unit.access.msp, now: unit.now)
            )
        case .held where screen.head.minutesFile != nil, .closed where screen.head.minutesFile != nil:
            let link = unit.link(
                purpose: Places.Link.minutes, subject: person.invitation, expires: unit.now.adding(seconds: MinutesLink.lifetime))
            return (.minutes, MeetingMails.minutes(screen, to: person.name, msp: unit.access.msp, link: link))
        default: throw Refusal.conflict("nothing_to_send", "Il n’y a rien à renvoyer\u{A0}: la réunion a eu lieu.")
        }
    }
}
