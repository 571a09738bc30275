internal import Kernel

/// One-time codes that replace the second factor when the telephone is lost. Shown once, kept as SHA-256.
enum RecoveryCodes {
    static let count = 10
    /// Without letters and figures that look alike: 31 signs, hence 79 bits for a code.
    private static let signs = Array("abcdefghjkmnpqrstuvwxyz23456789".unicodeScalars)
    private static let length = 16

    /// Ten new codes, `abcd-efgh-jkmn-pqrs`.
    static func make() -> [String] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            var code = String.UnicodeScalarView()
            for place in 0..<length {
                if place > 0, place % 4 == 0 { code.append("-") }
                code.append(signs[Int.random(in: signs.indices, using: &generator)])
            }
            return String(code)
        }
    }

    /// What is stored and looked up; case, spaces and hyphens do not count.
    static func digest(_ code: String) -> [UInt8] { Digest.sha256(Array(normalised(code).utf8)) }

    /// True when a text has the form of a recovery code, so that one field takes both kinds of code.
    static func looksLike(_ text: String) -> Bool { normalised(text).utf8.count == length }

    private static func normalised(_ code: String) -> String { code.lowercased().filter { $0.isLetter || $0.isNumber } }
}
