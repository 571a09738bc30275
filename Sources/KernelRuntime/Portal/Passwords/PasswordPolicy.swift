internal import Foundation

/// Which passwords are accepted (CNIL deliberation 2022-100; compliance AUTH-06, AUTH-07).
///
/// The measure is guessing entropy in bits. It counts what a guesser has to try: repeated characters, runs of the alphabet or of the
/// keyboard and words of a phrase count for what they are, not for their letters.
public struct PasswordPolicy: Sendable {
    /// Bits asked for, by what else stands in the way of a guesser.
    public enum Setting: Double, Sendable {
        /// Nothing else.
        case alone = 80
        /// Attempts are slowed down and capped, as at our sign-in.
        case throttled = 50
        /// A code that unlocks a device, blocked after three errors.
        case deviceUnlock = 13
    }

    /// Why a password is refused.
    public enum Fault: Sendable, Equatable {
        case tooLong, tooWeak, common, personal
    }

    public let setting: Setting
    /// The CNIL's own example of 80 bits, twelve characters of four classes, has 79.6.
    static let tolerance = 0.5
    static let maximumLength = 128

    public init(_ setting: Setting = .throttled) { self.setting = setting }

    /// Nil when the password is accepted.
    ///
    /// - Parameter personal: words that anybody guesses first for this person: names, parts of the address.
    public func fault(in password: String, personal: [String] = []) -> Fault? {
        if password.count > Self.maximumLength { return .tooLong }
        let folded = Self.folded(password)
        if CommonPasswords.contains(folded) { return .common }
        // « Password!Password! »: said twice, a common word is as common.
        if let block = Self.block(of: password), CommonPasswords.contains(Self.folded(block)) { return .common }
        // « mot de passe 2024 »: the letters alone are a common word, and the rest does not make up for it.
        if CommonPasswords.contains(folded.filter(\.isLetter)), Self.bits(folded.filter { !$0.isLetter }) < setting.rawValue {
            return .common
        }
        let known = personal.flatMap { Self.words(Self.folded($0)) }.filter { $0.count >= 4 && folded.contains($0) }
        if !known.isEmpty, Self.bits(folded, without: known) < setting.rawValue - Self.tolerance { return .personal }
        return Self.bits(password) >= setting.rawValue - Self.tolerance ? nil : .tooWeak
    }

    /// Estimated entropy in bits.
    static func bits(_ password: String) -> Double {
        let characters = Array(password)
        guard !characters.isEmpty else { return 0 }
        let bySigns = Double(effectiveLength(characters)) * log2(Double(alphabet(characters)))
        guard let words = phrase(password) else { return bySigns }
        // Seven words are worth 80 bits in the CNIL's table.
        return min(bySigns, Double(words) * 80 / 7)
    }

    /// Entropy of what remains once every guessable word is taken out, the longest first.
    private static func bits(_ folded: String, without words: [String]) -> Double {
        bits(words.sorted { $0.count > $1.count }.reduce(folded) { $0.replacingOccurrences(of: $1, with: "") })
    }

    /// Number of signs among which each character was chosen: 26, 26, 10 and 37 for the four classes.
    private static func alphabet(_ characters: [Character]) -> Int {
        var size = 0
        if characters.contains(where: { $0.isLetter && !$0.isUppercase }) { size += 26 }
        if characters.contains(where: { $0.isUppercase }) { size += 26 }
        if characters.contains(where: { $0.isNumber }) { size += 10 }
        if characters.contains(where: { !$0.isLetter && !$0.isNumber }) { size += 37 }
        return max(size, 2)
    }

    /// Characters that a guesser cannot deduce from those before: a repeat or the next step of a run counts for nothing from the
    /// fourth character on. Three in a row happen by chance in a random password, four hardly ever.
    private static func effectiveLength(_ characters: [Character]) -> Int {
        let folded = characters.map { String($0).folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil) }
        let length = folded.indices.count { $0 < 3 || !isWalk(folded[($0 - 3)...$0]) }
        return repeatedBlock(folded).map { min(length, $0 + 1) } ?? length
    }

    /// Rows along which a lazy hand walks.
    private static let rows: [[String: Int]] = [
        "abcdefghijklmnopqrstuvwxyz", "0123456789", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    ].map { row in Dictionary(uniqueKeysWithValues: row.enumerated().map { (String($1), $0) }) }

    /// True for equal characters, or for neighbours along one row, always in the same direction.
    private static func isWalk(_ characters: ArraySlice<String>) -> Bool {
        if Set(characters).count == 1 { return true }
        return rows.contains { row in
            let places = characters.compactMap { row[$0] }
            guard places.count == characters.count else { return false }
            let steps = Set(zip(places, places.dropFirst()).map { $1 - $0 })
            return steps == [1] || steps == [-1]
        }
    }

    /// Length of the block that repeated makes the whole password: 4 for « abcdabcdabcd ».
    private static func repeatedBlock(_ characters: [String]) -> Int? {
        guard characters.count >= 4 else { return nil }
        for length in 1...(characters.count / 2) where characters.count % length == 0 {
            if characters.indices.allSatisfy({ characters[$0] == characters[$0 % length] }) { return length }
        }
        return nil
    }

    /// What repeated makes the whole password: « abcd » for « abcdabcdabcd », capitals and accents left aside.
    private static func block(of password: String) -> String? {
        let signs = password.map { String($0).folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil) }
        return repeatedBlock(signs).map { signs[..<$0].joined() }
    }

    /// Number of different words when the password is a phrase of plain words; nil otherwise. Capitals inside a word are a mix of
    /// signs, not a word.
    private static func phrase(_ password: String) -> Int? {
        let parts = password.split(whereSeparator: { " -_.,".contains($0) })
        guard parts.count >= 2, parts.allSatisfy({ $0.allSatisfy(\.isLetter) && !$0.dropFirst().contains(where: \.isUppercase) }) else {
            return nil
        }
        return Set(parts.map { folded(String($0)) }.filter { $0.count >= 3 }).count
    }

    static func words(_ text: String) -> [String] { text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init) }

    /// Lower case without accents; usual replacements of letters by signs are undone: « P@ssw0rd » reads « password ».
    static func folded(_ text: String) -> String {
        let signs: [Character: Character] = ["@": "a", "4": "a", "0": "o", "3": "e", "1": "i", "!": "i", "$": "s", "5": "s"]
        let plain = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
        guard plain.contains(where: \.isLetter) else { return plain }
        // Figures after the last letter are a year or a number, not letters in disguise.
        let end = plain.lastIndex(where: \.isLetter) ?? plain.startIndex
        return String(plain[...end].map { signs[$0] ?? $0 }) + plain[plain.index(after: end)...]
    }
}

extension PasswordPolicy.Fault {
    /// French sentence that says how to repair.
    var message: String {
        switch self {
        case .tooLong: "Choisissez un mot de passe de 128 caractères au plus."
        case .tooWeak:
            "Ce mot de passe est trop facile à deviner. Prenez douze caractères variés, ou une phrase de cinq mots sans lien entre eux."
        case .common: "Ce mot de passe fait partie des plus courants. Choisissez-en un autre."
        case .personal: "Ce mot de passe contient votre nom ou votre adresse. Choisissez-en un autre."
        }
    }
}
