/// Finds a social-security number (NIR) in a text, so that every text field can refuse it.
///
/// A number is thirteen characters and a key of two digits, `97 − (N mod 97)`; in Corsica the sixth and seventh
/// characters are 2A or 2B, counted as 19 and 18. It is found in the middle of a sentence, glued or cut by spaces,
/// dots or hyphens, and in full-width digits.
public enum SocialSecurityNumber {
    /// The sentence of the refusal.
    public static let refusal =
        "Ce texte contient un numéro de sécurité sociale, ou quinze chiffres qui en ont la forme et la clé. Collectif n’en garde aucun : retirez-le ; d’autres chiffres passent séparés par une virgule."

    /// Places looked at one by one. Of more, one in 97 of which holds by chance, the text is refused whole, as `kernel.no_nir` does.
    private static let mostPlaces = 2_000

    /// True when the text holds a number whose key matches.
    public static func isPresent(in text: String) -> Bool {
        guard mayHoldOne(text) else { return false }
        let signs = signs(of: text)
        var places = 0
        for start in signs.indices.dropLast(14) where signs[start].beginsGroup && signs[start].isDigit && signs[start + 14].endsGroup {
            guard hasItsParts(signs, start), !signs[(start + 1)...(start + 14)].contains(where: \.isCutOff) else { continue }
            places += 1
            if places > mostPlaces || matches(signs[start...(start + 14)]) { return true }
        }
        return false
    }

    /// Gaps stand between the parts of a number, 1 85 05 78 006 084 36, with its sex or its key apart; or each digit is alone, and there
    /// are fifteen of them. Rows of figures, amounts and codes in groups of four or five are none, whatever key they give.
    private static func hasItsParts(_ signs: [Sign], _ start: Int) -> Bool {
        if signs[start + 2].followsGap {
            guard start == 0 || signs[start].isCutOff, start + 15 == signs.count || signs[start + 15].isCutOff else { return false }
            return (1...14).allSatisfy { offset in
                let sign = signs[start + offset]
                return sign.followsGap || !sign.isDigit || !signs[start + offset - 1].isDigit
            }
        }
        var isWhole = true
        for offset in 1...14 where signs[start + offset].followsGap {
            if !isBetweenParts(offset) { return false }
            isWhole = false
        }
        return isWhole || signs[start + 1].followsGap || signs[start + 13].followsGap
    }

    private static func isBetweenParts(_ offset: Int) -> Bool {
        switch offset {
        case 1, 3, 5, 7, 10, 13: true
        default: false
        }
    }

    /// One character of a candidate.
    private struct Sign {
        let value: UInt8
        /// The character before is not a digit.
        var beginsGroup: Bool
        /// The character after is not a digit.
        var endsGroup = true
        /// A digit with separators between it and the digit before.
        let followsGap: Bool
        /// Something other than a few separators stands before.
        let isCutOff: Bool

        var isDigit: Bool { value < 10 }
    }

    private static let letterA: UInt8 = 10
    private static let letterB: UInt8 = 11

    /// Nearly all texts end here: fewer than fourteen digits hold no number.
    private static func mayHoldOne(_ text: String) -> Bool {
        var digits = 0
        for byte in text.utf8 where (48...57).contains(byte) || byte >= 0xC2 {
            // A character beyond ASCII could be a digit of another script.
            digits += 1
            if digits == 14 { return true }
        }
        return false
    }

    private static func signs(of text: String) -> [Sign] {
        var signs: [Sign] = []
        var separators = 4
        var afterDigit = false
        for scalar in text.unicodeScalars {
            let value: UInt8
            switch scalar {
            case "0"..."9": value = UInt8(scalar.value - 48)
            case "\u{FF10}"..."\u{FF19}": value = UInt8(scalar.value - 0xFF10)
            case "A", "a": value = letterA
            case "B", "b": value = letterB
            default:
                separators += isSeparator(scalar) ? 1 : 4
                afterDigit = false
                continue
            }
            if value < 10, afterDigit, let last = signs.indices.last { signs[last].endsGroup = false }
            let followsGap = value < 10 && separators > 0 && signs.last?.isDigit ?? false
            signs.append(Sign(value: value, beginsGroup: !afterDigit, followsGap: followsGap, isCutOff: separators > 3))
            afterDigit = value < 10
            separators = 0
        }
        return signs
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20, 0x2D, 0x2E, 0x2F, 0x5F, 0xA0, 0xAD, 0x2000...0x200F, 0x2010...0x2015, 0x202F, 0x2060, 0xFEFF: true
        default: false
        }
    }

    /// - Parameter candidate: fifteen signs that stand together.
    private static func matches(_ candidate: ArraySlice<Sign>) -> Bool {
        var values = candidate.map(\.value)
        guard values[0] != 0, values[0] != 5, values[0] != 6, values[0] != 9 else { return false }
        switch (values[5], values[6]) {
        case (2, letterA): values.replaceSubrange(5...6, with: [1, 9])
        case (2, letterB): values.replaceSubrange(5...6, with: [1, 8])
        default: break
        }
        guard values.allSatisfy({ $0 < 10 }) else { return false }
        let month = values[3] * 10 + values[4]
        guard (1...12).contains(month) || (20...42).contains(month) || (50...99).contains(month) else { return false }
        let number = values[..<13].reduce(0) { $0 * 10 + Int($1) }
        return 97 - number % 97 == Int(values[13]) * 10 + Int(values[14])
    }
}
