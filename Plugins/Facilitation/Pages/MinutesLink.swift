import Kernel
import Postgres

/// The published minutes for whoever was invited, without an account: guests have none, and many members never sign in.
/// The very bytes that were sealed are given.
enum MinutesLink {
    /// How long a personal link to the minutes opens them, in seconds: thirty days, then one asks the coordination.
    static let lifetime = 30 * 24 * 3600

    static func show(_ request: LinkRequest) async throws -> PageResponse {
        let reading = try await request.read(
            Query(
                """
                select m.minutes_file_id
                from facilitation.meeting_invitation v
                join facilitation.meeting m on m.msp_id = v.msp_id and m.id = v.meeting_id
                join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id and n.status in ('PUBLISHED', 'APPROVED')
                where v.msp_id = $1 and v.id = $2 and v.archived_at is null and m.minutes_file_id is not null
                """, .id(request.msp.id), .id(request.subject)))
        guard let row = reading.results.first?.first else { throw Refusal.notFound }
        return .download(Download(try await request.file(try row[0]), isInline: true))
    }
}
