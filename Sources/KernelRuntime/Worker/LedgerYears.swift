import Kernel
import Logging
import ServiceLifecycle

/// Makes the next half years of the ledgers ahead and drops those that ended a year ago. Each ledger by itself: one whose tables are busy is
/// looked at again an hour later, and stops no other.
struct LedgerYears: Sendable {
    let pool: PostgresPool
    let logger: Logger

    static let ledgers = ["audit", "platform_audit", "access_trace"]

    /// One round; gives the ledgers whose years could not be kept.
    @discardableResult
    func run() async -> [String] {
        var failed: [String] = []
        for ledger in Self.ledgers where !Task.isShuttingDownGracefully {
            do {
                let rows = try await pool.run(
                    Query("select made, array_to_string(dropped, ' ') from kernel.keep_years($1)", .text(ledger)))
                guard let row = rows.first else { continue }
                let (made, dropped): (Int, String) = (try row[0], try row[1])
                if made > 0 || !dropped.isEmpty {
                    logger.info("years kept", metadata: ["ledger": "\(ledger)", "made": "\(made)", "dropped": "\(dropped)"])
                }
            } catch {
                failed.append(ledger)
                logger.warning("years not kept", metadata: ["ledger": "\(ledger)", "error": "\(error)"])
            }
        }
        return failed
    }
}

/// How far ahead a ledger has its half years, and what of it lies in none of them.
struct LedgerAhead: Sendable {
    let ledger: String
    /// Seconds until the end of the last one that was made.
    let seconds: Double
    /// Bytes of what belongs to none: nothing is lost there, but it goes by single rows instead of by files.
    let rest: Double

    static let query = Query(
        """
        select ledger, coalesce(extract(epoch from until - clock_timestamp()), 0)::float8, rest_bytes::float8
        from kernel.ledger_years() order by ledger
        """)

    init(_ row: Row) throws {
        ledger = try row[0]
        seconds = try row[1]
        rest = try row[2]
    }

    /// A month before the next one begins, it is there, or somebody looks why not.
    static let least = 30 * 86_400.0

    /// What the doctor says of it.
    var fault: String? {
        if seconds < Self.least { return "\(ledger) has no half year made ahead: does a worker run? Its log says « years not kept »." }
        guard rest > 0 else { return nil }
        return "\(ledger) has \(Int(rest / 1_024)) kB in no half year: nothing is lost; they go row by row after twelve months."
    }
}
