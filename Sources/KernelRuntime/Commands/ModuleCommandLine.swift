import Foundation
import Kernel

/// The commands that modules declare.
///
/// ArgumentParser knows commands as types and these are values: so they are found before it reads the line, and its help is followed by theirs.
struct ModuleCommandLine {
    let commands: [ModuleCommand]
    /// Why some module cannot be built; told when the line is none of the commands known.
    let faults: [String]
    /// Contents of a file; `-` is standard input. Throws a sentence.
    let read: (String) throws(CommandFailure) -> [UInt8]

    /// What the line gives, or nil when it is for ArgumentParser.
    func outcome(_ arguments: [String]) -> CommandOutput? {
        if let command = commands.filter({ arguments.starts(with: $0.words) }).max(by: { $0.words.count < $1.words.count }) {
            let rest = arguments.dropFirst(command.words.count)
            if rest.contains("--help") || rest.contains("-h") { return .lines(Self.help(command)) }
            do {
                return command.run(try input(rest, for: command))
            } catch {
                return .refused(error.description)
            }
        }
        let group = commands.filter { $0.words.first == arguments.first }
        if !group.isEmpty {
            guard arguments.count == 1 || ["--help", "-h"].contains(arguments[1]) else {
                return .refused("Commande inconnue : « \(arguments.joined(separator: " ")) ». Essayez « \(Self.program) --help ».")
            }
            return .lines(Self.list(group))
        }
        return faults.isEmpty ? nil : .refused(faults.joined(separator: "\n"))
    }

    /// Reads `--name value` and `--name=value`.
    private func input(_ arguments: ArraySlice<String>, for command: ModuleCommand) throws(CommandFailure) -> CommandInput {
        var texts: [String: String] = [:]
        var rest = arguments
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = command.options.first(where: { "--\($0.name)" == parts[0] }) else {
                let help = "Essayez « \(Self.program) \(command.words.joined(separator: " ")) --help »."
                throw CommandFailure("Option inconnue : « \(argument) ». \(help)")
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                throw CommandFailure("L’option --\(option.name) attend une valeur : \(option.value).")
            }
            guard texts.updateValue(value, forKey: option.name) == nil else {
                throw CommandFailure("L’option --\(option.name) est donnée deux fois.")
            }
        }
        var files: [String: [UInt8]] = [:]
        for option in command.options {
            guard let value = texts[option.name] else {
                if option.isRequired { throw CommandFailure("L’option --\(option.name) \(option.value) est obligatoire.") }
                continue
            }
            if option.kind == .file { files[option.name] = try read(value) }
        }
        return CommandInput(texts: texts, files: files)
    }

    // MARK: Help

    private static let program = "collectif"

    /// One line for each command.
    static func list(_ commands: [ModuleCommand]) -> [String] {
        let names = commands.map { $0.words.joined(separator: " ") }
        let width = names.map(\.count).max() ?? 0
        return zip(names, commands).map { "  \($0.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($1.summary)" }
    }

    private static func help(_ command: ModuleCommand) -> [String] {
        let usage = command.options.map { option in
            option.isRequired ? "--\(option.name) <\(option.value)>" : "[--\(option.name) <\(option.value)>]"
        }
        let names = command.options.map { "--\($0.name) <\($0.value)>" } + ["-h, --help"]
        let sentences = command.options.map(\.summary) + ["Show help information."]
        let width = names.map(\.count).max() ?? 0
        return ["OVERVIEW: \(command.summary)", "", "USAGE: " + ([program] + command.words + usage).joined(separator: " "), "", "OPTIONS:"]
            + zip(names, sentences).map { "  \($0.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($1)" }
    }
}

extension CommandFailure {
    /// The bytes of a file, or of standard input for `-`.
    static func contents(of path: String) throws(CommandFailure) -> [UInt8] {
        if path == "-" {
            guard let data = try? FileHandle.standardInput.readToEnd() ?? Data() else {
                throw CommandFailure("L’entrée standard est illisible.")
            }
            return Array(data)
        }
        guard FileManager.default.fileExists(atPath: path) else { throw CommandFailure("Le fichier « \(path) » est introuvable.") }
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("Le fichier « \(path) » est illisible.") }
        return Array(data)
    }
}
