import Kernel
import Logging
import ServiceLifecycle

/// Takes away what the platform's own tables keep for a time, as their comments say. Each table is a purge of its own, in bites of
/// bounded length: one that fails or has much to do stops no other.
struct PlatformPurge: Sendable {
    let pool: PostgresPool
    let logger: Logger

    static let tables = [
        "session", "ended_session", "link", "throttle", "work", "platform_mail", "organisation_answer", "kept_form", "api_token",
        "invitation", "known_device", "access_trace", "platform_audit", "membership", "account",
    ]
    /// Rows of one statement.
    static let bite = 5_000
    /// Statements for one table in one round: a backlog is worked off over several hours, not at a stretch.
    private static let bites = 200

    /// One round; gives the tables whose purge failed.
    @discardableResult
    func run() async -> [String] {
        var failed: [String] = []
        for table in Self.tables {
            do {
                for _ in 0..<Self.bites where !Task.isShuttingDownGracefully {
                    let gone: Int = try await pool.run(
                        Query("select kernel.purge_platform($1, $2)", .text(table), .int(Self.bite))
                    ).scalar()
                    if gone < Self.bite { break }
                }
            } catch {
                failed.append(table)
                logger.warning("not purged", metadata: ["table": "\(table)", "error": "\(error)"])
            }
        }
        return failed
    }
}
