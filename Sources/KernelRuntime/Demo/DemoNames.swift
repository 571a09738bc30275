import Foundation
import Kernel

/// Fictitious people, the same at every load.
enum DemoNames {
    private static let first = [
        "Aline", "Bruno", "Camille", "David", "Élodie", "Fabrice", "Gaëlle", "Hugo", "Inès", "Jérôme", "Karine", "Laurent", "Maëlle",
        "Nicolas",
        "Océane", "Pascal", "Rachel", "Samuel", "Thérèse", "Valentin", "Yasmina", "Zoé", "Adrien", "Béatrice", "Cédric", "Delphine",
        "Étienne",
        "Florence", "Grégory", "Hélène", "Ismaël", "Juliette",
    ]
    private static let last = [
        "Abadie", "Bertin", "Carpentier", "Delmas", "Escoffier", "Faure", "Garnier", "Hamon", "Imbert", "Jacquet", "Keller", "Lambert",
        "Mercier",
        "Nguyen", "Olivier", "Pichon", "Quéré", "Renard", "Sabatier", "Tanguy", "Urbain", "Vidal", "Weber", "Ynard", "Zeller", "Arnoux",
        "Bonnet",
        "Chevalier", "Dupré", "Estève", "Fontaine", "Guillou", "Huet", "Jourdain", "Lacroix", "Marchal", "Noël",
    ]

    /// The `index`-th person of an MSP; 32 first names and 37 family names share no divisor, so nobody meets a namesake.
    static func person(msp: String, index: Int) -> (first: String, last: String) {
        let start = Int(msp.unicodeScalars.first?.value ?? 65) * 61
        return (first[(start + index * 5) % first.count], last[(start + index * 3) % last.count])
    }

    private static let women: Set = [
        "Aline", "Élodie", "Gaëlle", "Inès", "Karine", "Maëlle", "Océane", "Rachel", "Thérèse", "Yasmina", "Zoé", "Béatrice", "Delphine",
        "Florence", "Hélène", "Juliette", "Claire", "Julie", "Anne-Laure", "Sarah", "Nadia",
    ]

    /// One person of the team never said: both forms are shown then.
    static func civility(_ first: String) -> String? { women.contains(first) ? "MME" : first == "Camille" ? nil : "M" }

    /// Lower-case address without accents.
    static func email(_ first: String, _ last: String, domain: String) -> String {
        let plain = "\(first).\(last)".lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.compactMap { scalar -> Character? in
            switch scalar.value {
            case 0x61...0x7A, 0x30...0x39, 0x2E, 0x2D: Character(scalar)
            case 0x20, 0x27, 0x2019: "-"
            default: nil
            }
        }
        return "\(String(plain))@\(domain)"
    }

    /// Valid RPPS-shaped test number: eleven digits with a Luhn key, in the range of test identities.
    static func rpps(msp: String, index: Int) -> String {
        let body = "9970" + String(Int(msp.unicodeScalars.first?.value ?? 65) * 1_000 + 100_000 + index).suffix(6)
        var sum = 0
        for (position, digit) in body.reversed().enumerated() {
            let value = (digit.wholeNumberValue ?? 0) * (position.isMultiple(of: 2) ? 2 : 1)
            sum += value > 9 ? value - 9 : value
        }
        return body + String((10 - sum % 10) % 10)
    }
}
