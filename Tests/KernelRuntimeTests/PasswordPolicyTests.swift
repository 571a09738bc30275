import Foundation
import Kernel
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
        #expect(PasswordPolicy().fault(in: "tortue marteau") == .tooWeak)
        #expect(PasswordPolicy().fault(in: "kTzWqv-BnxRpL") == nil)
    }

    @Test(
        "Common passwords are refused, French ones too, with figures behind or signs inside",
        arguments: [
            "azertyuiop12345", "motdepasse", "MotDePasse2026!", "P@ssw0rd2024", "mot de passe 2024", "Soleil1234567890", "doudoudoudou",
            "Password!Password!", "Été2026!Été2026!", "Janvier2026!Janvier2026!",
        ])
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
        #expect(PasswordPolicy().fault(in: "Claire-Rousseau1", personal: personal) == .personal)
        #expect(PasswordPolicy().fault(in: "x7Kq2nRz9-claire", personal: personal) == nil)
    }

    @Test("A password of more than 128 characters is refused before it is hashed")
    func length() {
        #expect(PasswordPolicy().fault(in: String(repeating: "k7Xq", count: 33)) == .tooLong)
    }

    @Test("A hash names its recipe and keeps the digest of the proof; older parameters ask for renewal")
    func hashing() async throws {
        let cheap = PasswordHasher(parameters: .init(logRounds: 10, blockSize: 8, parallelism: 1))
        let hash = try await cheap.hash("v7%Kq2!nRz8#é")
        #expect(hash.hasPrefix("scrypt$2$10$8$1$"))
        let recipe = hash.split(separator: "$").dropLast().joined(separator: "$")
        func stored(_ proof: [UInt8]) -> String { "\(recipe)$\(Digest.base64URL(Digest.sha256(proof)))" }
        let proof = try await cheap.proof(of: "v7%Kq2!nRz8#é", recipe: recipe)
        #expect(stored(proof.bytes) == hash && !proof.needsRenewal && !hash.contains(Digest.base64URL(proof.bytes)))
        #expect(try await cheap.proof(of: "v7%Kq2!nRz8#e\u{301}", recipe: recipe) == proof)
        #expect(stored(try await cheap.proof(of: "autre", recipe: recipe).bytes) != hash)
        #expect(stored(try await cheap.proof(of: "v7%Kq2!nRz8#é", recipe: "scrypt$2$40$8$1$AAAA").bytes) != hash)
        let newer = PasswordHasher(parameters: .init(logRounds: 11, blockSize: 8, parallelism: 1))
        #expect(try await newer.proof(of: "v7%Kq2!nRz8#é", recipe: recipe) == .init(bytes: proof.bytes, needsRenewal: true))
    }

    @Test("The letters of links hold the placeholder where the database expects it, and no other tag than it takes")
    func letters() throws {
        let invitation = AccountMails.invitation(organisation: "MSP <&> \"Essai\"", inviter: "Zoé L’Essai", days: 14)
        for letter in [AccountMails.reset(), invitation] {
            #expect(letter.text.components(separatedBy: "\n").filter { $0 == "__LINK__" }.count == 1)
            #expect(letter.html.components(separatedBy: "<a href=\"__LINK__\">").count == 2)
            let taken = /<!DOCTYPE html>|<html lang="fr">|<meta charset="utf-8">|<a href="__LINK__">|<\/?(head|title|body|p|small|html|a)>/
            let rest = letter.html.replacing(taken, with: "")
            #expect(!rest.contains("<") && !rest.contains(">") && !rest.contains("__LINK__"))
        }
    }
}
