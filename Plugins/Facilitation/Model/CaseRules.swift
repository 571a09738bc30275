import Foundation
import Kernel

/// Agreement of the person whose situation is discussed.
enum Consent: String, CaseIterable, Sendable {
    case yes = "YES"
    case notAsked = "NOT_ASKED"
    case refused = "REFUSED"

    var label: String {
        switch self {
        case .yes: "Accord recueilli"
        case .notAsked: "Non demandé"
        case .refused: "Refus"
        }
    }

    /// Anything but an agreement forces anonymity (missions.md 2.4 and 4.2).
    var isAnonymous: Bool { self != .yes }

    /// Initials may be kept only with an agreement.
    static func fault(consent: String?, initials: String?) -> FieldFault? {
        guard let initials, !initials.isEmpty else { return nil }
        guard consent == Consent.yes.rawValue else {
            return FieldFault("initials", "Sans accord recueilli, la situation reste anonyme : effacez les initiales.")
        }
        guard initials.count <= 4, initials.allSatisfy({ $0.isLetter && $0.isUppercase }) else {
            return FieldFault("initials", "Indiquez une à quatre initiales en capitales, sans nom.")
        }
        return nil
    }
}

/// Number of a situation: `TP-26-031`, prefix of the MSP, year, rank in the year. It tells nothing about the person.
enum CaseCode {
    static func text(prefix: String, year: Int, number: Int) -> String {
        let rank = String(number)
        let padded = String(repeating: "0", count: max(0, 3 - rank.count)) + rank
        let short = year % 100
        return "\(prefix)-\(short < 10 ? "0" : "")\(short)-\(padded)"
    }

    /// Prefix made from the MSP's name: initials of its own words, at most four. « MSP des Trois Ponts » gives `TP`.
    static func prefix(name: String) -> String {
        let ignored: Set<String> = [
            "MSP", "DE", "DES", "DU", "LA", "LE", "LES", "L", "D", "ET", "A", "AU", "AUX", "MAISON", "SANTE", "POLE",
        ]
        let words = plain(name).split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let initials = words.filter { !ignored.contains($0) }.prefix(4).compactMap(\.first)
        return initials.isEmpty ? "S" : String(initials)
    }

    /// A prefix chosen by the MSP, cleaned; nil when nothing usable is left.
    static func prefix(chosen: String?) -> String? {
        guard let chosen else { return nil }
        let kept = String(plain(chosen).filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(8))
        return kept.isEmpty ? nil : kept
    }

    /// Capitals without accents.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.uppercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter {
                    !($0.value >= 0x300 && $0.value <= 0x36F)
                }))
    }
}
