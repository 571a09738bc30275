import Kernel
import Testing

@testable import KernelRuntime

struct SecondFactorTests {
    @Test(
        "Codes follow RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func vectors(seconds: Int, code: String) {
        let step = TOTP.step(at: Instant(microseconds: Int64(seconds) * 1_000_000))
        #expect(TOTP.code(secret: Array("12345678901234567890".utf8), step: step, digits: 8) == code)
    }

    @Test("A code counts for its own step and its two neighbours only, spaces allowed")
    func window() {
        let secret = Array("12345678901234567890".utf8)
        let now = Instant(microseconds: 1_234_567_890_000_000)
        let step = TOTP.step(at: now)
        for offset: Int64 in -1...1 {
            #expect(TOTP.matchingStep(TOTP.code(secret: secret, step: step + offset), secret: secret, at: now) == step + offset)
        }
        #expect(TOTP.matchingStep(TOTP.code(secret: secret, step: step + 2), secret: secret, at: now) == nil)
        #expect(TOTP.matchingStep(TOTP.code(secret: secret, step: step - 2), secret: secret, at: now) == nil)
        #expect(TOTP.matchingStep("005\u{A0}924", secret: secret, at: now) == step)
        #expect(TOTP.matchingStep("", secret: secret, at: now) == nil)
    }

    @Test("Base 32 follows RFC 4648, section 10", arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")])
    func base32(plain: String, spelled: String) {
        #expect(Base32.encode(Array(plain.utf8)) == spelled)
        #expect(Base32.decode(spelled.lowercased()) == Array(plain.utf8))
        #expect(Base32.decode("1") == nil)
    }

    @Test("Base 64 for URLs reads what it writes", arguments: 0..<40)
    func base64(length: Int) {
        let bytes = SecureRandom.bytes(length)
        #expect(Base64URL.decode(Digest.base64URL(bytes)) == bytes)
    }

    @Test("A sealed value opens only with its key, its purpose and its subject, and only unchanged")
    func sealing() throws {
        let box = SecretBox(secret: Array(repeating: 7, count: 32))
        let sealed = try box.seal(Array("secret".utf8), purpose: "totp", subject: "a")
        #expect(box.open(sealed, purpose: "totp", subject: "a") == Array("secret".utf8))
        #expect(box.open(sealed, purpose: "totp", subject: "b") == nil)
        #expect(box.open(sealed, purpose: "step", subject: "a") == nil)
        #expect(SecretBox(secret: Array(repeating: 8, count: 32)).open(sealed, purpose: "totp", subject: "a") == nil)
        #expect(try box.seal(Array("secret".utf8), purpose: "totp", subject: "a") != sealed)
        for index in sealed.indices {
            var damaged = sealed
            damaged[index] ^= 1
            #expect(box.open(damaged, purpose: "totp", subject: "a") == nil)
        }
        #expect(box.open([], purpose: "totp", subject: "a") == nil)
        #expect(box.open([1], purpose: "totp", subject: "a") == nil)
    }

    @Test("Recovery codes are ten, unlike, and read in any spelling")
    func recovery() throws {
        let codes = RecoveryCodes.make()
        #expect(Set(codes).count == 10)
        let code = try #require(codes.first)
        #expect(RecoveryCodes.looksLike(code) && !RecoveryCodes.looksLike("123456"))
        #expect(RecoveryCodes.digest(code) == RecoveryCodes.digest(code.uppercased().filter { $0 != "-" }))
    }
}
