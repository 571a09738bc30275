public import Foundation
import Kernel

extension RuleBook {
    /// The national rules, read from the `RuleSets` folder of the module's resources. Throws when a file is not usable: a
    /// server without them must not start.
    public static func national(in bundle: Bundle? = nil) throws(DocumentRefusal) -> RuleBook {
        guard let folder = (bundle ?? .module).resourceURL?.appendingPathComponent("RuleSets") else {
            throw DocumentRefusal([FieldFault("", "Les jeux de règles nationaux sont introuvables.")])
        }
        return try RuleBook(RulesFolder.read(folder).map(\.set))
    }
}
