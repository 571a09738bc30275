import Kernel

/// A meeting as the acts see it, its row locked until the transaction ends.
struct LockedMeeting: Sendable {
    let id: Identifier
    let title: String
    let typeCode: String
    let status: MeetingStatus
    let startsAt: Instant?
    let plannedMin: Int
    let actualStart: Instant?
    let actualEnd: Instant?
    let mode: String
    let room: Identifier?
    let place: String?
    let videoURL: String?
    let organiser: Identifier
    let secretary: Identifier?
    let chair: Identifier?
    let convenedAt: Instant?
    let sheetState: String
    let sheetFile: Identifier?
    let minutesFile: Identifier?
    let evidenceSeq: Int?
    /// Entered from a paper sheet after the day.
    let isEnteredAfterwards: Bool

    var type: MeetingType { MeetingType.of(typeCode) }
    var hasRoom: Bool { room != nil }
    var isLocked: Bool { sheetState == "LOCKED" }
    /// Started and not yet finished.
    var isRunning: Bool { actualStart != nil && actualEnd == nil }
    /// Start and end as they count for presence: real times first, planned ones otherwise. Nil without any date.
    var times: (start: Instant, end: Instant)? {
        guard let start = actualStart ?? startsAt else { return nil }
        return (start, actualEnd ?? start.adding(minutes: plannedMin))
    }
}

/// Reading and locking meetings.
enum Meetings {
    /// The meeting, locked for this act alone. Throws `Refusal.notFound` when there is none in this MSP.
    static func lock(_ id: Identifier, _ unit: WriteUnit) async throws -> LockedMeeting {
        let locked: SQL = """
            select id, title, meeting_type, status, starts_at, planned_min, actual_start, actual_end, mode, room_id,
                place, video_url, organiser_id, secretary_id, chair_id, convened_at, sheet_state, sheet_file_id, minutes_file_id, evidence_seq,
                entered_afterwards
            from facilitation.meeting where msp_id = $1 and id = $2 and archived_at is null for update
            """
        let rows = try await unit.one(Query(locked, .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        guard let status = MeetingStatus(rawValue: try row["status"]) else { throw Refusal.notFound }
        return LockedMeeting(
            id: id, title: try row["title"], typeCode: try row["meeting_type"], status: status, startsAt: try row["starts_at"],
            plannedMin: try row["planned_min"], actualStart: try row["actual_start"], actualEnd: try row["actual_end"],
            mode: try row["mode"],
            room: try row["room_id"], place: try row["place"], videoURL: try row["video_url"], organiser: try row["organiser_id"],
            secretary: try row["secretary_id"], chair: try row["chair_id"], convenedAt: try row["convened_at"],
            sheetState: try row["sheet_state"], sheetFile: try row["sheet_file_id"], minutesFile: try row["minutes_file_id"],
            evidenceSeq: try row["evidence_seq"], isEnteredAfterwards: try row["entered_afterwards"])
    }

    /// Who may drive this meeting: the coordination and the managers drive all of them, others their own
    /// (missions.md 2.3, « CRU own »). Jobs and links never come here.
    static func requireDriver(_ meeting: LockedMeeting, _ access: Access) throws {
        guard !access.can(Permissions.manageMeetings) else { return }
        guard let own = access.professional, [meeting.organiser, meeting.chair, meeting.secretary].contains(own) else {
            throw Refusal.forbidden
        }
    }

    /// Refuses to touch presence once the sheet is locked.
    static func requireOpenSheet(_ meeting: LockedMeeting) throws {
        if meeting.isLocked {
            throw Refusal.conflict(
                "sheet_locked", "La feuille d’émargement est verrouillée. Un gérant peut la rouvrir en indiquant un motif.")
        }
    }

    /// Refuses an act outside some states; used where the act also comes by other ways than the workflow's buttons.
    static func require(_ meeting: LockedMeeting, in states: Set<MeetingStatus>) throws {
        guard states.contains(meeting.status) else {
            throw Refusal.conflict(
                "wrong_state", "La réunion est «\u{A0}\(meeting.status.label)\u{A0}»\u{A0}: cette action n’est plus possible.")
        }
    }
}
