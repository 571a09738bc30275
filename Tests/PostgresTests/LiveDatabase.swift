import Foundation
import Logging
import Testing

@_spi(TrustedSQL) @testable import Postgres

/// The server that the live tests use.
enum LiveDatabase {
    static let url = ProcessInfo.processInfo.environment["COLLECTIF_TEST_DATABASE_URL"]

    /// A pool of its own for one test, closed afterwards.
    ///
    /// The superuser of the tests has no settings of its own: those of the application's roles travel in the address.
    static func withPool<T>(
        size: Int = 4, name: String = "collectif-tests", settings: String = "",
        configure change: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresPool) async throws -> T
    ) async throws -> T {
        var configuration = try PostgresConfiguration(url: try address(settings), applicationName: name)
        configuration.poolSize = size
        change(&configuration)
        let pool = PostgresPool(configuration, logger: Logger(label: "postgres-tests") { _ in SwiftLogNoOpLogHandler() })
        pool.start()
        let result: T
        do {
            result = try await body(pool)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
        return result
    }

    /// The address with settings of the session, each `-c name=value`.
    static func address(_ settings: String = "") throws -> String {
        let all = "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c lock_timeout=2s \(settings)"
        let options = all.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let url = try #require(url)
        return url + (url.contains("?") ? "&" : "?") + "options=" + options
    }

    /// A table of its own for one test, dropped afterwards.
    static func withTable<T>(_ pool: PostgresPool, _ columns: SQL, _ body: (SQL) async throws -> T) async throws -> T {
        let name = try SQL.identifier("test_" + Identifier.make().description.replacingOccurrences(of: "-", with: "_"))
        try await pool.simple("create table " + name + " (" + columns + ")")
        let result: T
        do {
            result = try await body(name)
        } catch {
            try? await pool.simple("drop table " + name)
            throw error
        }
        try await pool.simple("drop table " + name)
        return result
    }

    /// Waits until the pool has reached a state, at most ten seconds: the machine may be busy with something else.
    static func until(_ pool: PostgresPool, _ condition: (PoolStatistics) -> Bool, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        for _ in 0..<1000 where !condition(pool.statistics) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(condition(pool.statistics), sourceLocation: sourceLocation)
    }

    /// Runs the body, which must fail, and returns its error.
    static func failure(_ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async throws -> PostgresError {
        do {
            try await body()
        } catch let error as PostgresError {
            return error
        }
        Issue.record("an error was expected", sourceLocation: sourceLocation)
        throw PostgresError(kind: .decoding)
    }
}

@Test("The live tests have a server")
func liveServerIsConfigured() {
    #expect(
        LiveDatabase.url != nil,
        "COLLECTIF_TEST_DATABASE_URL is missing: run the tests through infra/test, which starts a PostgreSQL server for them.")
}
