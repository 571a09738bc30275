import ArgumentParser
import Foundation
import Kernel

/// `collectif demo load`
struct Demo<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "demo", abstract: "Demonstration data.", subcommands: [Load.self])
    }

    struct Load: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "load", abstract: "Load the demonstration federation; loading it twice changes nothing.")
        }

        @Option(help: "Day on which the demonstration is played, 2026-01-05; today unless said otherwise.") var today: String?
        @Option(help: "Also make MSPs without story until there are this many.") var msps: Int?
        @Option(help: "Write the demonstration accounts to this file, readable by its owner alone.") var accountsFile: String?

        func run() async throws {
            let day = today.flatMap { CivilDate($0) }
            if let today, day == nil { throw ValidationError("« \(today) » is not a day: write it as 2026-01-05.") }
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained {
                let accounts = try await DemoLoader(platform: platform).load(msps: msps, today: day)
                if let accountsFile {
                    guard
                        FileManager.default.createFile(
                            atPath: accountsFile, contents: Data((accounts.text + "\n").utf8), attributes: [.posixPermissions: 0o600])
                    else { throw CommandFailure("The file \(accountsFile) cannot be written.") }
                }
                say("The demonstration is loaded.")
            }
        }
    }
}
