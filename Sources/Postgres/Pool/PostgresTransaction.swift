internal import Synchronization

/// A transaction under way on a connection of its own; see `PostgresPool.transaction`. Not usable after the body has returned.
public final class PostgresTransaction: Sendable {
    private let reactor: Reactor
    private let lease: Lease
    private let buffer = Mutex<[Query]>([])

    init(reactor: Reactor, lease: Lease) {
        self.reactor = reactor
        self.lease = lease
    }

    /// Runs the buffered statements and then these in one round trip; returns the results of these only.
    ///
    /// After an error the transaction accepts no further statement except `rollback to savepoint`, and its commit throws.
    public func run(_ queries: [Query]) async throws(PostgresError) -> [ResultSet] {
        let buffered = takeBuffer()
        guard !(buffered.isEmpty && queries.isEmpty) else { return [] }
        let results = try await reactor.perform(.pipeline(try EncodedPipeline(buffered + queries)), on: lease, afterwards: .hold)
        return buffered.isEmpty ? results : Array(results[buffered.count...])
    }

    /// Runs these statements; see the form that takes a list.
    public func run(_ queries: Query...) async throws(PostgresError) -> [ResultSet] {
        try await run(queries)
    }

    /// Keeps a statement until the next `run` or the commit, in front of which it travels without a round trip of its own.
    /// Its result is dropped; its error is thrown by that `run` or by the transaction.
    public func enqueue(_ query: Query) {
        buffer.withLock { $0.append(query) }
    }

    /// Sends what is buffered and `commit`; returns when the server has acknowledged it.
    func commit() async throws(PostgresError) {
        _ = try await reactor.perform(.pipeline(try EncodedPipeline(takeBuffer() + [Query("commit")])), on: lease, afterwards: .release)
    }

    /// Rolls back what is open and gives the connection back; nothing happens when that was done already.
    func rollback() async {
        await reactor.release(lease)
    }

    private func takeBuffer() -> [Query] {
        buffer.withLock { queries in
            defer { queries = [] }
            return queries
        }
    }
}
