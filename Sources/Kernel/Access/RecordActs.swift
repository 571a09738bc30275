/// Performs the acts of records wherever they are asked for. The runtime implements it with the very engine that answers buttons
/// and programs, so that a hand-made screen has no second road to the same effect.
public protocol RecordActs: Sendable {
    /// Runs an action of a record: lock, state, rules of its fields, references, effect, revision, trace.
    func perform(
        _ action: RecordAction, of record: String, on id: Identifier, _ values: RecordValues, _ unit: WriteUnit
    ) async throws -> ActionOutcome
    /// Creates a record with its rules and its trace. `given` may hold read-only fields: the caller is code, not a person.
    func create(_ record: String, id: Identifier, _ given: RecordValues, _ unit: WriteUnit) async throws
    /// Creates a task that an object of a module brings, with its rules and its trace.
    func createTask(
        id: Identifier, _ values: RecordValues, origin: (kind: String, id: Identifier), _ unit: WriteUnit
    ) async throws
    /// Changes a record as the consequence of another act, traced under `verb`.
    func follow(_ record: String, on id: Identifier, _ verb: String, _ change: RecordValues, _ unit: WriteUnit) async throws
    /// The lines of a record; see `LineWriter`.
    func lines(_ name: String, of record: String, _ parent: Identifier, _ unit: WriteUnit) async throws -> [Line]
    /// Changes a line of a record; see `LineWriter`.
    func write(
        _ change: LineWrite, lines name: String, of record: String, _ parent: Identifier, under permission: String?, _ unit: WriteUnit
    ) async throws
}

extension WriteUnit {
    /// Performs an act of a record from a hand-made screen, exactly as its button and its API route do: same permission, rules,
    /// state, lock, revision and trace.
    /// - Parameter action: the action's id, as in the trail.
    @discardableResult
    public func act(
        _ record: RecordType, _ action: String, on id: Identifier, _ values: RecordValues = RecordValues()
    ) async throws -> ActionOutcome {
        guard let declared = record.actions.first(where: { $0.id == action }) else { throw Refusal.notFound }
        guard access.can(declared.permission) else { throw Refusal.forbidden }
        return try await acts.perform(declared, of: record.id, on: id, values, self)
    }

    /// Creates a record from a hand-made screen, with its rules and its trace.
    /// - Parameter permission: the right of the screen where it is not that of the record's form, such as to declare one's own.
    public func create(_ record: RecordType, id: Identifier, _ values: RecordValues, under permission: String? = nil) async throws {
        guard let needed = permission ?? record.permissions.create, access.can(needed) else { throw Refusal.forbidden }
        try await acts.create(record.id, id: id, values, self)
    }

    /// Creates a task as the consequence of an act: the right to that act is enough, the rules and the trace are those of tasks.
    /// - Parameters:
    ///   - values: `title`, `owner_id`, `due_on`.
    ///   - origin: record id and id of what brings it.
    public func createTask(id: Identifier, _ values: RecordValues, origin: (kind: String, id: Identifier)) async throws {
        try await acts.createTask(id: id, values, origin: origin, self)
    }

    /// Changes a record as the consequence of an act of another one: the right to that act is enough, the rules, the revision and
    /// the trace are those of the record. `verb` is the last part of its name in the trail.
    public func follow(_ record: String, on id: Identifier, _ verb: String, _ change: RecordValues) async throws {
        try await acts.follow(record, on: id, verb, change, self)
    }

    /// Traces an act that a personal link did: nobody is signed in, so the engine did not perform it, and the trail says the same.
    public func traceByLink(_ action: String, type: String, id: Identifier, input: [(String, JSONValue)]) {
        audit("\(type).\(action)", type: type, id: id, detail: .object([("changes", .object([])), ("input", .object(input))]))
    }
}
