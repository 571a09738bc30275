import Foundation
import Subprocess

extension Environment {
    /// What a program that we start may know of ours: neither keys, nor passwords, nor the addresses of databases.
    static var withoutSecrets: Environment {
        let names = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("COLLECTIF_") || $0.hasPrefix("PG") }
        return Environment.inherit.updating(Dictionary(uniqueKeysWithValues: names.map { (Environment.Key(stringLiteral: $0), nil) }))
    }
}
