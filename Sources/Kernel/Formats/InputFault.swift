/// Why what a person typed was not understood, in French, with the way to repair it.
public struct InputFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence shown beside the field.
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}

/// Reads what people type: dates, times, durations, numbers, amounts, telephones. Usual ways of writing are
/// understood; what has two meanings is asked again, never guessed.
public enum FrenchInput {
    /// Characters that are read of what was typed.
    private static let most = 400

    /// Small letters, ordinary spaces, no space around; the common ground of all readers.
    static func tidy(_ text: String) -> String {
        var result = ""
        var kept = 0
        for scalar in text.unicodeScalars {
            // No date, number or telephone is longer: the beginning says why it is refused.
            if kept == most {
                result.append("…")
                break
            }
            kept += 1
            switch scalar {
            case " ", "\u{09}", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2007}", "\u{2002}", "\u{2003}":
                if !result.isEmpty, result.last != " " { result.append(" ") }
            case "\u{200B}", "\u{FEFF}", "\u{200E}", "\u{200F}": continue
            case "\u{2212}", "\u{2013}", "\u{2010}", "\u{2011}": result.append("-")
            case "\u{2019}": result.append("'")
            default: result.unicodeScalars.append(scalar)
            }
        }
        while result.last == " " { result.removeLast() }
        return result.lowercased()
    }

    /// A whole number of at most nine digits, or nil.
    static func digits(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
