import ArgumentParser
import Kernel

/// `collectif audit verify`
struct Audit<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "audit", abstract: "The audit trail.", subcommands: [Verify.self, TouchedCommand.self])
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

extension Audit {
    /// `collectif audit touched`
    struct TouchedCommand: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "touched",
                abstract: "What an address, a session or a token did, read or was refused, over the whole platform.")
        }

        @Option(help: "Address of the network.") var address: String?
        @Option(help: "Id of a session or of a personal token.") var credential: String?
        @Option(help: "Days to look back.") var days = 30

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained {
                try await Origins.tell(platform, address: address, credential: credential, days: days, say: { say($0) })
            }
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
