import Foundation
import Kernel
import KernelRuntime
import Logging
@_spi(TrustedSQL) import Postgres

/// The PostgreSQL of the tests, as its superuser sees it.
struct TestCluster {
    private let url: URLComponents

    init() throws(ModuleSetupError) {
        guard let text = ProcessInfo.processInfo.environment["COLLECTIF_TEST_DATABASE_URL"], let url = URLComponents(string: text) else {
            throw ModuleSetupError([
                "COLLECTIF_TEST_DATABASE_URL is missing: run the tests through infra/test, or give the address of a superuser of a cluster"
                    + " that nobody else needs."
            ])
        }
        self.url = url
    }

    /// The address of one database. A role is taken by the session: its own settings come with a log-in alone, so they travel along.
    func address(of database: String, as role: String? = nil) throws(ModuleSetupError) -> String {
        var url = url
        url.path = "/\(database)"
        let settings = ["TimeZone=UTC", "DateStyle=ISO", "IntervalStyle=iso_8601"] + (role.map { ["role=\($0)"] } ?? [])
        // An equals sign within a value is no end of its name only when it is written as %3D.
        let options = settings.map { "-c \($0)" }.joined(separator: " ").addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        url.percentEncodedQueryItems =
            (url.percentEncodedQueryItems ?? []).filter { $0.name != "options" } + [URLQueryItem(name: "options", value: options)]
        guard let text = url.string else { throw ModuleSetupError(["The address of the test database cannot be completed."]) }
        return text
    }

    /// A pool of one connection, closed afterwards.
    func withPool<T>(_ database: String, _ body: (PostgresPool) async throws -> T) async throws -> T {
        var configuration = try PostgresConfiguration(url: address(of: database), applicationName: "collectif-kit")
        configuration.poolSize = 1
        configuration.answerTimeout = .seconds(120)
        let pool = PostgresPool(configuration, logger: Logger(label: "kit") { _ in SwiftLogNoOpLogHandler() })
        pool.start()
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Makes an empty database with its roles. Two at once would alter the same roles: the lock is that of the Python suites.
    func create(_ name: String) async throws {
        try await withPool("postgres") { pool in
            try await pool.simple("select pg_advisory_lock(20261)")
            let done = try psql(["-v", "database=\(name)", "-f", Self.roles])
            try await pool.simple("select pg_advisory_unlock(20261)")
            guard done.isEmpty else { throw ModuleSetupError(["infra/roles.sql failed: \(done)"]) }
        }
    }

    func drop(_ name: String) async throws {
        let name = try SQL.identifier(name)
        try await withPool("postgres") { try await $0.simple("drop database if exists " + name + " with (force)") }
    }

    /// Beside the sources of this target, wherever the package was checked out.
    private static var roles: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../infra/roles.sql").standardized.path
    }

    /// What it wrote on standard error when it failed; empty otherwise. The password travels in the environment.
    private func psql(_ arguments: [String]) throws -> String {
        var place = URLComponents(string: try address(of: "postgres")) ?? url
        let password = place.password
        place.password = nil
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "-X", "-q", "-d", place.string ?? ""] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PGPASSWORD": password ?? "", "PGOPTIONS": "-c client_min_messages=warning"]) { $1 }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : String(decoding: said, as: UTF8.self) + "status \(process.terminationStatus)"
    }
}
