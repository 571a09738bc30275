import Kernel

/// The attendance sheet: locked by the coordination, reopened by a manager with a reason.
enum Sheet {
    /// What the question of the lock recalls: how many were there, from when to when.
    static let recall = RecordAction.Recall(
        queries: { msp, meeting in
            [
                Query(
                    """
                    select m.actual_start, m.actual_end,
                        (select count(*) from facilitation.attendance a
                         where a.msp_id = $1 and a.meeting_id = $2 and a.state = 'PRESENT' and a.archived_at is null),
                        (select count(*) from facilitation.meeting_invitation v
                         where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null)
                    from facilitation.meeting m where m.msp_id = $1 and m.id = $2
                    """, .id(msp), .id(meeting))
            ]
        },
        say: { results, access in
            guard let row = results.first?.first, let start: Instant = try row[0], let end: Instant = try row[1] else { return [] }
            let (present, invited): (Int, Int) = (try row[2], try row[3])
            let (from, until) = (access.local(start), access.local(end))
            let minutes = AttendanceTime.minutes(start: start, end: end, arrived: nil, left: nil)
            return [
                "\(French.plural(present, "présent", "présents")) sur \(French.plural(invited, "invité", "invités")), le \(French.longDate(from.date)), \(French.timeRange(from, until)) (\(French.duration(minutes: minutes)))."
            ]
        })

    /// Counts the minutes and closes the sheet; its paper is sealed with the act. Nothing changes presence afterwards.
    static func lock(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> ActionOutcome {
        try Meetings.requireOpenSheet(meeting)
        if meeting.isEnteredAfterwards {
            throw Refusal.conflict(
                "scan_missing", "Joignez la feuille d’émargement numérisée\u{A0}: elle verrouille la réunion saisie après coup.")
        }
        try await Presence.count(meeting, unit)
        let locked: RecordChange = ["sheet_state": .text("LOCKED")]
        return ActionOutcome("La feuille d’émargement est verrouillée.", locked.keeping(lockedBy(unit)))
    }

    /// Whose hand locked it, and when.
    static func lockedBy(_ unit: WriteUnit) -> [String: Parameter] {
        [
            "sheet_locked_at": .instant(unit.now), "sheet_locked_by": .id(unit.access.account),
            "sheet_locked_label": .text(unit.access.displayName),
        ]
    }

    /// Opens a locked sheet again. A closed meeting becomes « tenue » again: closing it once more files a correction.
    static func reopen(_ meeting: LockedMeeting, reason: String, _ unit: WriteUnit) async throws -> String {
        guard meeting.isLocked else { throw Refusal.conflict("sheet_open", "La feuille d’émargement n’est pas verrouillée.") }
        try await unit.change(MeetingRecord.id, of: meeting.id, RecordChange(kept: ["sheet_reopen_reason": .text(reason)]))
        return "La feuille d’émargement est rouverte."
    }
}

/// Closing: the one proof of a meeting.
enum Closing {
    /// One entry of evidence with the digests of sheet and minutes.
    static let proof = ActEvidence(into: "evidence_seq") { act, unit in
        let meeting = try await Meetings.lock(act.id, unit)
        guard let sheet = meeting.sheetFile, let start = meeting.actualStart else { throw Refusal.notFound }
        var exhibits = [try await exhibit(sheet, "Feuille d’émargement", unit)]
        if let text = meeting.minutesFile { exhibits.append(try await exhibit(text, "Compte-rendu", unit)) }
        let mark = meeting.isEnteredAfterwards ? " (\(PastMeetings.mark))" : ""
        let day = unit.access.local(start).date
        return EvidenceEntry(
            kind: Evidence.meeting, indicators: meeting.type.evidenceIndicators, year: day.year, subjectType: MeetingRecord.id,
            subject: meeting.id, title: MeetingTitle.text(type: meeting.type, day: day) + mark, occurredAt: start, exhibits: exhibits,
            corrects: meeting.evidenceSeq)
    }

    /// State of the minutes, nil without any.
    static func minutesStatus(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> String? {
        try await unit.one(
            Query("select status from facilitation.minutes where msp_id = $1 and meeting_id = $2", .id(unit.msp), .id(meeting.id))
        ).first?["status"]
    }

    /// Refuses while the sheet or the minutes are missing.
    static func requireReady(_ meeting: LockedMeeting, _ minutes: String?) throws {
        let faults = MeetingGuards.faultsBeforeClosing(
            sheetState: meeting.sheetState, minutesStatus: minutes, isEnteredAfterwards: meeting.isEnteredAfterwards)
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    /// A stored file as an exhibit, with the digest of its bytes.
    private static func exhibit(_ file: Identifier, _ title: String, _ unit: WriteUnit) async throws -> Exhibit {
        let rows = try await unit.one(
            Query("select media_type, size, encode(sha256, 'hex') from kernel.file where msp_id = $1 and id = $2", .id(unit.msp), .id(file))
        )
        guard let row = rows.first else { throw Refusal.notFound }
        return Exhibit(title: title, file: file, mediaType: try row[0], size: try row[1], sha256: try row[2])
    }
}
