import Testing

@testable import KernelRuntime

struct PasswordPolicyTests {
    @Test(
        "The CNIL's examples of 80 bits are accepted where the password stands alone",
        arguments: ["v7%Kq2!nRz8#", "Tz4kWq8nBv2xLm", "tortue marteau violet escalier pluie fenouil granit"])
    func examplesOfEighty(password: String) {
        #expect(PasswordPolicy(.alone).fault(in: password) == nil)
    }

    @Test("Eight characters of three classes have 47.6 bits: too few even with throttling")
    func eightCharacters() {
        #expect(abs(PasswordPolicy.bits("x7Kq2nRz") - 47.6) < 0.1)
        #expect(PasswordPolicy(.throttled).fault(in: "x7Kq2nRz") == .tooWeak)
        #expect(PasswordPolicy(.throttled).fault(in: "x7Kq2nRz9") == nil)
    }

    @Test("Twelve characters of four classes have 79.6 bits and pass thanks to the tolerance")
    func twelveCharacters() {
        #expect(abs(PasswordPolicy.bits("v7%Kq2!nRz8#") - 79.55) < 0.1)
    }

    @Test("Five words without a link are enough with throttling, four are not")
    func phrases() {
        #expect(PasswordPolicy().fault(in: "tortue marteau violet escalier fenouil") == nil)
        #expect(PasswordPolicy().fault(in: "tortue marteau violet escalier") == .tooWeak)
    }

    @Test(
        "Common passwords are refused, French ones too, with figures behind or signs inside",
        arguments: ["azertyuiop12345", "motdepasse", "MotDePasse2026!", "P@ssw0rd2024", "mot de passe 2024", "Soleil1234567890", "doudoudoudou"])
    func common(password: String) {
        #expect(PasswordPolicy().fault(in: password) != nil)
        #expect(PasswordPolicy(.alone).fault(in: password) != nil)
    }

    @Test(
        "Runs and repeats count for what they are",
        arguments: ["aaaaaaaaaaaaaaaaaaaa", "123456789012345678", "abcdefghijklmnopqrst", "xk7xk7xk7xk7xk7xk7", "qsdfghjklmwxcvbn"])
    func runs(password: String) {
        #expect(PasswordPolicy().fault(in: password) == .tooWeak)
    }

    @Test("Names and address of the person do not help")
    func personal() {
        let personal = ["Claire", "Delmas-Rousseau", "claire.delmas@exemple.fr"]
        #expect(PasswordPolicy().fault(in: "Rousseau-2026", personal: personal) == .personal)
        #expect(PasswordPolicy().fault(in: "x7Kq2nRz9-claire", personal: personal) == nil)
    }

    @Test("A password of more than 128 characters is refused before it is hashed")
    func length() {
        #expect(PasswordPolicy().fault(in: String(repeating: "k7Xq", count: 33)) == .tooLong)
    }

    @Test("A hash verifies, names its parameters, and older parameters ask for renewal")
    func hashing() async throws {
        let cheap = PasswordHasher(parameters: .init(logRounds: 10, blockSize: 8, parallelism: 1))
        let hash = try await cheap.hash("v7%Kq2!nRz8#é")
        #expect(hash.hasPrefix("scrypt$1$10$8$1$"))
        #expect(try await cheap.verify("v7%Kq2!nRz8#é", against: hash) == .init(matches: true, needsRenewal: false))
        #expect(try await cheap.verify("v7%Kq2!nRz8#e\u{301}", against: hash).matches)
        #expect(try await cheap.verify("autre", against: hash) == .init(matches: false, needsRenewal: false))
        #expect(try await cheap.verify("autre", against: nil) == .init(matches: false, needsRenewal: false))
        #expect(try await cheap.verify("autre", against: "scrypt$1$40$8$1$AAAA$AAAA").matches == false)
        let newer = PasswordHasher(parameters: .init(logRounds: 11, blockSize: 8, parallelism: 1))
        #expect(try await newer.verify("v7%Kq2!nRz8#é", against: hash) == .init(matches: true, needsRenewal: true))
    }
}
