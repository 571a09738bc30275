extension French {
    private static let noBreak: Character = "\u{A0}"
    private static let narrow: Character = "\u{202F}"

    /// A French text that somebody wrote with plain spaces, as it is set (conventions 11.4): no-break before `:`, `€` and inside « »,
    /// narrow before `;`, `!`, `?`, `%` and between thousands, true apostrophes. Setting a text twice changes nothing.
    public static func typeset(_ text: String) -> String {
        let source = Array(text)
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        for (index, character) in source.enumerated() {
            let before = index > 0 ? source[index - 1] : nil
            let after = index + 1 < source.count ? source[index + 1] : nil
            guard character == " " || character == noBreak || character == narrow else {
                result.append(character == "'" && before?.isLetter == true && after?.isLetter == true ? "’" : character)
                continue
            }
            switch (before, after) {
            case (_, ";"), (_, "!"), (_, "?"), (_, "%"): result.append(narrow)
            case (_, ":"), (_, "»"), (_, "€"), ("«", _): result.append(noBreak)
            case (let before?, _) where before.isNumber && isThousands(source, after: index): result.append(narrow)
            default: result.append(character)
            }
        }
        return result
    }

    /// True when exactly three digits follow, as the next group of a number.
    private static func isThousands(_ text: [Character], after index: Int) -> Bool {
        let digits = text[(index + 1)...].prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 3, let digit = text[..<index].last, digit.isASCII else { return false }
        // « 2022 350 » is two numbers: a group before the space has three digits at most.
        return text[..<index].reversed().prefix { $0.isASCII && $0.isNumber }.count <= 3
    }
}
