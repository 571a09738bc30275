internal import Crypto
internal import Foundation
internal import Kernel

/// Seals small secrets with AES-256-GCM under keys derived from the installation's secret.
///
/// A sealed value opens only under the purpose and the subject it was sealed for: a value copied from one account to another stays shut.
public struct SecretBox: Sendable {
    private let master: SymmetricKey
    private static let version: UInt8 = 1

    /// - Parameter secret: `COLLECTIF_SECRET`, at least 32 bytes of chance; the operator keeps it out of the database and of its backups.
    public init(secret: [UInt8]) {
        master = SymmetricKey(data: secret)
    }

    /// A key of its own for another use, such as the anti-forgery values.
    public func key(for purpose: String) -> [UInt8] {
        derived(purpose).withUnsafeBytes { Array($0) }
    }

    /// Seals bytes for one purpose and one subject.
    public func seal(_ bytes: [UInt8], purpose: String, subject: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: derived(purpose), authenticating: Array(subject.utf8))
        return [Self.version] + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// Opens what `seal` made; nil for anything else, whatever is wrong with it.
    public func open(_ sealed: [UInt8], purpose: String, subject: String) -> [UInt8]? {
        guard sealed.first == Self.version, let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst()),
            let bytes = try? AES.GCM.open(box, using: derived(purpose), authenticating: Array(subject.utf8))
        else { return nil }
        return Array(bytes)
    }

    private func derived(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: master, info: Array("collectif:\(purpose)".utf8), outputByteCount: 32)
    }
}

extension SecretBox: CustomStringConvertible {
    /// Never the key.
    public var description: String { "SecretBox" }
}
