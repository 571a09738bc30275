import Synchronization

/// An act in progress on one object: what it knows of the record, and whether the revision moved already. What is written of the same
/// object meanwhile is a part of it.
@_spi(Runtime) public final class OpenAct: Sendable {
    public let record: String
    public let id: Identifier
    private let state: Mutex<State>

    private struct State: Sendable {
        var values: RecordValues
        var isTouched = false
        var notes: [(String, JSONValue)] = []
    }

    public init(_ record: String, _ id: Identifier, _ values: RecordValues) {
        self.record = record
        self.id = id
        state = Mutex(State(values: values))
    }

    /// The record as the act left it so far.
    public var values: RecordValues { state.withLock { $0.values } }
    /// Whether the act moved the revision on.
    public var isTouched: Bool { state.withLock { $0.isTouched } }
    /// What its entry says beside the fields.
    public var notes: [(String, JSONValue)] { state.withLock { $0.notes } }

    /// Notes what was written.
    public func wrote(_ change: RecordChange) {
        state.withLock { state in
            state.isTouched = true
            for (name, value) in change.values.values { state.values[name] = value }
        }
    }

    /// Adds to its entry.
    public func note(_ notes: [(String, JSONValue)]) { state.withLock { $0.notes += notes } }
}
