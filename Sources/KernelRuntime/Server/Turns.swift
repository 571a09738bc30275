import Synchronization

/// A bounded number of turns, shared among keys: so many at once, so many of them for one key, the others wait in their order, up to a
/// bound and not for ever. Whoever fills the row of one key does not move the rows of others.
final class Turns<Key: Hashable & Sendable>: Sendable {
    /// How many at once and how many waiting, of all keys and of one.
    struct Limits: Sendable {
        var running: (all: Int, ofOne: Int)
        var waiting: (all: Int, ofOne: Int)
        /// Whoever waits longer gets no turn.
        var patience: Duration
    }

    private struct Waiting {
        let key: Key
        let end: ContinuousClock.Instant
        let turn: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var all = 0
        var running: [Key: Int] = [:]
        /// In the order of their ends too: patience is the same for all.
        var waiting: [Waiting] = []
        var isWatched = false
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits) { self.limits = limits }

    /// How many have a turn and how many wait for one.
    var counts: (running: Int, waiting: Int) { state.withLock { ($0.all, $0.waiting.count) } }

    /// Does the work in its turn; nil when there was none.
    func run<T: Sendable>(_ key: Key, _ work: () async throws -> T) async rethrows -> T? {
        guard await take(key) else { return nil }
        defer { give(key) }
        return try await work()
    }

    /// True for a turn, which `give` ends; false when too many wait already, or for too long.
    func take(_ key: Key) async -> Bool {
        if state.withLock({ Self.start(key, &$0, limits) }) { return true }
        return await withCheckedContinuation { turn in
            let answer: Bool? = state.withLock { state in
                if Self.start(key, &state, limits) { return true }
                guard state.waiting.count < limits.waiting.all,
                    state.waiting.count(where: { $0.key == key }) < limits.waiting.ofOne
                else { return false }
                state.waiting.append(Waiting(key: key, end: .now + limits.patience, turn: turn))
                if !state.isWatched {
                    state.isWatched = true
                    Task { await watch() }
                }
                return nil
            }
            if let answer { turn.resume(returning: answer) }
        }
    }

    /// Passes the turn on to the first in the row whose key may have one.
    func give(_ key: Key) {
        let next: [Waiting] = state.withLock { state in
            state.all -= 1
            if let count = state.running[key], count > 1 { state.running[key] = count - 1 } else { state.running[key] = nil }
            guard !state.waiting.isEmpty else { return [] }
            var next: [Waiting] = []
            while state.all < limits.running.all,
                let index = state.waiting.firstIndex(where: { (state.running[$0.key] ?? 0) < limits.running.ofOne })
            {
                let waiting = state.waiting.remove(at: index)
                next.append(waiting)
                _ = Self.start(waiting.key, &state, limits)
            }
            return next
        }
        for waiting in next { waiting.turn.resume(returning: true) }
    }

    private static func start(_ key: Key, _ state: inout State, _ limits: Limits) -> Bool {
        let ofKey = state.running[key] ?? 0
        guard state.all < limits.running.all, ofKey < limits.running.ofOne else { return false }
        state.all += 1
        state.running[key] = ofKey + 1
        return true
    }

    /// Sends away whoever waited too long, while somebody waits: one task for all, since most get their turn long before.
    private func watch() async {
        while let end = state.withLock({ state -> ContinuousClock.Instant? in
            state.isWatched = !state.waiting.isEmpty
            return state.waiting.first?.end
        }) {
            try? await Task.sleep(until: end)
            let late = state.withLock { state in
                let now = ContinuousClock.now
                let late = state.waiting.prefix { $0.end <= now }
                state.waiting.removeFirst(late.count)
                return late
            }
            for waiting in late { waiting.turn.resume(returning: false) }
        }
    }
}
