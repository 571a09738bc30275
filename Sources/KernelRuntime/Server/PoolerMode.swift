import Kernel

/// `COLLECTIF_POOLER`: what stands between the server and PostgreSQL, in the operator's words.
enum PoolerMode: String, CaseIterable {
    /// Nothing: the addresses are PostgreSQL's own.
    case none
    /// A pooler that hands a connection out for one transaction: statements travel without names.
    case transaction
    /// A pooler that keeps prepared statements (PgBouncer 1.21 with `max_prepared_statements`), or that pools sessions.
    case prepared

    init(_ environment: PlatformEnvironment) throws(ModuleSetupError) {
        let word = environment.values["COLLECTIF_POOLER"] ?? ""
        guard let mode = PoolerMode(rawValue: word.isEmpty ? "none" : word) else {
            throw ModuleSetupError([
                "COLLECTIF_POOLER is « \(word) »: leave it empty, or write transaction or prepared (docs/operator/poolers.md)."
            ])
        }
        self = mode
    }

    /// Why this mode cannot serve what was found, in one sentence.
    func fault(behind found: Pooler, _ variable: String) -> String? {
        switch (self, found) {
        case (_, .none), (.transaction, _), (.prepared, .keepsStatements): nil
        case (.none, _):
            "\(variable) leads to a connection pooler, not to PostgreSQL: set COLLECTIF_POOLER=transaction, or give PostgreSQL's own address."
        case (.prepared, .losesStatements):
            "The pooler of \(variable) loses prepared statements, so COLLECTIF_POOLER=prepared cannot work: set COLLECTIF_POOLER=transaction."
        }
    }
}

extension Platform {
    /// Refuses to start behind a pooler that this build cannot serve as it is set, and with roles that lack their settings: with one
    /// sentence, the first.
    func examineDatabase(_ pools: [(variable: String, role: RoleSettings, pool: PostgresPool)]) async throws {
        for (variable, role, pool) in pools {
            // The pool waits a little for a database that is still starting; the look at the pooler does not.
            do throws(PostgresError) {
                try await pool.run(Query("select"))
            } catch {
                if error.kind != .server { throw error }
            }
            if let fault = try await poolerFault(variable) { throw ModuleSetupError([fault]) }
            if let fault = try await role.fault(pool) { throw ModuleSetupError([fault]) }
            if let fault = try await secretFault(pool) { throw ModuleSetupError([fault]) }
        }
    }

    /// Another secret than the installation's serves, but opens no second factor: it is found before anybody stands before the door.
    func secretFault(_ pool: PostgresPool) async throws -> String? {
        let mark = try environment.secretMark()
        do throws(PostgresError) {
            let isOwn: Bool = try await pool.run(Query("select kernel.is_own_secret($1)", .bytes(mark))).first?[0] ?? true
            return isOwn
                ? nil
                : "COLLECTIF_SECRET is not the one that this installation was set up with: restore it, or run « collectif migrate --accept-secret »."
        } catch {
            // Before its migration the database cannot say; that it is behind is told next.
            if error.kind == .server { return nil }
            throw error
        }
    }

    /// What is wrong with the pooler behind an address, if there is one.
    func poolerFault(_ variable: String) async throws -> String? {
        try PoolerMode(environment).fault(behind: await pooler(variable), variable)
    }

    private func pooler(_ variable: String) async throws -> Pooler {
        try await PostgresConfiguration(url: environment.required(variable), applicationName: "collectif-start").pooler()
    }

    /// True when something between this program and PostgreSQL shares connections out.
    func isPooled(_ variable: String) async throws -> Bool { try await pooler(variable) != .none }

    /// Gives the three roles the settings that an installation made before them lacks; says what is left to do.
    func completeRoles(owner: PostgresPool) async throws -> [String] {
        _ = try await RoleSettings.owner.complete(owner)
        var left: [String] = []
        for (variable, role, open) in [
            ("COLLECTIF_DATABASE_URL", RoleSettings.server, { try serverPool(size: 1) }),
            ("COLLECTIF_WORKER_DATABASE_URL", .worker, { try workerPool() }),
        ] {
            guard !(environment.values[variable] ?? "").isEmpty else {
                left.append("\(variable) is not set here: the settings of its role were not looked at.")
                continue
            }
            let pool = try open()
            do {
                _ = try await role.complete(pool)
                await pool.close()
            } catch {
                await pool.close()
                throw error
            }
        }
        return left
    }
}
