import Kernel
import Synchronization

/// Bounds what one account may ask for, so that others do not feel it: so many requests a second after a burst, and so many at once.
///
/// In memory, at the edge, before any row is read. A credential that was let in counts for its account, with all its other sessions and tokens;
/// one not yet seen counts for itself until it is. A stranger has no bucket.
final class RequestBrake: Sendable {
    /// Requests a second, a burst and requests at once; a rate of 0 switches the brake off.
    struct Limits: Sendable {
        let perSecond: Int
        let burst: Int
        let atOnce: Int

        static let usual = Limits(perSecond: 30, burst: 300, atOnce: 12)
    }

    private struct Bucket {
        var tokens: Double
        var filled: Int64
        var running = 0
    }

    private struct State {
        var buckets: [[UInt8]: Bucket] = [:]
        /// Accounts of the credentials that were let in.
        var accounts: [[UInt8]: [UInt8]] = [:]

        func payer(_ credential: [UInt8]) -> [UInt8] { accounts[credential] ?? credential }

        func isBusy(_ payer: [UInt8]) -> Bool { (buckets[payer]?.running ?? 0) > 0 }
    }

    private let limits: Limits
    private let state = Mutex(State())
    /// Buckets, and known credentials, kept at most; the full and idle ones go first.
    private static let most = 20_000

    init(_ limits: Limits) { self.limits = limits }

    /// Takes a turn; throws the refusal 429 when there is none. Every turn is given back by `leave`.
    func enter(_ credential: [UInt8], now: Instant) throws(Refusal) {
        guard limits.perSecond > 0 else { return }
        let wait: Int? = state.withLock { state in
            if state.buckets.count >= Self.most {
                state.buckets = state.buckets.filter { $0.value.running > 0 || refilled($0.value, now) < Double(limits.burst) }
            }
            let payer = state.payer(credential)
            var bucket = state.buckets[payer] ?? Bucket(tokens: Double(limits.burst), filled: now.microseconds)
            bucket.tokens = refilled(bucket, now)
            bucket.filled = now.microseconds
            defer { state.buckets[payer] = bucket }
            guard bucket.running < limits.atOnce else { return 1 }
            guard bucket.tokens >= 1 else { return max(1, Int(((1 - bucket.tokens) / Double(limits.perSecond)).rounded(.up))) }
            bucket.tokens -= 1
            bucket.running += 1
            return nil
        }
        guard let wait else { return }
        throw Refusal(
            status: 429, code: "too_many_requests", message: "Trop de demandes à la fois. Patientez un instant, puis recommencez.",
            retryAfter: wait)
    }

    /// Gives a turn back once the answer is made.
    func leave(_ credential: [UInt8]) {
        guard limits.perSecond > 0 else { return }
        state.withLock { state in
            let payer = state.payer(credential)
            guard let bucket = state.buckets[payer] else { return }
            state.buckets[payer]?.running = max(0, bucket.running - 1)
        }
    }

    /// Whose credential was let in: what it asked for until now is the account's.
    func learn(_ credential: [UInt8], of account: Identifier) {
        let payer = Array(account.description.utf8)
        state.withLock { state in
            guard state.accounts[credential] != payer else { return }
            if state.accounts.count >= Self.most { state.accounts = state.accounts.filter { state.isBusy($0.value) } }
            state.accounts[credential] = payer
            guard let alone = state.buckets.removeValue(forKey: credential) else { return }
            var bucket = state.buckets[payer] ?? Bucket(tokens: Double(limits.burst), filled: alone.filled)
            bucket.tokens = max(-Double(limits.burst), bucket.tokens - (Double(limits.burst) - alone.tokens))
            bucket.running += alone.running
            state.buckets[payer] = bucket
        }
    }

    /// Who pays for what a credential asks: its account, once it was let in.
    func payer(_ credential: [UInt8]) -> [UInt8] { state.withLock { $0.payer(credential) } }

    private func refilled(_ bucket: Bucket, _ now: Instant) -> Double {
        let gained = Double(max(0, now.microseconds - bucket.filled)) / 1_000_000 * Double(limits.perSecond)
        return min(Double(limits.burst), bucket.tokens + gained)
    }
}
