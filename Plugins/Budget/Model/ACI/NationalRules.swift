public import Foundation
import Kernel

extension RuleBook {
    /// The national rules, read from the `RuleSets` folder of the module's resources. Throws when a file is not usable: a
    /// server without them must not start.
    public static func national(in bundle: Bundle? = nil) throws(DocumentRefusal) -> RuleBook {
        let bundle = bundle ?? .module
        guard let folder = bundle.resourceURL?.appendingPathComponent("RuleSets"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { throw DocumentRefusal([FieldFault("", "Les jeux de règles nationaux sont introuvables.")]) }
        var sets: [RuleSet] = []
        for name in names.sorted() where name.hasSuffix(".json") {
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)), let json = try? JSONValue.parse(Array(data)) else {
                throw DocumentRefusal([FieldFault(name, "Ce jeu de règles n’est pas un document JSON lisible.")])
            }
            sets.append(try RuleSet(json: json))
        }
        return try RuleBook(sets)
    }
}
