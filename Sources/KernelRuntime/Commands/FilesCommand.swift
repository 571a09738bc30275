import ArgumentParser
import Kernel

/// `collectif files …`
struct FilesCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "files", abstract: "Files whose bytes stand in a folder or in object storage: move them, look at them.",
            subcommands: [Move.self, Verify.self])
    }

    struct Move: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "move",
                abstract: "Bring every file to one place, each compared with its digest where it arrives; cut off, it goes on.")
        }
        @Option(help: "folder, rclone or database: the first place of COLLECTIF_FILES.") var to: String
        @Option(help: "One MSP alone, by its address.") var msp: String?

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            try await CommandHouse<H>.explained {
                try await FileCare.run(platform) { try await $0.move(to: to, msp: msp, say: { say($0) }) }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "verify", abstract: "Compare every file with its digest, and find what nothing knows.")
        }
        @Option(help: "One MSP alone, by its address.") var msp: String?
        @Flag(help: "Take away what lies in the store though nothing knows it.") var removeStrangers = false

        func run() async throws {
            let platform = try CommandHouse<H>.platform()
            let faults = try await CommandHouse<H>.explained {
                try await FileCare.run(platform) {
                    try await $0.verify(msp: msp, removingStrangers: removeStrangers, say: { say($0) })
                }
            }
            if faults > 0 { throw ExitCode(1) }
        }
    }
}
