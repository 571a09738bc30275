public import Kernel
@_spi(TrustedSQL) import Postgres

/// One migration with its owner, and what the database says of it.
public struct MigrationStep: Sendable {
    public enum State: Sendable, Equatable {
        case applied
        case pending
        /// Applied, but the file changed since.
        case changed
        /// In the database, unknown to this build.
        case unknown
    }

    public let module: String
    public let name: String
    public let state: State
}

/// Applies migrations as the owner role, under a lock, one transaction each (R5).
public struct Migrator: Sendable {
    /// Migrations in order: the kernel's, then each module's in dependency order.
    private let migrations: [(module: String, migration: Migration)]

    public init(kernel: [Migration], registry: ModuleRegistry) {
        migrations =
            kernel.map { ("kernel", $0) }
            + registry.modules.flatMap { module in module.contributions.migrations.map { (module.manifest.id, $0) } }
    }

    /// Compares what the build expects with what the database has, in both directions. Pure.
    static func compare(
        expected: [(module: String, migration: Migration)], applied: [(module: String, name: String, checksum: String)]
    ) -> [MigrationStep] {
        let known = Dictionary(applied.map { ("\($0.module)/\($0.name)", $0.checksum) }, uniquingKeysWith: { first, _ in first })
        var steps = expected.map { module, migration in
            let checksum = known["\(module)/\(migration.name)"]
            let isSame = checksum == Self.checksum(migration) || checksum.map { Self.alike.contains("\(migration.name) \($0)") } ?? false
            let state: MigrationStep.State = checksum == nil ? .pending : isSame ? .applied : .changed
            return MigrationStep(module: module, name: migration.name, state: state)
        }
        let names = Set(expected.map { "\($0.module)/\($0.migration.name)" })
        steps += applied.filter { !names.contains("\($0.module)/\($0.name)") }
            .map { MigrationStep(module: $0.module, name: $0.name, state: .unknown) }
        return steps
    }

    /// Other texts under which a migration landed for a while, by name and digest: a later migration makes the same of each. What wrote a
    /// stay for a recognised person there is 20261128155200 everywhere.
    private static let alike: Set<String> = [
        "20261128130000_invitations 1208f38dc2238f2c4b6b8760a3072959f9cf5e50dc3a6aab442d03ea0dbedcb8"
    ]

    static func checksum(_ migration: Migration) -> String { Digest.hex(Digest.sha256(Array(migration.sql.utf8))) }

    /// What is applied, pending, changed or unknown. Works with the server's role too.
    public func status(_ pool: PostgresPool) async throws -> [MigrationStep] {
        let exists = try await pool.pipeline([Query("select to_regclass('kernel.schema_migration') is not null")])[0]
        guard try exists[0][0] as Bool else { return Self.compare(expected: migrations, applied: []) }
        let rows = try await pool.pipeline([Query("select module, name, checksum from kernel.schema_migration order by applied_at, name")])[
            0]
        return Self.compare(expected: migrations, applied: try rows.map { (try $0[0], try $0[1], try $0[2]) })
    }

    /// Sentences for the operator when the database and the build do not agree; empty when they do.
    public static func faults(_ steps: [MigrationStep]) -> [String] {
        steps.compactMap { step in
            switch step.state {
            case .applied: nil
            case .pending: "\(step.module)/\(step.name) is not applied: run `collectif migrate`."
            case .changed: "\(step.module)/\(step.name) was changed after it was applied: restore the file, add a new migration."
            case .unknown: "\(step.module)/\(step.name) is in the database and unknown here: the database is newer than this build."
            }
        }
    }

    /// Applies what is pending and returns it; refuses when something changed or is unknown. The pool must hold one connection.
    public func apply(_ pool: PostgresPool) async throws -> [MigrationStep] {
        _ = try await pool.pipeline([Query("select pg_advisory_lock(hashtext('collectif.migrate'))")])
        let steps = try await status(pool)
        let blocking = Self.faults(steps.filter { $0.state == .changed || $0.state == .unknown })
        guard blocking.isEmpty else { throw ModuleSetupError(blocking) }
        let pending = Set(steps.filter { $0.state == .pending }.map { "\($0.module)/\($0.name)" })
        for (module, migration) in migrations where pending.contains("\(module)/\(migration.name)") {
            try await apply(module, migration, pool)
        }
        return steps.filter { $0.state == .pending }
    }

    /// The file and its line in the list commit together or not at all.
    private func apply(_ module: String, _ migration: Migration, _ pool: PostgresPool) async throws {
        let line = """
            insert into kernel.schema_migration (module, name, checksum, duration_ms) values
            ('\(module)', '\(migration.name)', '\(Self.checksum(migration))', extract(epoch from clock_timestamp() - now()) * 1000)
            """
        guard (module + migration.name).utf8.allSatisfy({ $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) }) else {
            throw ModuleSetupError(["\(module)/\(migration.name): a name is made of lower-case letters, digits and underscores."])
        }
        do {
            try await pool.simple(SQL(trusted: "begin;\n\(migration.sql)\n;\n\(line);\ncommit"))
        } catch {
            try? await pool.simple("rollback")
            throw ModuleSetupError(["\(module)/\(migration.name) failed and was rolled back: \(error.unsafeServerMessage ?? "\(error)")"])
        }
    }
}
