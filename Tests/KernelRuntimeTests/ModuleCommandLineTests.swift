import Kernel
import Testing

@testable import KernelRuntime

@Suite("Commands of modules")
struct ModuleCommandLineTests {
    private let line = ModuleCommandLine(
        commands: [
            ModuleCommand(
                ["copy", "file"], summary: "Copy a file.",
                options: [
                    .init("input", "FILE", kind: .file, required: true, summary: "What is copied."),
                    .init("times", "N", summary: "How many times."),
                ]
            ) { input in .answer(Array(repeating: input.files["input"] ?? [], count: Int(input.texts["times"] ?? "1") ?? 0).flatMap { $0 })
            },
            ModuleCommand(["copy"], summary: "Copy nothing.") { _ in .lines(["nothing"]) },
            ModuleCommand(["other", "one"], summary: "One.") { _ in .refused("non") },
        ], faults: [],
        read: { (path: String) throws(CommandFailure) -> [UInt8] in
            guard path == "known" || path == "-" else { throw CommandFailure("Le fichier « \(path) » est introuvable.") }
            return Array("<\(path)>".utf8)
        })

    @Test("the longest command wins; options are read in both writings, files are given as bytes")
    func runs() {
        #expect(line.outcome(["copy", "file", "--input", "known"]) == .answer(Array("<known>".utf8)))
        #expect(line.outcome(["copy", "file", "--times=2", "--input=-"]) == .answer(Array("<-><->".utf8)))
        #expect(line.outcome(["copy"]) == .lines(["nothing"]))
        #expect(line.outcome(["other", "one"]) == CommandOutput(message: "non", status: 2))
    }

    @Test(
        "what cannot be understood is said in French, with status 2 and nothing on standard output",
        arguments: [
            (["copy", "file"], "L’option --input FILE est obligatoire."), (["copy", "file", "--input"], "attend une valeur : FILE."),
            (["copy", "file", "--input="], "attend une valeur"), (["copy", "file", "--input", "missing"], "« missing » est introuvable."),
            (["copy", "file", "--input", "known", "--input", "known"], "deux fois"), (["copy", "file", "--output", "x"], "« --output »"),
            (["copy", "file", "known"], "Option inconnue : « known »"), (["other", "two"], "Commande inconnue : « other two »"),
        ])
    func refuses(arguments: [String], message: String) throws {
        let outcome = try #require(line.outcome(arguments))
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.message.contains(message), "\(outcome.message)")
    }

    @Test("help lists the options of a command, the commands of a group, and is asked for with -h too")
    func helps() throws {
        let help = try #require(line.outcome(["copy", "file", "--help"]))
        let text = String(decoding: help.output, as: UTF8.self)
        #expect(help.status == 0)
        #expect(text.contains("USAGE: collectif copy file --input <FILE> [--times <N>]"))
        #expect(text.contains("  --input <FILE>  What is copied."))
        #expect(line.outcome(["copy", "file", "-h"]) == help)
        #expect(line.outcome(["other"]).map { String(decoding: $0.output, as: UTF8.self) } == "  other one  One.\n")
    }

    @Test("any other line is for the kernel's own commands, unless a module could not be built: that is said first")
    func others() {
        #expect(line.outcome(["serve"]) == nil)
        #expect(line.outcome(["unknown", "words"]) == nil)
        let broken = ModuleCommandLine(commands: line.commands, faults: ["budget: règle", "autre"], read: line.read)
        #expect(broken.outcome(["aci", "rules"]) == CommandOutput(message: "budget: règle\nautre", status: 2))
        #expect(broken.outcome(["copy"]) == .lines(["nothing"]))
    }
}
