import Kernel
import Synchronization

/// Which id an address stands for. Public knowledge and immutable, so it may be kept in memory; rights never are.
final class SlugDirectory: Sendable {
    private struct State {
        var bySlug: [String: Identifier] = [:]
        var byID: [Identifier: String] = [:]
        var loadedAt: Instant?
    }

    private let pool: PostgresPool
    private let state = Mutex(State())
    /// A miss asks the database again at most this often, so that unknown addresses cost nothing.
    private static let refreshSeconds = 1.0

    init(pool: PostgresPool) { self.pool = pool }

    /// The id of an MSP's address; nil when there is none.
    func id(of slug: String, now: Instant) async throws -> Identifier? { try await find(now) { $0.bySlug[slug] } }

    /// The address of an MSP; nil when there is none.
    func slug(of id: Identifier, now: Instant) async throws -> String? { try await find(now) { $0.byID[id] } }

    private func find<Found: Sendable>(_ now: Instant, _ look: @Sendable (State) -> Found?) async throws -> Found? {
        let (known, isFresh) = state.withLock { state in
            (look(state), state.loadedAt.map { now.timeIntervalSince($0) < Self.refreshSeconds } ?? false)
        }
        if let known { return known }
        if isFresh { return nil }
        let rows = try await pool.pipeline([Query("select slug, id from kernel.slug_directory() where kind = 'MSP'")])[0]
        var fresh = State(loadedAt: now)
        for row in rows {
            let slug: String = try row[0]
            let id: Identifier = try row[1]
            fresh.bySlug[slug] = id
            fresh.byID[id] = slug
        }
        let loaded = fresh
        state.withLock { $0 = loaded }
        return look(loaded)
    }
}
