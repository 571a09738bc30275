import ArgumentParser
import Kernel

/// `collectif doctor`
struct Doctor<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "doctor", abstract: "Check the installation and say what to mend.")
    }

    func run() async throws {
        let platform = try CommandHouse<H>.platform()
        let faults = try await CommandHouse<H>.explained { try await Examination(platform: platform).run(say: { say($0) }) }
        if faults > 0 { throw ExitCode(1) }
    }
}
