internal import Crypto

/// A secret handed out once; the server keeps its SHA-256 only.
public struct Token: Sendable {
    /// URL-safe text, 43 characters, 256 random bits.
    public let text: String
    /// What is stored and looked up.
    public let digest: [UInt8]

    /// A new random token.
    public static func make() -> Token {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        for _ in 0..<4 {
            var word = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return Token(text: Digest.base64URL(bytes))
    }

    /// A token presented by a caller.
    public init(text: String) {
        self.text = text
        self.digest = Digest.sha256(Array(text.utf8))
    }
}

/// Digests and their spellings.
public enum Digest {
    /// SHA-256 of bytes.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// HMAC-SHA-256 of text under a key.
    public static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    /// Lower-case hexadecimal.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Base64 for URLs, without padding (RFC 4648 section 5).
    public static func base64URL(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let word =
                UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0) | (rest > 2 ? UInt32(bytes[index + 2]) : 0)
            out.append(digits[Int(word >> 18 & 63)])
            out.append(digits[Int(word >> 12 & 63)])
            if rest > 1 { out.append(digits[Int(word >> 6 & 63)]) }
            if rest > 2 { out.append(digits[Int(word & 63)]) }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Equality whose time does not depend on where two digests differ.
    public static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in a.indices { difference |= a[index] ^ b[index] }
        return difference == 0
    }
}

/// SHA-256 of bytes that come piece by piece.
public struct RunningDigest: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

    public func finished() -> [UInt8] { Array(hash.finalize()) }
}
