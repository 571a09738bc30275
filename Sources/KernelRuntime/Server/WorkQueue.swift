internal import Foundation
internal import Kernel
internal import NIOPosix
internal import Synchronization

/// Long computations, on threads of their own and below those that answer: they slow each other and nothing else. Never on the threads
/// of the language's pool, nor on those that its dispatch library shares with it: there, as many as there are cores stop everything.
final class WorkQueue: Sendable {
    private let threads: NIOThreadPool
    private let limit: Int
    private let busy: Refusal
    private let waiting = Mutex(0)
    /// So much less of a core than a thread that answers.
    private static let niceness: Int32 = 10

    /// - Parameters:
    ///   - width: how many at once.
    ///   - limit: sum of the weights of what waits or runs; beyond it, the refusal `busy`.
    init(width: Int, limit: Int, busy: Refusal) {
        threads = NIOThreadPool(numberOfThreads: width)
        threads.start()
        self.limit = limit
        self.busy = busy
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// As many as leave a core to the others.
    static var spareCores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount - 1) }

    /// What the work gives. Throws its error, or the refusal when too much waits already; work heavier than the limit runs when alone.
    func run<T: Sendable>(weight: Int = 1, _ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isAdmitted = waiting.withLock { sum in
            guard sum == 0 || sum + weight <= limit else { return false }
            sum += weight
            return true
        }
        guard isAdmitted else { throw busy }
        defer { waiting.withLock { $0 -= weight } }
        return try await threads.runIfActive {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
            return try work()
        }
    }
}
