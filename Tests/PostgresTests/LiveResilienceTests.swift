import Logging
import Testing

@testable import Postgres

@Suite("Limits, cancellation and lost connections on a server", .enabled(if: LiveDatabase.url != nil), .timeLimit(.minutes(1)))
struct LiveResilienceTests {
    @Test("A statement ends at its time limit")
    func statementTimeout() async throws {
        try await LiveDatabase.withPool(size: 1, settings: "-c statement_timeout=200") { pool in
            let error = try await LiveDatabase.failure { _ = try await pool.run(Query("select pg_sleep(10)")) }
            #expect(error.kind == .server && error.sqlState == .queryCanceled)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
        }
    }

    @Test("A cancelled caller stops the statement on the server, and the connection is used again")
    func cancelRunning() async throws {
        try await LiveDatabase.withPool(size: 1, settings: "-c statement_timeout=30s") { pool in
            let clock = ContinuousClock()
            for _ in 0..<20 {
                let task = Task { try await pool.pipeline([Query("begin"), Query("select pg_sleep(20)"), Query("commit")]) }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...30)))
                let start = clock.now
                task.cancel()
                #expect(try await LiveDatabase.failure { _ = try await task.value }.kind == .cancelled)
                #expect(start.duration(to: clock.now) < .seconds(3))
                #expect(try await pool.run(Query("select 1")).scalar() == 1)
            }
            #expect(pool.statistics.opened == 1)
            #expect(pool.statistics.lost == 0)
        }
    }

    @Test("Cancelled callers leave the queue at once; a task cancelled before its call asks for nothing")
    func cancelWaiting() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let holder = Task { try await pool.run(Query("select pg_sleep(2)")) }
            try await LiveDatabase.until(pool) { $0.busy == 1 }
            let waiters = (0..<50).map { _ in Task { try await pool.run(Query("select 1")) } }
            try await LiveDatabase.until(pool) { $0.waiting == 50 }
            for waiter in waiters { waiter.cancel() }
            for waiter in waiters { #expect(try await LiveDatabase.failure { _ = try await waiter.value }.kind == .cancelled) }
            #expect(pool.statistics.busy == 1)
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await pool.run(Query("select 1"))
            }
            #expect(try await LiveDatabase.failure { try await early.value }.kind == .cancelled)
            _ = try await holder.value
        }
    }

    @Test("A transaction of a cancelled task is rolled back, and a cancelled body does not commit")
    func cancelTransaction() async throws {
        try await LiveDatabase.withPool(size: 2) { pool in
            try await LiveDatabase.withTable(pool, "id int") { table in
                let running = Task {
                    try await pool.transaction(opening: [Query("begin"), Query("insert into " + table + " values (1)")]) { transaction, _ in
                        _ = try await transaction.run(Query("select pg_sleep(4)"))
                    }
                }
                let idle = Task {
                    try await pool.transaction(opening: [Query("begin"), Query("insert into " + table + " values (1)")]) { _, _ in
                        try? await Task.sleep(for: .seconds(4))
                    }
                }
                try await LiveDatabase.until(pool) { $0.busy == 2 }
                running.cancel()
                idle.cancel()
                #expect(try await LiveDatabase.failure { try await running.value }.kind == .cancelled)
                #expect(try await LiveDatabase.failure { try await idle.value }.kind == .cancelled)
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
                #expect(pool.statistics.lost == 0)
            }
        }
    }

    @Test("Idle connections that the server ends are replaced and no caller notices")
    func terminatedWhileIdle() async throws {
        let name = "test-\(Identifier.make())"
        try await LiveDatabase.withPool(size: 4, name: name) { pool in
            for _ in 0..<3 {
                repeat {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 { group.addTask { _ = try await pool.run(Query("select pg_sleep(0.1)")) } }
                        try await group.waitForAll()
                    }
                } while pool.statistics.idle < 4
                try await LiveDatabase.withPool(size: 1) { other in
                    let end = Query(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1", .text(name))
                    #expect(try await other.run(end).scalar() == 4)
                    let rest = Query("select count(*) from pg_stat_activity where application_name = $1", .text(name))
                    while try await other.run(rest).scalar() != 0 {}
                }
                for _ in 0..<20 { #expect(try await pool.run(Query("select 1")).scalar() == 1) }
            }
            #expect(pool.statistics.lost == 12)
        }
    }

    @Test("A connection lost in the middle is an error of its caller, not repeated, and the pool goes on")
    func terminatedWhileBusy() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            for _ in 0..<3 {
                let error = try await LiveDatabase.failure {
                    _ = try await pool.run(Query("select pg_terminate_backend(pg_backend_pid()), pg_sleep(1)"))
                }
                #expect(error.kind == .connection && error.sqlState == .adminShutdown)
                #expect(try await pool.run(Query("select 1")).scalar() == 1)
            }
            let inside = try await LiveDatabase.failure {
                try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                    _ = try? await transaction.run(Query("select pg_terminate_backend(pg_backend_pid())"))
                    _ = try await transaction.run(Query("select 1"))
                }
            }
            #expect(inside.kind == .connection)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
            #expect(pool.statistics.lost == 4)
        }
    }

    @Test("Two hundred callers share four connections")
    func manyCallers() async throws {
        try await LiveDatabase.withPool(size: 4, configure: { $0.acquireTimeout = .seconds(30) }) { pool async throws in
            try await withThrowingTaskGroup(of: Int.self) { group async throws in
                for caller in 0..<200 {
                    group.addTask {
                        var sum = 0
                        for step in 0..<20 {
                            let results = try await pool.pipeline([
                                Query("begin"), Query("select $1::int", .int(caller * 100 + step)), Query("commit"),
                            ])
                            let value: Int = try results[1].scalar()
                            #expect(value == caller * 100 + step)
                            sum += 1
                        }
                        return sum
                    }
                }
                #expect(try await group.reduce(0, +) == 4000)
            }
            #expect(pool.statistics.opened == 4)
        }
    }

    @Test("A caller who finds no connection in time is told so")
    func acquireTimeout() async throws {
        try await LiveDatabase.withPool(size: 1, configure: { $0.acquireTimeout = .seconds(1) }) { pool in
            let holder = Task { try await pool.run(Query("select pg_sleep(4)")) }
            try await LiveDatabase.until(pool) { $0.busy == 1 }
            #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1")) }.kind == .poolTimeout)
            #expect(pool.statistics.timeouts == 1)
            holder.cancel()
            _ = try await LiveDatabase.failure { _ = try await holder.value }
        }
    }

    @Test("A closed pool has let the work under way end, and refuses new work")
    func close() async throws {
        let pool = try await LiveDatabase.withPool(size: 2) { pool in
            let slow = Task { try await pool.run(Query("select pg_sleep(0.4)")) }
            try await LiveDatabase.until(pool) { $0.busy == 1 }
            await pool.close()
            _ = try await slow.value
            return pool
        }
        #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1")) }.kind == .shutdown)
        await pool.close()
    }

    @Test("Work that does not end is broken off when the time for closing is over")
    func closeBreaksOff() async throws {
        try await LiveDatabase.withPool(size: 1, configure: { $0.closeTimeout = .milliseconds(200) }) { pool in
            let slow = Task { try await pool.run(Query("select pg_sleep(4)")) }
            try await LiveDatabase.until(pool) { $0.busy == 1 }
            await pool.close()
            #expect(try await LiveDatabase.failure { _ = try await slow.value }.kind == .shutdown)
        }
    }

    @Test("A database that cannot be reached is a connection error after the time limit, not before a few attempts")
    func unreachable() async throws {
        var configuration = try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none")
        configuration.acquireTimeout = .milliseconds(500)
        let pool = PostgresPool(configuration, logger: .init(label: "none") { _ in SwiftLogNoOpLogHandler() })
        #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1")) }.kind == .configuration)
        pool.start()
        #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1")) }.kind == .connection)
        await pool.close()
    }
}
