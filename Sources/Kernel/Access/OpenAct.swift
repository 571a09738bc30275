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
        var lines: [(name: String, change: JSONValue)] = []
    }

    /// - Parameter isTouched: true where the record was written with its revision just before.
    public init(_ record: String, _ id: Identifier, _ values: RecordValues, isTouched: Bool = false) {
        self.record = record
        self.id = id
        state = Mutex(State(values: values, isTouched: isTouched))
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

    /// Adds what became of a line of the record.
    public func join(_ name: String, _ change: JSONValue) { state.withLock { $0.lines.append((name, change)) } }

    /// What became of the record's lines, by their name.
    public var lines: [(String, JSONValue)] {
        state.withLock { state in
            let names = state.lines.reduce(into: [String]()) { names, line in if !names.contains(line.name) { names.append(line.name) } }
            return names.map { name in (name, .array(state.lines.filter { $0.name == name }.map(\.change))) }
        }
    }
}
