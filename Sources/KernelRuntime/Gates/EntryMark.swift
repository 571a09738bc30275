import Kernel
import Synchronization

/// Whether a request was let into its MSP. A handler that answers without reading anything must not answer strangers.
final class EntryMark: Sendable {
    private let isSet = Atomic(false)

    func set() { isSet.store(true, ordering: .relaxed) }

    var hasEntered: Bool { isSet.load(ordering: .relaxed) }
}

/// What the writes of a request made of the whole, said after the message of the act.
final class SaidAfter: Sendable {
    private let sentences = Mutex<[String]>([])

    /// What a later write of the request says of the whole takes the place of what an earlier one said.
    func set(_ said: [String]) { if !said.isEmpty { sentences.withLock { $0 = said } } }

    /// The answer with what there is to add: to a message that tells of something done, and to no other.
    func complete(_ answer: PageResponse) -> PageResponse {
        let said = sentences.withLock { $0 }
        guard !said.isEmpty, case .redirect(let path, let message?) = answer, message.tone == .done else { return answer }
        return .redirect(path, Message(.done, ([message.text] + said).joined(separator: " ")))
    }
}
