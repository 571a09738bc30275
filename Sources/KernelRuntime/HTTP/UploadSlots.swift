import Kernel
import Synchronization

/// How many large bodies are worked on at once. A file is in memory several times on its way to the database, so those that have
/// arrived wait here, in their order; those still arriving wait on disk.
final class UploadSlots: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    /// Bodies that may be arriving or waiting at one time, by the digest of the credential that sends them.
    private let arriving: Turns<[UInt8]>

    init(working: Int = 2, arriving: Int = 64, ofOne: Int = 6) {
        state = Mutex(State(free: working))
        self.arriving = Turns(.init(running: (arriving, ofOne), waiting: (0, 0), patience: .zero))
    }

    /// How many bodies are on their way.
    var count: Int { arriving.counts.running }

    /// Room for one more body; refuses when too many are on their way, of all or of this caller.
    func arrive(_ caller: [UInt8]) async throws(Refusal) {
        guard await arriving.take(caller) else {
            throw Refusal(
                status: 503, code: "busy", message: "Beaucoup de fichiers arrivent en ce moment. Réessayez dans un instant.", retryAfter: 5)
        }
    }

    func leave(_ caller: [UInt8]) { arriving.give(caller) }

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
