import ArgumentParser
import Kernel

/// `collectif migrate`
struct Migrate<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "migrate", abstract: "Bring the database to this build, as the owner role.")
    }

    @Flag(help: "Show what would be applied and change nothing.") var dryRun = false
    @Flag(help: "Show every migration with its state.") var status = false

    @Flag(help: "Take the secret of this process for the installation's from now on: second factors made with another one open no more.")
    var acceptSecret = false

    func run() async throws {
        let platform = try CommandHouse<H>.platform()
        try await CommandHouse<H>.explained {
            let pool = try platform.ownerPool()
            if status || dryRun {
                let steps = try await platform.migrator.status(pool)
                for step in steps where status || step.state != .applied { say("\(step.state)\t\(step.module)/\(step.name)") }
            } else {
                // The lock of the migrations belongs to a session.
                guard try await !platform.isPooled("COLLECTIF_OWNER_DATABASE_URL") else {
                    throw ModuleSetupError([
                        "COLLECTIF_OWNER_DATABASE_URL leads to a connection pooler: migrations need PostgreSQL's own address."
                    ])
                }
                let applied = try await platform.migrator.apply(pool)
                for remark in try await platform.completeRoles(owner: pool) { say(remark) }
                try await platform.syncPermissions(pool)
                // The right to the seal of contexts may have been given since.
                try await pool.run(Query("select kernel.admin_bind_context()"))
                // A server may start before the first worker does: links of mails need an address from then on.
                if let url = platform.environment.values["COLLECTIF_URL"], !url.isEmpty {
                    try await pool.run(Query("select kernel.set_public_address($1)", .text(url)))
                }
                if !(platform.environment.values["COLLECTIF_SECRET"] ?? "").isEmpty {
                    let mark = try platform.environment.secretMark()
                    let noted: SQL =
                        acceptSecret
                        ? "insert into kernel.secret_mark (mark) values ($1) on conflict (only_one) do update set mark = excluded.mark"
                        : "insert into kernel.secret_mark (mark) values ($1) on conflict (only_one) do nothing"
                    try await pool.run(Query(noted, .bytes(mark)))
                }
                for fault in try await StateChecks.faults(platform.registry.catalog, pool) + TableChecks.faults(platform.registry, pool) {
                    say("FAULT  \(fault)")
                }
                say(applied.isEmpty ? "The database is up to date." : "\(applied.count) migrations applied.")
            }
            await pool.close()
        }
    }
}
