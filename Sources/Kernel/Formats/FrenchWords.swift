import Foundation

/// Texts compared as people compare them: without accents, case or punctuation.
public enum FrenchWords {
    /// Small letters without accents; hyphens, apostrophes and middle dots as spaces.
    public static func folded(_ text: String) -> String {
        let plain = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
        return plain.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// Whether each of the words looked for begins a word of the text; false without any word.
    public static func found(_ words: String, in text: String) -> Bool {
        let asked = folded(words).split(separator: " ")
        let known = folded(text).split(separator: " ")
        return !asked.isEmpty && asked.allSatisfy { word in known.contains { $0.hasPrefix(word) } }
    }
}

extension CodeList {
    /// What else people type to find a code.
    private static let otherWords = ["RCP": "réunion de concertation pluriprofessionnelle autour de situations"]

    /// Codes whose name, or which themselves, hold the words looked for.
    public func codes(matching words: String) -> [String] {
        codes.filter { FrenchWords.found(words, in: "\($0.code) \($0.label) \(Self.otherWords[$0.code] ?? "")") }.map(\.code)
    }
}
