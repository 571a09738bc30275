import HTML
import Kernel
import KernelUI
import Postgres

/// What a link page shows of one invitation: the person's own line and the meeting, nothing of the others.
struct LinkScreen: Sendable {
    let invitation: Identifier
    let name: String
    let answer: String
    let title: String
    let status: String
    let startsAt: Instant?
    let plannedMinutes: Int
    let actualStart: Instant?
    let actualEnd: Instant?
    let place: String
    let videoURL: String?
    let sheetState: String
    let state: String?
    let signedAt: Instant?
    let arrivedAt: Instant?
    let leftAt: Instant?
    let meeting: Identifier
    let type: String
    let revision: Int
    let organiser: String
    let organiserAddress: String?

    static func query(_ msp: Identifier, invitation: Identifier) -> Query {
        Query(
            """
            select v.id, coalesce(p.shown_name, g.name), v.answer, m.title, m.status, m.starts_at, m.planned_min,
                m.actual_start, m.actual_end, concat_ws(', ', r.name, m.place), m.video_url, m.sheet_state, a.state, a.signed_at,
                a.arrived_at, a.left_at, m.id, m.meeting_type, m.revision, o.first_name || ' ' || o.last_name, o.email
            from facilitation.meeting_invitation v
            join facilitation.meeting m on m.msp_id = v.msp_id and m.id = v.meeting_id
            join kernel.professional o on o.msp_id = m.msp_id and o.id = m.organiser_id
            left join kernel.room r on r.msp_id = m.msp_id and r.id = m.room_id
            left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
            left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
            left join facilitation.attendance a on a.msp_id = v.msp_id and a.meeting_id = v.meeting_id and a.archived_at is null
                and (a.professional_id = v.professional_id or a.guest_id = v.guest_id)
            where v.msp_id = $1 and v.id = $2 and v.archived_at is null
            """, .id(msp), .id(invitation))
    }

    /// A taken-back invitation is not found.
    init(_ rows: ResultSet) throws {
        guard let row = rows.first else { throw Refusal.notFound }
        invitation = try row[0]
        name = try row[1]
        answer = try row[2]
        title = try row[3]
        status = try row[4]
        startsAt = try row[5]
        plannedMinutes = try row[6]
        actualStart = try row[7]
        actualEnd = try row[8]
        place = try row[9]
        videoURL = try row[10]
        sheetState = try row[11]
        state = try row[12]
        signedAt = try row[13]
        arrivedAt = try row[14]
        leftAt = try row[15]
        meeting = try row[16]
        type = try row[17]
        revision = try row[18]
        organiser = try row[19]
        organiserAddress = try row[20]
    }

    /// The meeting for the person's own calendar.
    func calendar(_ msp: MspHandle, now: Instant) -> CalendarFile? {
        startsAt.map { start in
            CalendarFile(
                [
                    CalendarFile.Event(
                        id: meeting, sequence: revision, start: start, minutes: plannedMinutes, title: MeetingCalendar.title(type, msp),
                        place: place, organiser: organiser, organiserAddress: organiserAddress, isCancelled: isCancelled)
                ], stamp: now)
        }
    }

    var isCancelled: Bool { status == MeetingStatus.cancelled.rawValue }
    /// Answers may change until the meeting begins.
    var takesAnswers: Bool { status == MeetingStatus.convened.rawValue && actualStart == nil }

    /// Why presence cannot be told now, in words; nil when it can.
    func closedReason(now: Instant, access: Access) -> String? {
        SigningWindow(
            status: status, sheetState: sheetState, startsAt: startsAt, plannedMinutes: plannedMinutes, actualStart: actualStart,
            actualEnd: actualEnd
        ).closedReason(now: now, access: access)
    }
}

/// When presence can be told by link, for the words of the page; `Presence` enforces it.
struct SigningWindow: Sendable {
    let status: String
    let sheetState: String
    let startsAt: Instant?
    let plannedMinutes: Int
    let actualStart: Instant?
    let actualEnd: Instant?

    func closedReason(now: Instant, access: Access) -> String? {
        if status == MeetingStatus.cancelled.rawValue { return "Cette réunion est annulée." }
        guard let start = actualStart ?? startsAt, MeetingStatus(rawValue: status)?.takesPresence ?? false else {
            return "La présence ne peut pas être signalée pour cette réunion."
        }
        if sheetState == "LOCKED" { return "La feuille d’émargement est verrouillée. Adressez-vous à la coordination." }
        let opens = start.adding(seconds: -2 * 3600)
        if now < opens { return "Vous pourrez signaler votre présence \(Say.day(opens, access)) à partir de \(Say.time(opens, access))." }
        let end = actualEnd ?? start.adding(minutes: plannedMinutes)
        if now > end.adding(seconds: 12 * 3600) { return "La réunion est terminée. Adressez-vous à la coordination." }
        return nil
    }
}

extension HTMLWriter {
    /// Who asks, what, when and where: the head of every link page.
    func linkHead(_ access: Access, title: String, startsAt: Instant?, place: String, isRemote: Bool) {
        p(.class("presence__facts"), text: access.msp.name)
        h1(.class("presence__title"), text: title)
        p(.class("presence__facts")) {
            if let startsAt { text(Say.dayAndTime(startsAt, access)) }
            if !place.isEmpty {
                br()
                text(place)
            } else if isRemote {
                br()
                text("À distance")
            }
        }
    }
}
