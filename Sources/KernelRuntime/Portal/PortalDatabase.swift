public import Kernel

/// The database as a page above the MSPs asks it: whatever it does says from which address and by which session or token (AUD-01).
public struct PortalDatabase: Sendable {
    /// For what is asked before anybody is known.
    let pool: PostgresPool
    private let origin: Query
    /// What the form that is answered showed.
    private let seen: SeenCheck?
    /// Whose page it is.
    private let account: Identifier?
    /// A transaction that is under way, to look at what is there before it writes.
    private let under: PostgresTransaction?

    private static let setting: SQL = "select set_config('kernel.origin', concat($1::text, '|', $2::uuid), true)"

    /// - Parameter person: who was let in by a session or a token; nil for nobody.
    init(_ pool: PostgresPool, address: String, person: Person?, seen: SeenCheck? = nil, under: PostgresTransaction? = nil) {
        self.pool = pool
        origin = Query(Self.setting, .text(address), .id(person?.credentialID))
        account = person?.account
        self.seen = seen
        self.under = under
    }

    /// Runs all statements in one round trip and one transaction; see `PostgresPool.pipeline`.
    public func pipeline(_ queries: [Query]) async throws -> [ResultSet] {
        if let under { return Array(try await under.run([origin] + queries).dropFirst()) }
        if seen != nil { return try await transaction { try await $0.run(queries) } }
        return Array(try await pool.pipeline([origin] + queries).dropFirst())
    }

    /// Runs all statements in one round trip; see the form that takes a list.
    public func pipeline(_ queries: Query...) async throws -> [ResultSet] {
        try await pipeline(queries)
    }

    /// Runs one statement; see `pipeline`.
    @discardableResult
    public func run(_ query: Query) async throws -> ResultSet {
        // One result for each statement, or an error.
        try await pipeline([query])[0]
    }

    /// A transaction whose steps depend on each other; see `PostgresPool.transaction`.
    public func transaction<T: Sendable>(_ body: @Sendable (PostgresTransaction) async throws -> T) async throws -> T {
        // A page that writes while it is drawn is not drawn inside another act.
        guard under == nil else { throw Refusal.notFound }
        let (value, hasWritten) = try await pool.transaction(opening: [Query("begin"), origin]) { transaction, _ in
            guard let seen, let account else { return (try await body(transaction), false) }
            try await seen.hold(account, transaction)
            let value = try await body(transaction)
            let written = try await transaction.run([Query("select pg_current_xact_id_if_assigned() is not null")])[0]
            return (value, try written.scalar(as: Bool.self))
        }
        // Whatever is only read beforehand is compared with what stands when something is written.
        if hasWritten { seen?.pass() }
        return value
    }
}
