import ArgumentParser
import Foundation
public import Kernel
import Logging

/// A build of the platform: the list of its modules. An executable conforms one type to it and calls `runCommands`.
public protocol House {
    static var modules: [any MissionModule.Type] { get }
}

extension House {
    /// Reads the command line and runs it: the whole body of an executable.
    public static func runCommands() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let isHelp = arguments.isEmpty || [["--help"], ["-h"], ["help"]].contains(arguments)
        if !isHelp, CommandHouse<Self>.ownWords.contains(arguments[0]) || arguments[0].hasPrefix("-") {
            await CommandHouse<Self>.main()
        } else if isHelp {
            say(CommandHouse<Self>.helpMessage())
            let commands = CommandHouse<Self>.moduleCommands().commands
            if !commands.isEmpty { say((["COMMANDS OF THE MODULES:"] + ModuleCommandLine.list(commands)).joined(separator: "\n")) }
        } else if let outcome = CommandHouse<Self>.moduleCommands().outcome(arguments) {
            exit(outcome.finish())
        } else {
            await CommandHouse<Self>.main()
        }
    }
}

/// The root command: one file per subcommand.
struct CommandHouse<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "collectif", abstract: "The platform of multi-professional health centres.", version: Platform.version,
            subcommands: [
                Serve<H>.self, WorkCommand<H>.self, Migrate<H>.self, Demo<H>.self, AccountCommand<H>.self, TokenCommand<H>.self,
                Modules<H>.self, Routes<H>.self,
                OpenAPI<H>.self, Audit<H>.self, Evidence<H>.self, MspCommand<H>.self, FilesCommand<H>.self, Doctor<H>.self,
                QueueCommand<H>.self,
            ])
    }

    /// First words of the commands that are not a module's.
    static var ownWords: Set<String> { Set(configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]) }

    /// The commands of the modules that can be built with this environment.
    static func moduleCommands() -> ModuleCommandLine {
        let logger = Logger(label: "collectif") { JSONLogHandler(label: $0) }
        let (modules, faults) = ModuleRegistry.built(H.modules, environment: ProcessInfo.processInfo.environment, logger: logger)
        return ModuleCommandLine(
            commands: modules.flatMap(\.contributions.commands), faults: faults, read: CommandFailure.contents(of:))
    }

    /// The platform of this process. Every fault is printed as one sentence, without a trace.
    static func platform() throws -> Platform {
        var logger = Logger(label: "collectif") { JSONLogHandler(label: $0) }
        let environment = PlatformEnvironment(ProcessInfo.processInfo.environment)
        if let level = environment.values["COLLECTIF_LOG_LEVEL"].flatMap({ Logger.Level(rawValue: $0) }) { logger.logLevel = level }
        return try explained { try Platform(modules: H.modules, environment: environment, logger: logger) }
    }

    /// Runs a command and turns known errors into sentences on standard error.
    static func explained<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch { throw sentence(error) }
    }

    static func explained<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch { throw sentence(error) }
    }

    private static func sentence(_ error: any Error) -> any Error {
        switch error {
        case let error as ModuleSetupError: return CommandFailure(error.faults.joined(separator: "\n"))
        case let error as PostgresError: return CommandFailure(error.description + (error.unsafeServerMessage.map { ": \($0)" } ?? ""))
        case let error as Refusal: return CommandFailure(([error.message] + error.faults.map(\.message)).joined(separator: "\n"))
        default: return error
        }
    }
}

/// A failure told in a sentence.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Prints a line on standard output.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

extension CommandOutput {
    /// Prints, and gives the status of the process.
    func finish() -> Int32 {
        if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
        do {
            try output.withUnsafeBytes { bytes in
                guard let first = bytes.baseAddress else { return }
                // Without a copy: an answer for a region is a hundred megabytes.
                let start = UnsafeMutableRawPointer(mutating: first)
                try FileHandle.standardOutput.write(contentsOf: Data(bytesNoCopy: start, count: bytes.count, deallocator: .none))
            }
            // The answer is a document, byte for byte; a terminal wants its line ended.
            if output.last != UInt8(ascii: "\n"), !output.isEmpty, isatty(STDOUT_FILENO) != 0 { say("") }
        } catch {
            FileHandle.standardError.write(Data("L’écriture sur la sortie standard a échoué.\n".utf8))
            return 1
        }
        return status
    }
}
