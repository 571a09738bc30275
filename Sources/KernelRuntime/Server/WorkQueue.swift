internal import Foundation
internal import Kernel
internal import Synchronization

/// Long computations, on threads of their own, a few at once: they slow each other and nothing else.
final class WorkQueue: Sendable {
    private let queue: OperationQueue
    private let limit: Int
    private let busy: Refusal
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - width: how many at once.
    ///   - limit: sum of the weights of what waits or runs; beyond it, the refusal `busy`.
    init(_ name: String, width: Int, limit: Int, busy: Refusal) {
        queue = OperationQueue()
        queue.name = name
        queue.maxConcurrentOperationCount = width
        self.limit = limit
        self.busy = busy
    }

    /// What the work gives. Throws its error, or the refusal when too much waits already; work heavier than the limit runs when alone.
    func run<T: Sendable>(weight: Int = 1, _ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isAdmitted = waiting.withLock { sum in
            guard sum == 0 || sum + weight <= limit else { return false }
            sum += weight
            return true
        }
        guard isAdmitted else { throw busy }
        defer { waiting.withLock { $0 -= weight } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result { try work() }) }
        }
    }
}
