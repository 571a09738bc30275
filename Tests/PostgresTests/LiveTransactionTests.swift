import Testing

@testable import Postgres

@Suite("Transactions on a server", .enabled(if: LiveDatabase.url != nil))
struct LiveTransactionTests {
    @Test("Opening, steps and buffered statements are one transaction, acknowledged when the call returns")
    func steps() async throws {
        try await LiveDatabase.withPool { pool in
            try await LiveDatabase.withTable(pool, "id int primary key") { table in
                let seen = try await pool.transaction(opening: [Query("begin"), Query("insert into " + table + " values (1) returning id")])
                {
                    transaction, opened in
                    #expect(try opened[1].scalar() == 1)
                    transaction.enqueue(Query("insert into " + table + " values (2)"))
                    let results = try await transaction.run(Query("select count(*) from " + table), Query("select 7"))
                    #expect(results.count == 2)
                    #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
                    transaction.enqueue(Query("insert into " + table + " values (3)"))
                    return try results[0].scalar(as: Int.self)
                }
                #expect(seen == 2)
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 3)
            }
        }
    }

    struct Refusal: Error {}

    @Test("When the body throws, nothing remains, and its own error arrives")
    func bodyThrows() async throws {
        try await LiveDatabase.withPool(size: 1) { pool async throws in
            try await LiveDatabase.withTable(pool, "id int primary key") { table async throws in
                await #expect(throws: Refusal.self) {
                    try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                        _ = try await transaction.run(Query("insert into " + table + " values (1)"))
                        throw Refusal()
                    }
                }
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
            }
        }
    }

    @Test("A buffered statement that fails makes the transaction fail")
    func bufferedFailure() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            try await LiveDatabase.withTable(pool, "id int primary key deferrable initially deferred") { table in
                let early = try await LiveDatabase.failure {
                    try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                        transaction.enqueue(Query("insert into " + table + " values (null)"))
                    }
                }
                #expect(early.sqlState == .notNullViolation)
                let late = try await LiveDatabase.failure {
                    try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                        transaction.enqueue(Query("insert into " + table + " values (1), (1)"))
                    }
                }
                #expect(late.sqlState == .uniqueViolation)
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
            }
        }
    }

    @Test("An opening that fails, or has no begin, gives the connection back")
    func opening() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let failed = try await LiveDatabase.failure {
                try await pool.transaction(opening: [Query("begin"), Query("select 1/0")]) { _, _ in _ = Issue.record("the body ran") }
            }
            #expect(failed.sqlState?.rawValue == "22012")
            let missing = try await LiveDatabase.failure {
                try await pool.transaction(opening: [Query("select 1")]) { _, _ in _ = Issue.record("the body ran") }
            }
            #expect(missing.kind == .configuration)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
        }
    }

    @Test("Steps of one transaction from several tasks run one after the other")
    func concurrentSteps() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let sum = try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 1...50 {
                        group.addTask { try await transaction.run(Query("select $1::int", .int(number)))[0].scalar() }
                    }
                    return try await group.reduce(0, +)
                }
            }
            #expect(sum == 1275)
        }
    }

    @Test("A transaction kept beyond its body answers with an error")
    func escaped() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let kept = try await pool.transaction(opening: [Query("begin")]) { transaction, _ in transaction }
            #expect(try await LiveDatabase.failure { _ = try await kept.run(Query("select 1")) }.kind == .connection)
        }
    }

    @Test("A savepoint lets the transaction go on after an error")
    func savepoint() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            try await LiveDatabase.withTable(pool, "id int primary key") { table in
                try await pool.transaction(opening: [
                    Query("begin"), Query("insert into " + table + " values (1)"), Query("savepoint here"),
                ]) {
                    transaction, _ in
                    #expect((try? await transaction.run(Query("insert into " + table + " values (1)"))) == nil)
                    _ = try await transaction.run(Query("rollback to savepoint here"), Query("insert into " + table + " values (2)"))
                }
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 2)
            }
        }
    }

    @Test("A transaction left idle for too long is ended by the server; its caller learns it, the pool goes on")
    func idleTooLong() async throws {
        try await LiveDatabase.withPool(size: 1, settings: "-c idle_in_transaction_session_timeout=200") { pool in
            let error = try await LiveDatabase.failure {
                try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                    try await Task.sleep(for: .milliseconds(500))
                    _ = try await transaction.run(Query("select 1"))
                }
            }
            #expect(error.kind == .connection)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
        }
    }
}
