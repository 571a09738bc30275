import Foundation

/// Text inside a SEPA file: the basic Latin set that every bank of the area must accept (EPC implementation guidelines:
/// letters, digits, `/ - ? : ( ) . , ' +` and space). Beyond it a bank may refuse the whole file.
enum SepaText {
    /// Brings a name or a reason into the set: accents fall, ligatures open, what has no counterpart becomes a space.
    /// - Returns: nil when nothing readable is left.
    static func line(_ text: String, most: Int) -> String? {
        var result = ""
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
            for character in plain(scalar) {
                if character == " ", result.isEmpty || result.hasSuffix(" ") { continue }
                result.append(character)
            }
        }
        // Neither a slash at an end nor two in a row: both mean something else to a bank.
        while result.contains("//") { result = result.replacingOccurrences(of: "//", with: "/") }
        let cut = String(result.prefix(most)).trimmingCharacters(in: CharacterSet(charactersIn: " /"))
        return cut.contains { $0.isLetter || $0.isNumber } ? cut : nil
    }

    /// True for a reference that may stand in a file as it is: 1 to 35 characters of the set, no slash at an end, no two in a row,
    /// no space at an end. References are given by the caller and never changed: they come back on the statement of account.
    static func isReference(_ text: String) -> Bool {
        (1...35).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(isBasic) && !text.contains("//")
            && !text.hasPrefix("/") && !text.hasSuffix("/") && !text.hasPrefix(" ") && !text.hasSuffix(" ")
    }

    static func isBasic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", "-", "?", ":", "(", ")", ".", ",", "'", "+", " ": true
        default: false
        }
    }

    private static func plain(_ scalar: Unicode.Scalar) -> String {
        if isBasic(scalar) { return String(scalar) }
        // A combining accent leaves nothing: its letter came before it.
        if (0x300...0x36F).contains(scalar.value) { return "" }
        return switch scalar {
        case "œ": "oe"
        case "Œ": "OE"
        case "æ": "ae"
        case "Æ": "AE"
        case "ß": "ss"
        case "ø": "o"
        case "Ø": "O"
        case "ł": "l"
        case "Ł": "L"
        case "đ", "ð": "d"
        case "Đ", "Ð": "D"
        case "þ": "th"
        case "Þ": "Th"
        case "ı": "i"
        case "\u{2018}", "\u{2019}", "\u{02BC}", "`": "'"
        case "\u{2010}"..."\u{2015}", "\u{2212}", "_": "-"
        case "&": "+"
        case "€": "EUR"
        case "°", "º": "o"
        case ";": ","
        default: " "
        }
    }
}
