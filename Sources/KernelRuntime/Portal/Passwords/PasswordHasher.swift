internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Kernel
internal import Synchronization

/// Memory-hard password hashes (scrypt, RFC 7914), with their parameters written in each of them.
///
/// A hash costs about a tenth of a second and 32 MB on purpose. It runs on threads of its own, two at once, so that
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

        /// What new hashes use. Raise it here: old hashes are renewed when their owners sign in.
        public static let current = Parameters(logRounds: 15, blockSize: 8, parallelism: 1)

        /// Bounds a stored hash must respect, so that a damaged row cannot ask for the whole memory.
        var isReasonable: Bool { (10...18).contains(logRounds) && (1...16).contains(blockSize) && (1...16).contains(parallelism) }
    }

    /// What a check found.
    public struct Verdict: Sendable, Equatable {
        public let matches: Bool
        /// The password is right and its hash uses older parameters.
        public let needsRenewal: Bool
    }

    private let parameters: Parameters
    /// Checked in place of the hash of an account that does not exist, so that both answers take the same time.
    private let decoy: Stored
    private let queue: OperationQueue
    private let waiting = Mutex(0)
    private static let queueLimit = 64

    public init(parameters: Parameters = .current) {
        self.parameters = parameters
        decoy = Stored(parameters: parameters, salt: SecureRandom.bytes(16), key: SecureRandom.bytes(32))
        queue = OperationQueue()
        queue.name = "collectif.passwords"
        queue.maxConcurrentOperationCount = 2
    }

    /// The hash to store. Throws a refusal 503 when too many sign-ins wait already.
    public func hash(_ password: String) async throws -> String {
        let salt = SecureRandom.bytes(16)
        let key = try await derive(password, salt: salt, parameters: parameters)
        return Stored(parameters: parameters, salt: salt, key: key).text
    }

    /// Compares a password with a stored hash; without one, works as long and answers no.
    public func verify(_ password: String, against stored: String?) async throws -> Verdict {
        let known = stored.flatMap(Stored.init(text:))
        let target = known ?? decoy
        let key = try await derive(password, salt: target.salt, parameters: target.parameters)
        let matches = Digest.equal(key, target.key) && known != nil
        return Verdict(matches: matches, needsRenewal: matches && target.parameters != parameters)
    }

    private func derive(_ password: String, salt: [UInt8], parameters: Parameters) async throws -> [UInt8] {
        let admitted = waiting.withLock { count in
            guard count < Self.queueLimit else { return false }
            count += 1
            return true
        }
        guard admitted else {
            throw Refusal(
                status: 503, code: "busy", message: "Trop de connexions sont en cours. Réessayez dans quelques secondes.", retryAfter: 5)
        }
        defer { waiting.withLock { $0 -= 1 } }
        // The same characters typed on two keyboards may differ in code points: one form is hashed.
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation {
                continuation.resume(
                    with: Result {
                        try KDF.Scrypt.deriveKey(
                            from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << parameters.logRounds,
                            blockSize: parameters.blockSize, parallelism: parameters.parallelism
                        ).withUnsafeBytes { Array($0) }
                    })
            }
        }
    }

    /// `scrypt$1$15$8$1$salt$key`: scheme, version of this spelling, parameters, then both values in base 64 for URLs.
    struct Stored: Sendable {
        let parameters: Parameters
        let salt: [UInt8]
        let key: [UInt8]

        init(parameters: Parameters, salt: [UInt8], key: [UInt8]) {
            self.parameters = parameters
            self.salt = salt
            self.key = key
        }

        init?(text: String) {
            let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 7, parts[0] == "scrypt", parts[1] == "1", let logRounds = Int(parts[2]), let blockSize = Int(parts[3]),
                let parallelism = Int(parts[4]), let salt = Base64URL.decode(parts[5]), let key = Base64URL.decode(parts[6]),
                salt.count >= 16, key.count == 32
            else { return nil }
            let parameters = Parameters(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
            guard parameters.isReasonable else { return nil }
            self.init(parameters: parameters, salt: salt, key: key)
        }

        var text: String {
            "scrypt$1$\(parameters.logRounds)$\(parameters.blockSize)$\(parameters.parallelism)$"
                + "\(Digest.base64URL(salt))$\(Digest.base64URL(key))"
        }
    }
}
