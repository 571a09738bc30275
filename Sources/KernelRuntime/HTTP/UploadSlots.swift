import Kernel
import Synchronization

/// How many large bodies are worked on at once. A file is in memory several times on its way to the database, so those that have
/// arrived wait here, in their order; those still arriving wait on disk.
final class UploadSlots: Sendable {
    private struct State {
        var free: Int
        var arriving = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    /// Bodies that may be arriving or waiting at one time.
    private let mostArriving: Int

    init(working: Int = 2, arriving: Int = 64) {
        state = Mutex(State(free: working))
        mostArriving = arriving
    }

    /// Room for one more body; refuses when too many are on their way.
    func arrive() throws(Refusal) {
        let isRoom = state.withLock { state in
            guard state.arriving < mostArriving else { return false }
            state.arriving += 1
            return true
        }
        guard isRoom else {
            throw Refusal(
                status: 503, code: "busy", message: "Beaucoup de fichiers arrivent en ce moment. Réessayez dans un instant.", retryAfter: 5)
        }
    }

    func leave() { state.withLock { $0.arriving -= 1 } }

    /// Waits for one's turn; `give` ends it.
    func take() async {
        await withCheckedContinuation { (turn: CheckedContinuation<Void, Never>) in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
