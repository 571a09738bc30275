public import Kernel

/// The database as a page above the MSPs asks it: whatever it does says from which address and by which session or token (AUD-01).
public struct PortalDatabase: Sendable {
    /// For what is asked before anybody is known.
    let pool: PostgresPool
    private let origin: Query

    private static let setting: SQL = "select set_config('kernel.origin', concat($1::text, '|', $2::uuid), true)"

    /// - Parameter credential: the session or the token that was let in; nil for nobody.
    init(_ pool: PostgresPool, address: String, credential: Identifier?) {
        self.pool = pool
        origin = Query(Self.setting, .text(address), .id(credential))
    }

    /// Runs all statements in one round trip and one transaction; see `PostgresPool.pipeline`.
    public func pipeline(_ queries: [Query]) async throws(PostgresError) -> [ResultSet] {
        Array(try await pool.pipeline([origin] + queries).dropFirst())
    }

    /// Runs all statements in one round trip; see the form that takes a list.
    public func pipeline(_ queries: Query...) async throws(PostgresError) -> [ResultSet] {
        try await pipeline(queries)
    }

    /// Runs one statement; see `pipeline`.
    @discardableResult
    public func run(_ query: Query) async throws(PostgresError) -> ResultSet {
        // One result for each statement, or an error.
        try await pipeline([query])[0]
    }

    /// A transaction whose steps depend on each other; see `PostgresPool.transaction`.
    public func transaction<T: Sendable>(_ body: @Sendable (PostgresTransaction) async throws -> T) async throws -> T {
        try await pool.transaction(opening: [Query("begin"), origin]) { transaction, _ in try await body(transaction) }
    }
}
