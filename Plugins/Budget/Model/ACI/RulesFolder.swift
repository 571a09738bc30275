import Foundation
public import Kernel

/// Rule sets of an installation: `*.json` files that the operator keeps beside the national ones, for an exercise that no release knows yet.
public enum RulesFolder {
    /// A folder, empty for the national rules alone; `COLLECTIF_BUDGET_RULES` in the environment.
    public static let setting = SettingDeclaration("rules", default: "")

    /// The national rules, and those of the folder of the setting.
    public static func book(_ host: ModuleHost) throws(ModuleSetupError) -> RuleBook {
        let path = host.settings[setting.key] ?? ""
        do {
            return path.isEmpty ? try .national() : try book(in: URL(fileURLWithPath: path))
        } catch {
            throw ModuleSetupError(error.faults.map(DocumentRefusal.line))
        }
    }

    /// The national rules with the files of a folder added; a file of the same id replaces a national rule set.
    /// Throws every fault of every file at once, each with the file and the field.
    static func book(in folder: URL) throws(DocumentRefusal) -> RuleBook {
        let added = try read(folder)
        let ids = Set(added.map(\.set.id))
        do {
            return try RuleBook(RuleBook.national().ruleSets.filter { !ids.contains($0.id) } + added.map(\.set))
        } catch {
            // A conflict is told by id: the operator looks for a file.
            throw DocumentRefusal(
                error.faults.map { fault in
                    let files = added.filter { $0.set.id == fault.field }.map(\.file)
                    return FieldFault(files.isEmpty ? fault.field : files.joined(separator: ", "), fault.message)
                })
        }
    }

    /// The rule sets of the `*.json` files of a folder, in the order of their names.
    static func read(_ folder: URL) throws(DocumentRefusal) -> [(file: String, set: RuleSet)] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw DocumentRefusal([FieldFault("", "Le dossier des jeux de règles « \(folder.path) » est introuvable ou illisible.")])
        }
        var sets: [(file: String, set: RuleSet)] = []
        var faults: [FieldFault] = []
        for name in names.sorted() where name.hasSuffix(".json") && !name.hasPrefix(".") {
            let file = folder.appendingPathComponent(name)
            do {
                sets.append((file.path, try RuleSet(json: document(file))))
            } catch {
                faults += error.faults.map { FieldFault(DocumentReading.join(file.path, $0.field, " : "), $0.message) }
            }
        }
        guard faults.isEmpty else { throw DocumentRefusal(faults) }
        return sets
    }

    private static func document(_ file: URL) throws(DocumentRefusal) -> JSONValue {
        guard let data = try? Data(contentsOf: file) else { throw DocumentRefusal([FieldFault("", "Ce fichier est illisible.")]) }
        do {
            return try JSONValue.parse(Array(data))
        } catch {
            throw DocumentRefusal([FieldFault("", (error as? Refusal)?.message ?? "Ce fichier n’est pas un document JSON.")])
        }
    }
}
