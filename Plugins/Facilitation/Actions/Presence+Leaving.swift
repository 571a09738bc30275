import Kernel

extension Presence {
    /// Somebody leaves before the end, through the personal link. The link proves who leaves.
    static func leaveByLink(invitation: Identifier, _ unit: WriteUnit) async throws {
        let (meeting, person) = try await invited(invitation, unit)
        guard meeting.actualEnd == nil else {
            throw Refusal.conflict("too_late", "La réunion est terminée\u{A0}: le départ est déjà compté.")
        }
        try requireWritable(meeting)
        try await unit.actByLink(MeetingRecord.record, "leave", on: meeting.id, person.values)
    }
}
