import Kernel

extension Presence {
    /// Somebody leaves before the end, through the personal link, and it is traced. The link proves who leaves.
    static func leaveByLink(invitation: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select meeting_id, professional_id, guest_id from facilitation.meeting_invitation
                where msp_id = $1 and id = $2 and archived_at is null
                """, .id(unit.msp), .id(invitation)))
        guard let row = rows.first, let person = Participant(professional: try row[1], guest: try row[2]) else { throw Refusal.notFound }
        let meeting = try await Meetings.lock(try row[0], .shared, unit)
        guard meeting.actualEnd == nil else {
            throw Refusal.conflict("too_late", "La réunion est terminée\u{A0}: le départ est déjà compté.")
        }
        try await leave(meeting, person, at: nil, unit)
        trace("leave", meeting, person, unit)
    }
}
