import Kernel

/// When and where: fixing the date, moving it, starting, finishing, cancelling.
enum Scheduling {
    /// What is fixed at once.
    struct Plan: Sendable {
        var startsAt: Instant
        var plannedMin: Int
        var mode: String
        var room: Identifier?
        var place: String?
        var videoURL: String?
    }

    /// Fixes or moves the date. People already convened are told of a change by mail.
    /// - Returns: French sentence, with a warning when another meeting has the room.
    static func schedule(_ meeting: LockedMeeting, _ plan: Plan, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.draft, .pollOpen, .scheduled, .convened])
        if meeting.isRunning { throw Refusal.conflict("running", "La réunion a commencé\u{A0}: sa date ne change plus.") }
        if plan.startsAt < unit.now { throw Refusal.invalid("starts_at", "Choisissez une date à venir.") }
        if meeting.status == .convened, plan.room == nil, plan.place == nil, plan.videoURL == nil {
            throw Refusal.invalid("place", "La convocation est partie\u{A0}: indiquez une salle, un lieu ou un lien visio.")
        }
        if meeting.status == .convened, meeting.startsAt != plan.startsAt {
            try await Assemblies.requireNotice(meeting, on: plan.startsAt, unit)
        }
        // A title made from the type and the day follows the day; one that somebody chose stays.
        let title = titled(meeting, on: plan.startsAt, unit)
        try await unit.change(
            MeetingRecord.id, of: meeting.id,
            [
                "starts_at": .instant(plan.startsAt), "planned_min": .integer(plan.plannedMin), "mode": .text(plan.mode),
                "room_id": FieldValue(plan.room), "place": FieldValue(plan.place),
                "video_url": FieldValue(plan.videoURL), "title": .text(title),
                "status": .text((meeting.status == .convened ? .convened : MeetingStatus.scheduled).rawValue),
            ])
        if meeting.status == .convened, changesWhatWasTold(meeting, plan) {
            try await Notices.tellChange(meeting, to: plan.startsAt, unit)
        }
        let conflicts = try await unit.one(
            roomConflicts(msp: unit.msp, meeting: meeting.id, room: plan.room, plan.startsAt, plan.plannedMin))
        var sentence = "La réunion est programmée."
        let department: String? = try await unit.one(Query("select kernel.current_department()")).first?[0]
        let territory = department.flatMap(FrenchTerritory.of) ?? .metropole
        if let holiday = FrenchHolidays.name(of: unit.access.local(plan.startsAt).date, in: territory) {
            sentence += " Attention, c’est un jour férié\u{A0}: \(holiday)."
        }
        guard let other = conflicts.first else { return sentence }
        let taken: String = try other["title"]
        return sentence + " Attention, la salle est déjà prise\u{A0}: «\u{A0}\(taken)\u{A0}»."
    }

    /// Who was convened must learn of another day, another length and another place: whoever is not told goes to the wrong room.
    private static func changesWhatWasTold(_ meeting: LockedMeeting, _ plan: Plan) -> Bool {
        meeting.startsAt != plan.startsAt || meeting.plannedMin != plan.plannedMin || meeting.room != plan.room
            || meeting.place != plan.place || meeting.videoURL != plan.videoURL
    }

    /// Meetings that have the same room at the same time; rooms are warned about, not refused, because teams sort it out.
    static func roomConflicts(msp: Identifier, meeting: Identifier, room: Identifier?, _ start: Instant, _ minutes: Int) -> Query {
        Query(
            """
            select id, title, starts_at from facilitation.meeting
            where msp_id = $1 and id <> $2 and room_id = $3 and status in ('SCHEDULED', 'CONVENED') and archived_at is null
                and starts_at < $5 and starts_at > $4::timestamptz - interval '1 day'
                and starts_at + make_interval(mins => planned_min) > $4
            order by starts_at limit 5
            """, .id(msp), .id(meeting), .id(room), .instant(start), .instant(start.adding(minutes: minutes)))
    }

    /// The meeting begins, now unless said otherwise. A second start changes nothing.
    /// - Parameter isOtherDayMeant: said of a meeting that begins now though it was announced for another day.
    static func start(_ meeting: LockedMeeting, at: Instant?, isOtherDayMeant: Bool, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.convened])
        if meeting.actualStart != nil { return "La réunion est déjà commencée." }
        let moment = at ?? unit.now
        if moment > unit.now { throw Refusal.invalid("started_at", "Une réunion ne commence pas dans l’avenir.") }
        if moment < unit.now.adding(seconds: -24 * 3600) {
            throw Refusal.invalid(
                "started_at", "Une réunion commencée il y a plus de 24\u{00A0}heures se termine directement, avec ses deux heures.")
        }
        if at == nil, !isOtherDayMeant, let announced = meeting.startsAt, MeetingHours.isOtherDay(moment, than: announced) {
            throw Refusal.invalid(
                "other_day",
                "Cette réunion est prévue le \(French.longDateTime(unit.access.local(announced))). Cochez pour la commencer "
                    + "aujourd’hui, \(French.longDate(unit.access.local(moment).date))\u{202F}; sinon, déplacez-la avec «\u{A0}Fixer ou déplacer la date\u{A0}»."
            )
        }
        try await unit.change(
            MeetingRecord.id, of: meeting.id, ["actual_start": .instant(moment), "title": .text(titled(meeting, on: moment, unit))])
        try await Presence.follow(meeting.id, from: meeting.startsAt, to: moment, unit)
        return "La réunion est commencée."
    }

    /// The title once the meeting is on that day.
    private static func titled(_ meeting: LockedMeeting, on start: Instant, _ unit: WriteUnit) -> String {
        let former = [meeting.startsAt, meeting.actualStart].map { $0.map { unit.access.local($0).date } }
        return MeetingTitle.following(meeting.title, type: meeting.type, from: former, to: unit.access.local(start).date)
    }

    /// The hours of a meeting that was held, corrected while its sheet is open: presence is counted again.
    static func correct(_ meeting: LockedMeeting, from start: Instant, to end: Instant, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.requireOpenSheet(meeting)
        try check(start, end, unit)
        var change: RecordChange = [
            "actual_start": .instant(start), "actual_end": .instant(end), "title": .text(titled(meeting, on: start, unit)),
        ]
        // Nothing was announced of a meeting entered afterwards: its hours are the only ones.
        if meeting.isEnteredAfterwards {
            change = [
                "actual_start": .instant(start), "actual_end": .instant(end), "title": .text(titled(meeting, on: start, unit)),
                "starts_at": .instant(start), "planned_min": .integer(max(5, Int(end.timeIntervalSince(start) / 60))),
            ]
        }
        try await unit.change(MeetingRecord.id, of: meeting.id, change)
        try await Presence.follow(meeting.id, from: meeting.actualStart, to: start, unit)
        try await Presence.count(meeting.id, start: start, end: end, unit)
        return "Les heures sont corrigées, les présences comptées à nouveau."
    }

    /// The hours of a meeting that took place.
    private static func check(_ start: Instant, _ end: Instant, _ unit: WriteUnit) throws {
        guard end >= start else { throw Refusal.invalid("ended_at", "La fin doit suivre le début.") }
        guard start <= unit.now, end <= unit.now.adding(minutes: 1) else {
            throw Refusal.conflict("not_begun", "La réunion n’a pas encore eu lieu\u{A0}: elle ne peut pas être terminée.")
        }
        guard end.timeIntervalSince(start) <= 24 * 3600 else {
            throw Refusal.invalid("ended_at", "Une réunion dure moins de 24\u{00A0}heures.")
        }
    }

    /// The meeting ends: presence is counted, whoever said nothing is absent, the situations on the programme are discussed.
    static func finish(_ meeting: LockedMeeting, from: Instant?, to: Instant?, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.convened])
        guard let start = from ?? meeting.actualStart ?? meeting.startsAt else {
            throw Refusal.invalid("started_at", "Indiquez l’heure de début.")
        }
        let end = to ?? max(unit.now, start)
        try check(start, end, unit)
        // Whoever was invited and has no line yet; the lines' identifiers are made here.
        let unseen = try await unit.one(
            Query(
                """
                select v.id from facilitation.meeting_invitation v
                where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null and not exists (
                    select from facilitation.attendance a where a.msp_id = $1 and a.meeting_id = $2
                        and (a.professional_id = v.professional_id or a.guest_id = v.guest_id))
                """, .id(unit.msp), .id(meeting.id)))
        let invitations: [Identifier] = try unseen.map { try $0[0] }
        try await unit.change(
            MeetingRecord.id, of: meeting.id,
            [
                "status": .text(MeetingStatus.held.rawValue), "actual_start": .instant(start), "actual_end": .instant(end),
                "title": .text(titled(meeting, on: start, unit)),
            ])
        try await Presence.follow(meeting.id, from: meeting.actualStart ?? meeting.startsAt, to: start, unit)
        try await unit.one(
            Query(
                """
                insert into facilitation.attendance (msp_id, id, meeting_id, professional_id, guest_id, state, created_at, created_by)
                select v.msp_id, t.id, v.meeting_id, v.professional_id, v.guest_id,
                    case when v.answer = 'NO' then 'EXCUSED' else 'ABSENT' end, $3, $4
                from facilitation.meeting_invitation v join unnest($5::uuid[], $6::uuid[]) t(invitation, id) on t.invitation = v.id
                where v.msp_id = $1 and v.meeting_id = $2
                """,
                parameters: unit.stamp(meeting.id) + [.ids(invitations), .ids(invitations.map { _ in Identifier.make(at: unit.now) })]))
        try await Presence.count(meeting.id, start: start, end: end, unit)
        try await Cases.discuss(meeting.id, unit)
        return "La réunion est terminée. Il reste à verrouiller la feuille et à diffuser le compte-rendu."
    }

    /// Cancels: everybody who was convened is told, the room is free again (missions.md 4.3).
    static func cancel(_ meeting: LockedMeeting, reason: String, _ unit: WriteUnit) async throws -> String {
        try Meetings.requireDriver(meeting, unit.access)
        guard meeting.status.isAhead, !meeting.isRunning else {
            throw Refusal.conflict("wrong_state", "Une réunion commencée ou tenue ne s’annule plus.")
        }
        let told = meeting.status == .convened ? try await Notices.tellCancellation(meeting, reason: reason, unit) : 0
        try await unit.change(
            MeetingRecord.id, of: meeting.id, RecordChange(kept: ["cancelled_at": .instant(unit.now), "cancel_reason": .text(reason)]))
        // Situations on its programme go back to those that wait for a date.
        let programme = try await unit.one(
            Query(
                "select case_id from facilitation.meeting_case where msp_id = $1 and meeting_id = $2 and archived_at is null",
                .id(unit.msp), .id(meeting.id)))
        try await unit.follow(
            CaseRecord.id, on: try programme.map { try $0[0] }, "unschedule", ["state": .text("REQUESTED")], from: ["SCHEDULED"])
        return told > 0
            ? "La réunion est annulée. Un message part à \(French.plural(told, "personne", "personnes"))." : "La réunion est annulée."
    }
}
