import Kernel
import Testing

@testable import Budget

@Suite("The simulator's command and endpoint")
struct SimulationDoorsTests {
    private let command = SimulateCommand.command(ACI.book)
    private let endpoint = AciSimulation.endpoint(ACI.book)
    private static let structure = #"{"exercise": 2025, "patients": 4000, "professionals": 13, "coordination": true}"#

    private func run(_ text: String) -> CommandOutput { command.run(CommandInput(files: ["input": Array(text.utf8)])) }

    private func post(_ text: String) throws -> APIResponse {
        try endpoint.handle(
            WebRequest(
                method: .post, path: "/api/v1/aci/simulations", json: try JSONValue.parse(Array(text.utf8)), now: .now, requestID: "x",
                publicURL: "http://127.0.0.1"))
    }

    private func refusal(_ text: String) throws -> Refusal? {
        do {
            _ = try post(text)
            return nil
        } catch { return error as? Refusal }
    }

    @Test("The command and the endpoint give the same bytes, for one structure and for an array")
    func same() throws {
        for text in [Self.structure, "[\(Self.structure), \(Self.structure)]", "[]"] {
            let output = run(text)
            #expect(output.status == 0 && output.message.isEmpty && !output.output.isEmpty)
            #expect(try post(text).body == output.output)
        }
    }

    @Test("Faults: one line each on standard error, status 2, nothing on standard output; the same sentences over HTTP, with pointers")
    func faults() throws {
        let text = #"[{"exercise": 2025, "patients": -1, "professionals": 2, "opening": {"sunday": true}, "a/b~c": 1}]"#
        let output = run(text)
        let lines = output.message.split(separator: "\n").map(String.init)
        #expect(output.status == 2 && output.output.isEmpty && lines.count == 3)
        #expect(lines[0] == "[0].patients : Ce nombre ne peut pas être négatif (-1).")
        let refusal = try #require(try refusal(text))
        #expect(refusal.status == 422)
        #expect(refusal.faults.map(\.field) == ["0/patients", "0/opening/sunday", "0/a~1b~0c"])
        #expect(refusal.faults.map(\.message) == lines)
        #expect(try post(Self.structure).status == 200)
    }

    @Test("What is not JSON is refused with a sentence", arguments: ["", "{", "{}{}", #"{"a": 1, "a": 2}"#, "\u{1}"])
    func malformed(text: String) {
        let output = run(text)
        #expect(output.status == 2 && output.output.isEmpty && output.message.hasSuffix("."))
        #expect(run(Self.structure).status == 0)
    }

    @Test("The endpoint takes 1 000 structures and no more; the command has no bound")
    func bound() throws {
        func array(_ count: Int) -> String {
            "[" + Array(repeating: #"{"exercise": 2025, "patients": 1, "professionals": 1}"#, count: count).joined(separator: ",") + "]"
        }
        #expect(try refusal(array(1_000)) == nil)
        let refusal = try #require(try refusal(array(1_001)))
        #expect(refusal.status == 422 && Fixtures.plain(refusal.message).contains("au plus 1 000 structures ; celle-ci en compte 1 001"))
        #expect(run(array(1_001)).status == 0)
    }

    @Test("A thousand faults are told over HTTP, then how many more there are")
    func manyFaults() throws {
        let names = (0..<1_500).map { "\"champ\($0)\": 1" }.joined(separator: ", ")
        let refusal = try #require(try refusal("{\(names)}"))
        #expect(refusal.faults.count == 1_001)
        #expect(refusal.faults.last.map { Fixtures.plain($0.message) } == "Et 503 autres champs à corriger.")
    }

    @Test("Rule sets are listed with their exercises and status, and exported as they were read")
    func rules() throws {
        let rules = RulesCommand.command(ACI.book)
        let listed = String(decoding: rules.run(CommandInput()).output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(listed.count == 3)
        #expect(listed[0].hasPrefix("aci-2017\t2017 à 2021\treconstitué\t"))
        #expect(listed[2].hasPrefix("avenant-1-2023\t2023 et suivants\tofficiel\t"))
        for set in ACI.book.ruleSets {
            let exported = rules.run(CommandInput(texts: ["export": set.id]))
            #expect(exported.status == 0)
            let json = try JSONValue.parse(exported.output)
            #expect(json == set.document)
            #expect(try RuleSet(json: json).id == set.id)
            #expect(exported.output.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count < 600 })
        }
        let unknown = rules.run(CommandInput(texts: ["export": "aci-1900"]))
        #expect(unknown.status == 2 && unknown.output.isEmpty && unknown.message.contains("« aci-1900 »"))
    }

    @Test("The description knows every field that is read, and no other")
    func schema() throws {
        let properties = try #require(AciSchema.request["oneOf"]?.arrayValue?.first?["properties"]?.objectValue)
        var paths: [String] = []
        for (name, schema) in properties {
            if let inner = schema["properties"]?.objectValue { paths += inner.map { "\(name).\($0.0)" } } else { paths.append(name) }
        }
        #expect(paths.count == Fact.allCases.count + 13)
        // A value that no field accepts: a field that is not read would be « inconnu » instead.
        for path in paths {
            let parts = path.split(separator: ".").map(String.init)
            let member = parts.count == 1 ? "\"\(path)\": []" : "\"\(parts[0])\": {\"\(parts[1])\": []}"
            let faults = try ACI.faults(document: "{\(member)}").filter { $0.field == path }
            #expect(faults.count == 1 && faults[0].message != "Ce champ est inconnu.", "\(path)")
        }
    }
}
