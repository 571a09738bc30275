import Kernel

/// An account that a SEPA transfer can reach: IBAN checked by length and key (ISO 13616, modulo 97), BIC optional since 2016.
struct BankAccount: Sendable, Equatable {
    /// Without spaces, in capitals.
    let iban: String
    /// 8 or 11 characters; nil leaves the bank to be found from the IBAN.
    let bic: String?

    /// Reads what people typed or pasted.
    static func read(iban: String, bic: String?) throws(InputFault) -> BankAccount {
        let number = try NationalNumber.iban(iban).value
        guard let length = lengths[String(number.prefix(2))] else {
            throw InputFault("Un virement SEPA ne peut pas atteindre un compte du pays \(number.prefix(2)).")
        }
        guard number.utf8.count == length else {
            throw InputFault("Un IBAN qui commence par \(number.prefix(2)) a \(length) caractères ; celui-ci en a \(number.utf8.count).")
        }
        // The key is a remainder between 2 and 98: 00, 01 and 99 pass modulo 97 and are no keys.
        guard let key = Int(number.dropFirst(2).prefix(2)), (2...98).contains(key) else {
            throw InputFault("La clé de cet IBAN ne correspond pas : un caractère est sans doute faux.")
        }
        let compact = (bic ?? "").filter { !$0.isWhitespace }.uppercased()
        guard !compact.isEmpty else { return BankAccount(iban: number, bic: nil) }
        guard isBic(compact) else {
            throw InputFault("Un BIC a 8 ou 11 caractères : quatre lettres, le pays, puis l’emplacement, par exemple AGRIFRPP.")
        }
        return BankAccount(iban: number, bic: compact)
    }

    private init(iban: String, bic: String?) {
        self.iban = iban
        self.bic = bic
    }

    /// Four letters (the bank), two letters (the country), two letters or digits, then none or three (ISO 9362; the stricter
    /// form of 1994 for the bank, which all banks of the area keep).
    static func isBic(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        return (bytes.count == 8 || bytes.count == 11) && bytes.prefix(6).allSatisfy(isLetter)
            && bytes.dropFirst(6).allSatisfy { isLetter($0) || (48...57).contains($0) }
    }

    /// `FR76 •••• 0189`: for screens and exports that need not show the number.
    var masked: String { "\(iban.prefix(4)) •••• \(iban.suffix(4))" }

    /// Countries and territories of the SEPA area and the length of their IBAN (EPC list of scheme countries; ISO 13616 register).
    private static let lengths: [String: Int] = [
        "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
        "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
        "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19,
        "SK": 24, "SM": 27, "VA": 22,
    ]
}
