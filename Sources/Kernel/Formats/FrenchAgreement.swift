/// Titles in the form of the person who bears them.
public enum FrenchAgreement {
    /// « Masseur·se-kinésithérapeute » as one says it of a woman or of a man; words without a middle dot stay as they are.
    public static func form(_ words: String, isFeminine: Bool) -> String {
        guard words.contains("·") else { return words }
        var out = ""
        var word = ""
        for character in words {
            if character == " " || character == "-" || character == "\u{A0}" {
                out += agreed(word, isFeminine: isFeminine) + String(character)
                word = ""
            } else {
                word.append(character)
            }
        }
        return out + agreed(word, isFeminine: isFeminine)
    }

    /// The same by how the person is addressed, a code of `CodeList.civility`; without one, both forms stay.
    public static func form(_ words: String, civility: String?) -> String {
        guard let civility else { return words }
        return form(words, isFeminine: civility == "MME")
    }

    /// Masculine endings that a feminine one replaces; any other is put behind the word.
    private static let replaced: [(feminine: Substring, masculine: String)] = [("rice", "eur"), ("ère", "er"), ("se", "r"), ("ve", "f")]

    private static func agreed(_ word: String, isFeminine: Bool) -> String {
        let parts = word.split(separator: "·", maxSplits: 1)
        guard parts.count == 2 else { return word }
        guard isFeminine else { return String(parts[0]) }
        let stem = replaced.first { $0.feminine == parts[1] && parts[0].hasSuffix($0.masculine) }
            .map { parts[0].dropLast($0.masculine.count) }
        return String((stem ?? parts[0]) + parts[1])
    }
}
