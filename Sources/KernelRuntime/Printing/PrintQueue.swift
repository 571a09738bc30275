import Kernel
import Synchronization

/// The printers of the whole server: two at once, one of them at most for the same caller, the others wait for their turn in their
/// order. A page takes seconds of a core and much memory, so without this bound one person could fill the machine.
final class PrintQueue: Sendable {
    private struct Waiting {
        let number: Int
        let caller: [UInt8]
        let turn: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var next = 0
        var running: [[UInt8]] = []
        var waiting: [Waiting] = []
    }

    private let print: @Sendable ([UInt8]) async throws -> PrintedDocument
    private let width: Int
    private let mostWaiting: Int
    private let mostOfOne: Int
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - width: how many at once.
    ///   - waiting: how many may wait, of all callers and of one.
    ///   - patience: whoever waits longer for a turn is told to come back.
    init(
        width: Int = 2, waiting: (all: Int, ofOne: Int) = (32, 4), patience: Duration = .seconds(30),
        print: @escaping @Sendable ([UInt8]) async throws -> PrintedDocument
    ) {
        self.width = width
        mostWaiting = waiting.all
        mostOfOne = waiting.ofOne
        self.patience = patience
        self.print = print
    }

    /// - Parameter caller: the account, or the digest of a personal link.
    func print(_ html: [UInt8], for caller: [UInt8]) async throws -> PrintedDocument {
        guard await turn(caller) else {
            throw Refusal(
                status: 503, code: "printing_busy",
                message: "Beaucoup de documents sont mis en page en ce moment. Rien n’a été enregistré ; réessayez dans un instant.",
                retryAfter: 10)
        }
        defer { end(caller) }
        return try await print(html)
    }

    private func turn(_ caller: [UInt8]) async -> Bool {
        await withCheckedContinuation { turn in
            let answer: Bool? = state.withLock { state in
                if state.running.count < width, !state.running.contains(caller) {
                    state.running.append(caller)
                    return true
                }
                guard state.waiting.count < mostWaiting, state.waiting.count(where: { $0.caller == caller }) < mostOfOne else {
                    return false
                }
                let number = state.next
                state.next += 1
                state.waiting.append(Waiting(number: number, caller: caller, turn: turn))
                Task {
                    try? await Task.sleep(for: patience)
                    giveUp(number)
                }
                return nil
            }
            if let answer { turn.resume(returning: answer) }
        }
    }

    private func giveUp(_ number: Int) {
        let waiting = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        waiting?.turn.resume(returning: false)
    }

    /// Passes the printer on to the first in the row whose caller has none.
    private func end(_ caller: [UInt8]) {
        let next: [Waiting] = state.withLock { state in
            if let index = state.running.firstIndex(of: caller) { state.running.remove(at: index) }
            var next: [Waiting] = []
            while state.running.count < width, let index = state.waiting.firstIndex(where: { !state.running.contains($0.caller) }) {
                let waiting = state.waiting.remove(at: index)
                state.running.append(waiting.caller)
                next.append(waiting)
            }
            return next
        }
        for waiting in next { waiting.turn.resume(returning: true) }
    }
}
