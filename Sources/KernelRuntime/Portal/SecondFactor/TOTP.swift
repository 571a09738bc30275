internal import Crypto
internal import Foundation
internal import Kernel

/// Time-based one-time codes (RFC 6238): SHA-1, 30 seconds, six digits, as every authenticator application expects.
enum TOTP {
    static let period: Int64 = 30
    /// Bytes of a new secret (RFC 4226 section 4 recommends 20).
    static let secretLength = 20

    /// Number of the step an instant falls in.
    static func step(at now: Instant) -> Int64 { now.microseconds / 1_000_000 / period }

    /// The code of a step.
    static func code(secret: [UInt8], step: Int64, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> Int64(56 - $0 * 8)) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(mac[19] & 15)
        let word = mac[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        var modulus: UInt32 = 1
        for _ in 0..<digits { modulus *= 10 }
        let text = String(word % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code was given, among the present one and its neighbours; nil for a wrong code.
    /// Every candidate is compared, so the time tells nothing. The caller refuses a step already used.
    static func matchingStep(_ given: String, secret: [UInt8], at now: Instant) -> Int64? {
        let digits = Array(given.utf8).filter { $0 != 0x20 && $0 != 0xC2 && $0 != 0xA0 }
        var match: Int64?
        for candidate in (step(at: now) - 1)...(step(at: now) + 1)
        where Digest.equal(Array(code(secret: secret, step: candidate).utf8), digits) {
            match = candidate
        }
        return match
    }

    /// A new secret.
    static func makeSecret() -> [UInt8] { SecureRandom.bytes(secretLength) }

    /// Address that authenticator applications read from the QR code.
    static func address(secret: [UInt8], email: String) -> String {
        "otpauth://totp/Collectif:\(SafePath.encoded(email))?secret=\(Base32.encode(secret))&issuer=Collectif&algorithm=SHA1&digits=6&period=30"
    }
}

/// Random bytes of the system's generator.
enum SecureRandom {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
