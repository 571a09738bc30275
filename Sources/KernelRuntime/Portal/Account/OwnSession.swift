internal import Kernel

/// One of the person's open sessions.
struct OwnSession: Sendable {
    let id: Identifier
    let client: String
    let opened: Instant
    let seen: Instant
    let isCurrent: Bool

    static func query(_ credential: Credential) -> Query {
        Query("select id, client, created_at, last_seen_at, current from kernel.list_sessions($1)", .bytes(credential.digest))
    }

    init(row: Row) throws {
        id = try row[0]
        client = try row.decode(1, as: String?.self) ?? ""
        opened = try row[2]
        seen = try row[3]
        isCurrent = try row[4]
    }

    /// Ends one; the same answer for one that is not there and for one that is not one's own.
    static func end(_ id: Identifier, _ credential: Credential, in pool: PortalDatabase) async throws {
        let ended = try await pool.run(
            Query("select kernel.close_session_by_id($1, $2)", .bytes(credential.digest), .id(id))
        ).scalar(as: Bool.self)
        guard ended else { throw Refusal.notFound }
    }
}
