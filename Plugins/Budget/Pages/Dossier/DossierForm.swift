import Foundation
import Kernel

/// What people send from the dossier's own pages: checked here, before anything is written.
enum DossierForm {
    /// One line of text, not blank, without a social-security number.
    static func line(_ text: String?, _ name: String, max: Int, missing: String) throws(Refusal) -> String {
        guard let text = try optional(text, name, max: max), !text.contains("\n") else { throw Refusal.invalid(name, missing) }
        return text
    }

    /// A text that may be empty.
    static func optional(_ text: String?, _ name: String, max: Int) throws(Refusal) -> String? {
        let text = (text ?? "").replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            .precomposedStringWithCanonicalMapping
        guard !text.isEmpty else { return nil }
        guard text.unicodeScalars.count <= max else { throw Refusal.invalid(name, "Ce texte dépasse \(French.number(max)) caractères.") }
        guard !SocialSecurityNumber.isPresent(in: text) else {
            throw Refusal.invalid(name, "Ce texte contient un numéro de sécurité sociale\u{A0}: retirez-le.")
        }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0 == "\n"
                || ($0.properties.generalCategory != .control && !(0x202A...0x202E).contains($0.value)
                    && !(0x2066...0x2069).contains($0.value))
        }
        guard isPlain else { throw Refusal.invalid(name, "Ce texte contient des caractères de commande\u{A0}: retirez-les.") }
        return text
    }

    /// An address of mail.
    static func email(_ text: String?, _ name: String) throws(Refusal) -> String {
        let message = "Indiquez une adresse de messagerie, comme prenom.nom@exemple.fr."
        let address = try line(text, name, max: 254, missing: message)
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
            && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        guard isAddress else { throw Refusal.invalid(name, message) }
        return address
    }

    /// A whole number within bounds.
    static func count(_ text: String?, _ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int {
        let message = "Indiquez un nombre de \(range.lowerBound) à \(range.upperBound)."
        let number: Int
        do { number = try FrenchInput.integer(text ?? "") } catch { throw Refusal.invalid(name, message) }
        guard range.contains(number) else { throw Refusal.invalid(name, message) }
        return number
    }
}
