internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Kernel

/// Memory-hard password hashes (scrypt, RFC 7914), with their parameters written in each of them.
///
/// The output of scrypt is the proof of the password. Only its SHA-256 is stored and only the database compares (`kernel.open_session`):
/// who reads a stored hash cannot make the proof out of it, and the server's database role has no other way to a session.
///
/// A hash costs about a tenth of a second and 32 MB on purpose. It runs on threads of its own, never on all cores, so that
/// a storm of sign-ins slows sign-ins and nothing else.
public final class PasswordHasher: Sendable {
    /// Cost of one hash: 2^logRounds × blockSize × 128 bytes of memory, `parallelism` times.
    public struct Parameters: Sendable, Equatable {
        public let logRounds: Int
        public let blockSize: Int
        public let parallelism: Int

        public init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// What new hashes use. Raise it here and, by a migration, in `kernel.sign_in_lookup`, so that an address without account takes
        /// as long as the others: old hashes are renewed when their owners sign in.
        public static let current = Parameters(logRounds: 15, blockSize: 8, parallelism: 1)

        /// Bounds that stored parameters must respect, so that a damaged row cannot ask for the whole memory.
        var isReasonable: Bool { (10...18).contains(logRounds) && (1...16).contains(blockSize) && (1...16).contains(parallelism) }
    }

    /// What was worked out of a password, for the database to compare.
    public struct Proof: Sendable, Equatable {
        /// Output of scrypt, 32 bytes: as good as the password, never stored and never logged.
        public let bytes: [UInt8]
        /// The recipe uses older parameters; once proven, the password deserves a new hash.
        public let needsRenewal: Bool
    }

    private let parameters: Parameters
    private let queue = WorkQueue(
        width: WorkQueue.spareCores, limit: 64,
        busy: Refusal(
            status: 503, code: "busy", message: "Trop de connexions sont en cours. Réessayez dans quelques secondes.", retryAfter: 5))

    public init(parameters: Parameters = .current) { self.parameters = parameters }

    /// The hash to store. Throws a refusal 503 when too many sign-ins wait already.
    public func hash(_ password: String) async throws -> String { try await hashWithProof(password).hash }

    /// The hash to store and the proof that it will ask for.
    func hashWithProof(_ password: String) async throws -> (hash: String, proof: [UInt8]) {
        let salt = SecureRandom.bytes(16)
        let proof = try await derive(password, salt: salt, parameters: parameters)
        return ("\(Recipe(parameters: parameters, salt: salt).text)$\(Digest.base64URL(Digest.sha256(proof)))", proof)
    }

    /// The proof of a password under a recipe (`kernel.sign_in_lookup`). An unreadable recipe costs as much and proves nothing.
    public func proof(of password: String, recipe text: String) async throws -> Proof {
        let recipe = Recipe(text: text) ?? Recipe(parameters: parameters, salt: SecureRandom.bytes(16))
        return Proof(
            bytes: try await derive(password, salt: recipe.salt, parameters: recipe.parameters),
            needsRenewal: recipe.parameters != parameters)
    }

    private func derive(_ password: String, salt: [UInt8], parameters: Parameters) async throws -> [UInt8] {
        // The same characters typed on two keyboards may differ in code points: one form is hashed.
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        return try await queue.run {
            try KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << parameters.logRounds, blockSize: parameters.blockSize,
                parallelism: parameters.parallelism
            ).withUnsafeBytes { Array($0) }
        }
    }

    /// `scrypt$2$15$8$1$salt`: scheme, version of this spelling, parameters, salt in base 64 for URLs. A stored hash is the same with
    /// the SHA-256 of the proof after it.
    struct Recipe: Sendable {
        let parameters: Parameters
        let salt: [UInt8]

        init(parameters: Parameters, salt: [UInt8]) {
            self.parameters = parameters
            self.salt = salt
        }

        init?(text: String) {
            let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, parts[0] == "scrypt", parts[1] == "2", let logRounds = Int(parts[2]), let blockSize = Int(parts[3]),
                let parallelism = Int(parts[4]), let salt = Base64URL.decode(parts[5]), salt.count >= 16
            else { return nil }
            let parameters = Parameters(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
            guard parameters.isReasonable else { return nil }
            self.init(parameters: parameters, salt: salt)
        }

        var text: String {
            "scrypt$2$\(parameters.logRounds)$\(parameters.blockSize)$\(parameters.parallelism)$\(Digest.base64URL(salt))"
        }
    }
}
