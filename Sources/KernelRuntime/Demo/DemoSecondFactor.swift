import Kernel

/// Second factors of the demonstration, sealed as enrolment seals them.
enum DemoSecondFactor {
    static func sealed(_ bytes: [UInt8], account: Identifier, secret: [UInt8]) throws -> [UInt8] {
        try SecretBox(secret: secret).sealTOTP(bytes, account: account)
    }

    /// Base 32, as an authenticator takes it.
    static func text(_ bytes: [UInt8]) -> String { Base32.encode(bytes) }
}
