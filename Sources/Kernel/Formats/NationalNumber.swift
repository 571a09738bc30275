/// National numbers with a check digit (formats of the register, of the statistics office and of banks).
///
/// The key of RPPS and FINESS is known from samples only, so a wrong one gives a remark, not a refusal: the register is the proof.
public enum NationalNumber {
    /// A number without spaces, and the remark to show when its key does not match.
    public struct Checked: Sendable, Equatable {
        /// The number as stored.
        public let value: String
        /// French sentence; nil when nothing is to be said.
        public let remark: String?
    }

    /// RPPS: 11 digits, Luhn key (a remark when it does not match).
    public static func rpps(_ text: String) throws(InputFault) -> Checked {
        let digits = try digits(text, count: 11, name: "Un numéro RPPS")
        return Checked(
            value: digits, remark: luhn(digits) ? nil : "La clé de ce numéro RPPS ne correspond pas : vérifiez-le dans l’Annuaire Santé.")
    }

    /// FINESS: 9 characters, 2A or 2B possible in front, Luhn key with A read as 1 and B as 2 (a remark when it does not match).
    public static func finess(_ text: String) throws(InputFault) -> Checked {
        let compact = compacted(text).uppercased()
        var plain = compact
        if compact.hasPrefix("2A") || compact.hasPrefix("2B") {
            plain = (compact.hasPrefix("2A") ? "21" : "22") + compact.dropFirst(2)
        }
        _ = try digits(plain, count: 9, name: "Un numéro FINESS")
        return Checked(value: compact, remark: luhn(plain) ? nil : "La clé de ce numéro FINESS ne correspond pas : vérifiez-le.")
    }

    /// SIREN: 9 digits, Luhn key.
    public static func siren(_ text: String) throws(InputFault) -> Checked {
        let digits = try digits(text, count: 9, name: "Un numéro SIREN")
        guard luhn(digits) else { throw InputFault("La clé de ce numéro SIREN ne correspond pas : un chiffre est sans doute faux.") }
        return Checked(value: digits, remark: nil)
    }

    /// SIRET: SIREN and 5 digits, Luhn key; those of La Poste (SIREN 356 000 000) have a sum of digits that is a multiple of 5.
    public static func siret(_ text: String) throws(InputFault) -> Checked {
        let digits = try digits(text, count: 14, name: "Un numéro SIRET")
        let isPost = digits.hasPrefix("356000000") && digits.utf8.reduce(0) { $0 + Int($1 - 48) } % 5 == 0
        guard luhn(digits) || isPost else {
            throw InputFault("La clé de ce numéro SIRET ne correspond pas : un chiffre est sans doute faux.")
        }
        return Checked(value: digits, remark: nil)
    }

    /// IBAN: two letters, two key digits, 11 to 30 characters; the whole is 1 modulo 97.
    public static func iban(_ text: String) throws(InputFault) -> Checked {
        let compact = compacted(text).uppercased()
        let bytes = Array(compact.utf8)
        guard (15...34).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) }) else {
            throw InputFault("Un IBAN a entre 15 et 34 lettres et chiffres, par exemple FR76 suivi de 23 caractères.")
        }
        if compact.hasPrefix("FR"), bytes.count != 27 {
            throw InputFault("Un IBAN français a 27 caractères ; celui-ci en a \(bytes.count).")
        }
        var rest = 0
        for byte in bytes[4...] + bytes[..<4] {
            rest = byte < 65 ? (rest * 10 + Int(byte - 48)) % 97 : (rest * 100 + Int(byte - 55)) % 97
        }
        guard rest == 1 else { throw InputFault("La clé de cet IBAN ne correspond pas : un caractère est sans doute faux.") }
        return Checked(value: compact, remark: nil)
    }

    /// Luhn: from the right, every second digit is doubled, less 9 above 9; the sum is a multiple of 10.
    static func luhn(_ digits: String) -> Bool {
        var sum = 0
        for (index, byte) in digits.utf8.reversed().enumerated() {
            let digit = Int(byte) - 48
            sum += index % 2 == 0 ? digit : (digit > 4 ? digit * 2 - 9 : digit * 2)
        }
        return sum % 10 == 0
    }

    private static func compacted(_ text: String) -> String {
        FrenchInput.tidy(text).filter { !" .-".contains($0) }
    }

    private static func digits(_ text: String, count: Int, name: String) throws(InputFault) -> String {
        let compact = compacted(text)
        if let wrong = compact.enumerated().first(where: { !("0"..."9").contains($0.element) }) {
            throw InputFault(
                "\(name) a \(count) chiffres : le \(French.ordinal(wrong.offset + 1)) caractère, « \(wrong.element) », n’en est pas un.")
        }
        guard compact.count == count else { throw InputFault("\(name) a \(count) chiffres ; celui-ci en a \(compact.count).") }
        return compact
    }
}
