import Synchronization

/// Whether a request was let into its MSP. A handler that answers without reading anything must not answer strangers.
final class EntryMark: Sendable {
    private let isSet = Atomic(false)

    func set() { isSet.store(true, ordering: .relaxed) }

    var hasEntered: Bool { isSet.load(ordering: .relaxed) }
}
