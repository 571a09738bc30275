import ArgumentParser
import Kernel

/// `collectif audit verify`
struct Audit<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "audit", abstract: "The audit trail.", subcommands: [Verify.self])
    }

    struct Verify: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "verify", abstract: "Recompute every chain of the audit trail.")
        }

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained { try await LedgerCheck.run(platform, .audit, say: { say($0) }) }
        }
    }
}

/// `collectif evidence verify`
struct Evidence<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "evidence", abstract: "The evidence ledger.", subcommands: [Verify.self])
    }

    struct Verify: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "verify", abstract: "Recompute every chain of the evidence ledger.")
        }

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained { try await LedgerCheck.run(platform, .evidence, say: { say($0) }) }
        }
    }
}
