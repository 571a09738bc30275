import ArgumentParser
import Kernel

/// `collectif msp …`
struct MspCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "msp", abstract: "One MSP leaves this installation or enters it, with counts, digests and chains proven.",
            subcommands: [Export.self, Import.self, Remove.self, Close.self, Open.self])
    }

    /// Runs one act of the transfer and tells it.
    static func transfer(_ act: (MspTransfer) async throws -> Void) async throws {
        let platform = try CommandHouse<H>.platform()
        try await CommandHouse<H>.explained { try await act(MspTransfer(platform: platform)) }
    }

    struct Export: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "export", abstract: "Write one MSP into a new folder, from one snapshot.")
        }
        @Argument(help: "Its address.") var slug: String
        @Argument(help: "A folder that does not exist yet.") var folder: String

        func run() async throws { try await MspCommand.transfer { try await $0.export(slug, to: folder, say: { say($0) }) } }
    }

    struct Import: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "import", abstract: "Read an exported MSP into this installation, all of it or nothing.")
        }
        @Argument(help: "The folder of an export.") var folder: String

        func run() async throws { try await MspCommand.transfer { try await $0.import(folder, say: { say($0) }) } }
    }

    struct Remove: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "remove", abstract: "Remove a closed MSP that a folder holds exactly as it stands; nothing otherwise.")
        }
        @Argument(help: "Its address.") var slug: String
        @Option(name: .customLong("exported-to"), help: "The folder of its export.") var folder: String

        func run() async throws { try await MspCommand.transfer { try await $0.remove(slug, exportedTo: folder, say: { say($0) }) } }
    }

    struct Close: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "close", abstract: "Close the doors of an MSP to everybody, so that it is exported at rest.")
        }
        @Argument(help: "Its address.") var slug: String

        func run() async throws { try await MspCommand.transfer { try await $0.setOpen(slug, false, say: { say($0) }) } }
    }

    struct Open: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(commandName: "open", abstract: "Open the doors of an MSP that was closed or imported closed.")
        }
        @Argument(help: "Its address.") var slug: String

        func run() async throws { try await MspCommand.transfer { try await $0.setOpen(slug, true, say: { say($0) }) } }
    }
}
