public import Logging

/// Connections to one database, shared by any number of tasks.
///
/// One thread drives all connections (`Reactor`); no task ever blocks a thread of the cooperative pool.
/// Work that was under way on a connection that breaks is never repeated: it may have been committed.
public final class PostgresPool: Sendable {
    let reactor: Reactor

    /// A pool that does nothing before `start()`.
    public init(_ configuration: PostgresConfiguration, logger: Logger) {
        reactor = Reactor(configuration: configuration, logger: logger)
    }

    deinit {
        reactor.abandon()
    }

    /// Starts the thread. Connections are made when work asks for them. A second call does nothing.
    public func start() {
        reactor.start()
    }

    /// Runs all statements in one round trip on one connection and returns one result for each.
    ///
    /// Without `begin` and `commit` among them they form one implicit transaction. At the first error the rest is skipped, an open
    /// transaction is rolled back, and the error is thrown. A list that leaves its transaction open is rolled back and throws
    /// `.configuration`; a `commit` that the server answers with a rollback throws `.server`.
    public func pipeline(_ queries: [Query]) async throws(PostgresError) -> [ResultSet] {
        guard !queries.isEmpty else { return [] }
        return try await reactor.perform(.pipeline(try EncodedPipeline(queries)), on: nil, afterwards: .release)
    }

    /// Runs all statements in one round trip; see the form that takes a list.
    public func pipeline(_ queries: Query...) async throws(PostgresError) -> [ResultSet] {
        try await pipeline(queries)
    }

    /// Runs one statement; see `pipeline`.
    @discardableResult
    public func run(_ query: Query) async throws(PostgresError) -> ResultSet {
        let results = try await pipeline([query])
        guard let first = results.first else { throw PostgresError(.decoding, "the statement returned no result") }
        return first
    }

    /// Reserves one connection for a transaction whose steps depend on each other.
    ///
    /// `opening` contains the `begin` and runs in one round trip before the body. After the body, `commit` (behind what the body
    /// enqueued) is sent, and the call returns only when the server has acknowledged it. When the body throws or the task is
    /// cancelled, the transaction is rolled back.
    public func transaction<T: Sendable>(
        opening: [Query], _ body: @Sendable (PostgresTransaction, [ResultSet]) async throws -> T
    ) async throws -> T {
        let lease = Lease()
        let opened = try await reactor.perform(.pipeline(try EncodedPipeline(opening)), on: lease, afterwards: .hold)
        let transaction = PostgresTransaction(reactor: reactor, lease: lease)
        let value: T
        do {
            value = try await body(transaction, opened)
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled before the commit") }
            try await transaction.commit()
        } catch {
            await transaction.rollback()
            throw error
        }
        return value
    }

    /// Runs a script of several statements through the simple protocol, for migrations. The script forms one transaction unless it
    /// says otherwise. The session is reset afterwards: its role, settings and temporary tables do not reach other callers. An advisory
    /// lock of the session stays, so that a pool of one connection can run several scripts under one lock.
    public func simple(_ sql: SQL) async throws(PostgresError) {
        _ = try await reactor.perform(.simple(sql.text), on: nil, afterwards: .release)
    }

    /// What the pool holds and has done so far.
    public var statistics: PoolStatistics { reactor.statistics }

    /// Refuses new work, waits for work under way for at most `closeTimeout`, then closes every connection and ends the thread.
    public func close() async {
        await reactor.close()
    }
}
