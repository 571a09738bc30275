import Kernel
import Synchronization

/// A claimed line of the work queue.
struct Work: Sendable {
    let id: Identifier
    /// Nil for the platform's own mails.
    let organisation: Identifier?
    let kind: String
    let ref: Identifier
    let key: String
    let attempts: Int
}

/// A failure with a code that may be stored and logged.
struct WorkFailure: Error {
    let code: String
}

/// What was claimed before a failure, so that the failure can be noted outside the rolled-back transaction.
final class ClaimedWork: Sendable {
    private let state = Mutex<Work?>(nil)

    func set(_ work: Work) { state.withLock { $0 = work } }
    func get() -> Work? { state.withLock { $0 } }
}
