import Kernel
import Logging
import ServiceLifecycle
import Synchronization

/// Reads on a standby of the database, where one is configured (scale-out.md, « Replicas »).
///
/// What decides is how old the standby is known to be: at `time` the primary stood at a position of its log that the standby has replayed
/// since, so it shows everything that was acknowledged before. A person reads there once it shows that person's last write, and nobody
/// does once it is older than `limit`: a session closed on the primary is closed here as soon.
final class ReplicaReads: Sendable {
    /// How old the standby may be. With a look at both sides and an answer, a revoked right counts within five seconds.
    static let limit = Duration.seconds(4)
    /// How often both sides are looked at.
    private static let pause = Duration.milliseconds(250)

    let pool: PostgresPool
    private let primary: PostgresPool
    private let logger: Logger
    private let state = Mutex(State())

    struct State {
        /// The standby shows what was true then; nil while nothing is known.
        var shows: ContinuousClock.Instant?
        /// Positions of the primary that the standby has not passed, oldest first.
        var ahead: [(time: ContinuousClock.Instant, position: UInt64)] = []
        /// When each caller last wrote, forgotten once the standby shows it.
        var wrote: [[UInt8]: ContinuousClock.Instant] = [:]
        var isInUse = false
        var served = 0
        var askedAgain = 0
    }

    init(_ pool: PostgresPool, primary: PostgresPool, logger: Logger) {
        self.pool = pool
        self.primary = primary
        self.logger = logger
    }

    /// Whether a caller may be answered from the standby.
    /// - Parameter callers: the names under which the caller may have written.
    func serves(_ callers: [[UInt8]], at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard let shows = state.shows, now - shows < Self.limit else { return false }
            guard callers.allSatisfy({ state.wrote[$0].map { shows > $0 } ?? true }) else { return false }
            state.served += 1
            return true
        }
    }

    /// The caller wrote, or may have, under these names.
    func note(_ callers: [[UInt8]], at now: ContinuousClock.Instant = .now) {
        state.withLock { state in for caller in callers { state.wrote[caller] = now } }
    }

    /// Whether the primary is asked when the standby failed: not after a statement that took its time, which it would take again.
    func asksAgain(_ error: PostgresError) -> Bool {
        if error.sqlState == .queryCanceled || error.kind == .cancelled { return false }
        state.withLock { $0.askedAgain += 1 }
        return true
    }

    /// For the figures: how old the standby is in seconds, nil while unknown; reads given, and those that the primary answered in its place.
    func figures(at now: ContinuousClock.Instant = .now) -> (age: Double?, served: Int, askedAgain: Int) {
        state.withLock { state in (state.shows.map { ($0.duration(to: now)) / .seconds(1) }, state.served, state.askedAgain) }
    }

    // MARK: Looking

    private static let stands: SQL = "select (pg_current_wal_lsn() - '0/0')::bigint"
    private static let replayed: SQL =
        "select pg_is_in_recovery(), (coalesce(pg_last_wal_replay_lsn(), '0/0') - '0/0')::bigint"

    /// Looks at both sides once.
    func look() async {
        let time = ContinuousClock.now
        // The primary's silence is everybody's: what the standby shows ages, and nothing is read there.
        guard let position = await Self.ask(primary, Self.stands, { try $0[0] as Int }) else { return }
        learn(position: UInt64(max(0, position)), at: time)
        guard let found = await Self.ask(pool, Self.replayed, { (isCopy: try $0[0] as Bool, position: try $0[1] as Int) }) else {
            return lose("silent")
        }
        // One that was promoted takes writes of its own: it is no copy any more.
        guard found.isCopy else { return lose("promoted") }
        learn(replayed: UInt64(max(0, found.position)))
    }

    /// The one row of a statement; nil after a failure or a second without an answer.
    private static func ask<T: Sendable>(_ pool: PostgresPool, _ statement: SQL, _ read: @escaping @Sendable (Row) throws -> T) async -> T?
    {
        await within(.seconds(1)) {
            guard let row = try? await pool.pipeline([Query(statement)])[0].first else { return nil }
            return try? read(row)
        } ?? nil
    }

    func learn(position: UInt64, at time: ContinuousClock.Instant) {
        state.withLock { state in
            state.ahead.append((time, position))
            // A standby that stands still is not waited for for ever.
            if state.ahead.count > 1_024 { state.ahead.removeFirst(512) }
        }
    }

    func learn(replayed position: UInt64) {
        let begins = state.withLock { state in
            let passed = state.ahead.prefix { $0.position <= position }
            if let last = passed.last {
                state.shows = last.time
                state.wrote = state.wrote.filter { $0.value >= last.time }
            }
            state.ahead.removeFirst(passed.count)
            defer { state.isInUse = state.shows != nil }
            return !state.isInUse && state.shows != nil
        }
        if begins { logger.info("reading on the replica") }
    }

    private func lose(_ reason: String) {
        let ends = state.withLock { state in
            defer { state.isInUse = false }
            state.shows = nil
            state.ahead = []
            return state.isInUse
        }
        if ends { logger.warning("replica left", metadata: ["reason": "\(reason)"]) }
    }
}

extension ReplicaReads: Service {
    /// Looks at both sides until the server stops.
    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await look()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
        }
    }
}
