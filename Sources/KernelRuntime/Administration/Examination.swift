import Kernel

/// What `collectif doctor` looks at; each line says what is wrong and what mends it.
public struct Examination: Sendable {
    let platform: Platform

    public init(platform: Platform) { self.platform = platform }

    /// Lowest PostgreSQL release without the known row-security faults (DB-16).
    private static let minimumServer = 150_004

    /// Tells each finding and returns the number of faults.
    public func run(say: (String) -> Void) async throws -> Int {
        var faults = 0
        func report(_ name: String, _ fault: String?) {
            say(fault.map { "FAULT  \(name): \($0)" } ?? "ok     \(name)")
            if fault != nil { faults += 1 }
        }
        report("secret", Self.fault { _ = try platform.environment.secret() })
        report("printing", Self.missing("weasyprint"))
        report("settings", settingsFault())
        if let fault = Self.missing("msmtp") { report("mail", fault) } else { report("mail", await mailFault()) }
        report("uploads", spoolFault())
        for (name, fault) in await filesFaults() { report(name, fault) }
        if let note = filesNote() { say("note   files: \(note)") }
        if let backup = BackupStatus(platform.environment.values) { report("backup", backup.fault(at: .now)) }
        let pool = try platform.serverPool(size: 1)
        do {
            report("database", try await databaseFault(pool))
            report("migrations", Migrator.faults(try await platform.migrator.status(pool)).first)
            report("states of records", try await StateChecks.faults(platform.registry.catalog, pool).first)
            let apart = try await TableChecks.faults(platform.registry, pool)
            for fault in apart { report("tables of records", fault) }
            if apart.isEmpty { report("tables of records", nil) }
            report("role", try await roleFault(pool))
            if let note = try await sealNote(pool) { say("note   context: \(note)") }
            report("pooler", try await platform.poolerFault("COLLECTIF_DATABASE_URL"))
            report("role settings", try await RoleSettings.server.fault(pool))
            report("secret of the installation", try await platform.secretFault(pool))
            report("clock", try await clockFault(pool))
            report("connections", try await connectionsFault(pool))
            if let replica = try platform.replicaPool(size: 1) {
                report("replica", await replicaFault(replica, primary: pool))
                await replica.close()
            }
            let late = try await queueFaults(pool)
            for fault in late { report("queue", fault) }
            if late.isEmpty { report("queue", nil) }
            report("ledgers", try await pool.run(LedgerAhead.query).compactMap { try LedgerAhead($0).fault }.first)
            report(
                "worker", await roleAddressFault("COLLECTIF_WORKER_DATABASE_URL", "collectif_worker") { try platform.workerPool() })
            if !(platform.environment.values["COLLECTIF_OWNER_DATABASE_URL"] ?? "").isEmpty {
                report("owner", await roleAddressFault("COLLECTIF_OWNER_DATABASE_URL", "collectif_owner") { try platform.ownerPool() })
                report("seats", await seatsFault())
            }
            for check in platform.registry.modules.flatMap(\.contributions.healthChecks) { report(check.name, await check.check(pool)) }
        } catch let error as PostgresError {
            report("database", error.description)
        }
        await pool.close()
        return faults
    }

    private func databaseFault(_ pool: PostgresPool) async throws -> String? {
        let row = try await pool.pipeline([Query("select current_setting('server_version_num')::int, current_setting('fsync')")])[0][0]
        let version: Int = try row[0]
        if version < Self.minimumServer { return "PostgreSQL is too old: 15.4 or later is needed." }
        return try row[1] as String == "on" ? nil : "fsync is off: a power cut may lose acknowledged writes."
    }

    /// What the door reads is derived: here it is compared with what it comes from.
    private func seatsFault() async -> String? {
        guard let pool = try? platform.ownerPool() else { return "the owner's address cannot be read." }
        let differing = try? await pool.run(
            Query(
                """
                select count(*) from ((select * from kernel.seat_due except select * from kernel.seat)
                    union all (select * from kernel.seat except select * from kernel.seat_due)) x
                """)
        ).scalar(as: Int.self)
        await pool.close()
        switch differing {
        case 0: return nil
        case nil: return "the seats could not be compared with the memberships."
        default: return "what the door reads differs from the memberships: run « select kernel.refresh_rights(null) » as the owner."
        }
    }

    private func roleFault(_ pool: PostgresPool) async throws -> String? {
        let row = try await pool.pipeline([
            Query("select rolsuper or rolbypassrls or rolcreaterole, rolname from pg_roles where rolname = current_user")
        ])[0][0]
        return try row[0] as Bool ? "the server's role \(try row[1] as String) is too powerful: use collectif_server." : nil
    }

    /// A hosted PostgreSQL may refuse that right: said, and no fault.
    private func sealNote(_ pool: PostgresPool) async throws -> String? {
        let row = try await pool.pipeline([
            Query(
                """
                select has_parameter_privilege(nspowner, 'backtrace_functions', 'set') from pg_namespace where nspname = 'kernel'
                """)
        ])[0][0]
        return try row[0] as Bool
            ? nil
            : "contexts are bound to the start of their transaction alone: run infra/roles.sql as a superuser, then `collectif migrate`."
    }

    private static func fault(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    private static func missing(_ program: String) -> String? {
        ProgramSearch.exists(program) ? nil : "the program \(program) is not installed."
    }
}
