import Kernel
import Synchronization

/// Bounds what one credential may ask for, so that others do not feel it: so many requests a second after a burst, and so many at once.
///
/// In memory, at the edge, before any row is read. It counts by the digest of what was presented, live or not; a stranger has no bucket.
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

    private let limits: Limits
    private let buckets = Mutex<[[UInt8]: Bucket]>([:])
    /// Buckets kept at most; the full and idle ones go first.
    private static let most = 20_000

    init(_ limits: Limits) { self.limits = limits }

    /// Takes a turn; throws the refusal 429 when there is none. Every turn is given back by `leave`.
    func enter(_ key: [UInt8], now: Instant) throws(Refusal) {
        guard limits.perSecond > 0 else { return }
        let wait: Int? = buckets.withLock { buckets in
            if buckets.count >= Self.most {
                buckets = buckets.filter { $0.value.running > 0 || refilled($0.value, now) < Double(limits.burst) }
            }
            var bucket = buckets[key] ?? Bucket(tokens: Double(limits.burst), filled: now.microseconds)
            bucket.tokens = refilled(bucket, now)
            bucket.filled = now.microseconds
            defer { buckets[key] = bucket }
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
    func leave(_ key: [UInt8]) {
        guard limits.perSecond > 0 else { return }
        buckets.withLock { buckets in
            guard let bucket = buckets[key] else { return }
            buckets[key]?.running = max(0, bucket.running - 1)
        }
    }

    private func refilled(_ bucket: Bucket, _ now: Instant) -> Double {
        let gained = Double(max(0, now.microseconds - bucket.filled)) / 1_000_000 * Double(limits.perSecond)
        return min(Double(limits.burst), bucket.tokens + gained)
    }
}
