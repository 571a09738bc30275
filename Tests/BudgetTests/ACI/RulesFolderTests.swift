import Foundation
import Kernel
import Logging
import Testing

@testable import Budget

@Suite("Rule sets in a folder of the operator")
struct RulesFolderTests {
    /// The exported rules of 2023, with another id and period: what an administrator begins with.
    private static func copy(_ id: String, from: Int, to: Int?) throws -> String {
        let set = try #require(ACI.book.ruleSet(for: 2024))
        return IndentedJSON.lines(set.copy(id: id, name: "Règles \(id)", from: from, to: to)).joined(separator: "\n")
    }

    /// A folder with these files; what the module would be built with.
    private func book(_ files: [String: String]) throws -> RuleBook {
        try Outside.withFolder { folder in
            for (name, text) in files { try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8) }
            do throws(ModuleSetupError) {
                return try RulesFolder.book(
                    ModuleHost(settings: [RulesFolder.setting.key: folder.path], logger: Logger(label: "test")))
            } catch {
                throw ModuleSetupError(error.faults.map { $0.replacingOccurrences(of: folder.path, with: "DIR") })
            }
        }
    }

    private func faults(_ files: [String: String]) throws -> [String] {
        do {
            _ = try book(files)
            return []
        } catch let error as ModuleSetupError {
            return error.faults
        }
    }

    @Test("Without a folder, or with an empty one, the national rules hold")
    func national() throws {
        let plain = try RulesFolder.book(ModuleHost(settings: ["rules": ""], logger: Logger(label: "test")))
        #expect(plain.ruleSets.map(\.id) == ["aci-2017", "avenant-1-2022", "avenant-1-2023"])
        #expect(try book([:]).ruleSets.map(\.id) == plain.ruleSets.map(\.id))
        #expect(try book(["lisez-moi.txt": "x", ".cache.json": "x"]).ruleSets.count == 3)
    }

    @Test("A new exercise is added; the open rule set before it ends there, and a changed figure counts")
    func added() throws {
        let text = try Self.copy("accord-2027", from: 2027, to: nil)
            .replacing(#"{"value": 1000, "unit": "points","#, with: #"{"value": 1100, "unit": "points","#)
        let book = try book(["2027.json": text])
        #expect(book.ruleSets.map(\.id) == ["aci-2017", "avenant-1-2022", "avenant-1-2023", "accord-2027"])
        #expect(book.ruleSet(for: 2026)?.id == "avenant-1-2023" && book.ruleSet(for: 2027)?.id == "accord-2027")
        let document = #"{"exercise": EXERCISE, "patients": 4000, "professionals": 13, "coordination": true}"#
        let points = try [2026, 2027].map { year in
            let json = try ACI.json(document.replacing("EXERCISE", with: "\(year)"))
            let answer = try JSONValue.parse(AciSimulator(book: book).answer(json))
            return answer["indicators"]?.arrayValue?.first { $0["id"]?.stringValue == "A2-COO" }?["points"]?.stringValue
        }
        #expect(points == ["2700", "2800"])
    }

    @Test("The same id replaces the national rule set")
    func replaced() throws {
        let book = try book(["mine.json": try Self.copy("avenant-1-2023", from: 2023, to: 2026)])
        #expect(book.ruleSets.map(\.id) == ["aci-2017", "avenant-1-2022", "avenant-1-2023"])
        #expect(book.ruleSet(for: 2026) != nil && book.ruleSet(for: 2027) == nil)
    }

    @Test("Every fault of every file at once, each with its file and its field")
    func wrong() throws {
        let good = try Self.copy("accord-2027", from: 2027, to: nil)
        let faults = try faults([
            "a.json": "{\"format\": 1,", "b.json": good.replacing(#""law""#, with: #""loi""#),
            "c.json": good.replacing(#""format": 1"#, with: #""format": "un""#), "d.json": "[]",
        ])
        #expect(
            faults == [
                "DIR/a.json : Le document JSON est mal formé (octet 13).", "DIR/b.json : loi : Ce champ est inconnu.",
                "DIR/b.json : law : Ce champ est obligatoire.", "DIR/c.json : format : Indiquez un nombre entier de 1 à 1.",
                "DIR/d.json : Indiquez un objet JSON.",
            ])
    }

    @Test("Two rule sets for one exercise, or of one id, are told with the file; their twins are accepted")
    func conflicts() throws {
        let first = try Self.copy("accord-2027", from: 2027, to: nil)
        let same = try Self.copy("autre-2027", from: 2027, to: nil)
        let national = try Self.copy("local-2022", from: 2022, to: 2022)
        #expect(try faults(["a.json": first]).isEmpty)
        #expect(
            try faults(["a.json": first, "b.json": same]) == [
                "DIR/b.json : L’exercice 2027 a deux jeux de règles : « accord-2027 » et « autre-2027 ». Corrigez leurs exercices."
            ])
        #expect(try faults(["a.json": first, "b.json": try Self.copy("autre-2028", from: 2028, to: nil)]).isEmpty)
        #expect(
            try faults(["c.json": national]) == [
                "DIR/c.json : L’exercice 2022 a deux jeux de règles : « avenant-1-2022 » et « local-2022 ». Corrigez leurs exercices."
            ])
        #expect(try faults(["a.json": first, "b.json": first]).contains { $0.contains("Deux jeux de règles portent l’identifiant") })
    }

    @Test("A folder that is not there stops the module")
    func missing() {
        #expect(throws: ModuleSetupError.self) {
            try RulesFolder.book(ModuleHost(settings: ["rules": "/nulle/part"], logger: Logger(label: "test")))
        }
    }
}
