import Kernel

/// Rows under a meeting that its acts write.
enum MeetingRows {
    static let attendance = KeptRows(
        "attendance", table: "facilitation.attendance", under: "meeting_id",
        told: ["state", "mode", "arrived_at", "left_at", "minutes", "minutes_edited", "proxy_to_id", "signature_kind"])

    static let invitations = KeptRows(
        "invitations", table: "facilitation.meeting_invitation", under: "meeting_id", told: ["source", "answer", "archived_at"])

    /// One row; its text is in the version that was published.
    static let minutes = KeptRows("minutes", table: "facilitation.minutes", under: "meeting_id", told: ["status", "file_id", "recipients"])

    /// What was noted is not repeated in the trail.
    static let notes = KeptRows("notes", table: "facilitation.minutes_note", under: "meeting_id", told: ["kind", "archived_at"])

    /// The history of a meeting is read by more people than its situations: rows by their ids alone.
    static let programme = KeptRows(
        "programme", table: "facilitation.meeting_case", under: "meeting_id", told: ["discussed", "archived_at"])

    /// The same items that the agenda has as lines, where a situation takes its item along whatever the rules of the agenda.
    static let items = KeptRows("items", table: "facilitation.agenda_item", under: "meeting_id", told: ["archived_at"])
}

/// The same rows under a situation, for its own acts.
enum CaseRows {
    static let programme = KeptRows("programme", table: "facilitation.meeting_case", under: "case_id", told: ["discussed", "archived_at"])
    static let items = KeptRows("items", table: "facilitation.agenda_item", under: "case_id", told: ["archived_at"])
}

extension WriteUnit {
    /// Kept rows of a meeting.
    func rows(_ rows: KeptRows, of meeting: Identifier) -> KeptRowsWriter { self.rows(rows, of: MeetingRecord.id, meeting) }
}
