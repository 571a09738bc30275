import ArgumentParser
import Kernel

/// `collectif migrate`
struct Migrate<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "migrate", abstract: "Bring the database to this build, as the owner role.")
    }

    @Flag(help: "Show what would be applied and change nothing.") var dryRun = false
    @Flag(help: "Show every migration with its state.") var status = false

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
                say(applied.isEmpty ? "The database is up to date." : "\(applied.count) migrations applied.")
            }
            await pool.close()
        }
    }
}
