/// Performs the acts of records wherever they are asked for. The runtime implements it with the very engine that answers buttons
/// and programs, so that a hand-made screen has no second road to the same effect.
public protocol RecordActs: Sendable {
    /// Runs an action of a record: lock, state, rules of its fields, references, effect, revision, trace.
    func perform(
        _ action: RecordAction, of record: String, on id: Identifier, _ values: RecordValues, _ unit: WriteUnit
    ) async throws -> ActionOutcome
    /// Creates a record with its rules and its trace. The values may hold read-only fields: the caller is code, not a person.
    func create(_ record: String, id: Identifier, _ given: RecordChange, _ unit: WriteUnit) async throws
    /// Writes a new record as the consequence of an act, traced under `verb`.
    func make(
        _ record: String, id: Identifier, _ verb: String, _ given: RecordChange, noting: [(String, JSONValue)], _ unit: WriteUnit
    ) async throws
    /// Changes records as the consequence of another act, each traced under `verb`. Gives the ids of those that changed.
    func follow(
        _ record: String, on ids: [Identifier], _ verb: String, _ change: RecordChange, from states: Set<String>?,
        noting: [(String, JSONValue)], _ unit: WriteUnit
    ) async throws -> [Identifier]
    /// The lines of a record; see `LineWriter`.
    func lines(_ name: String, of record: String, _ parent: Identifier, _ unit: WriteUnit) async throws -> [Line]
    /// Changes a line of a record; see `LineWriter`.
    func write(
        _ change: LineWrite, lines name: String, of record: String, _ parent: Identifier, under permission: String?, _ unit: WriteUnit
    ) async throws
    /// Runs a body as a part of the act in progress on the object, or as a consequence of another act, traced under `verb` where it did
    /// anything.
    func follow(
        _ record: String, on id: Identifier, _ verb: String, noting: [(String, JSONValue)], _ unit: WriteUnit,
        while body: () async throws -> Void
    ) async throws
    /// Writes a part of what the act in progress changes of its own record.
    func write(_ record: String, of id: Identifier, _ change: RecordChange, _ unit: WriteUnit) async throws
    /// Seals a paper of an object as it stands in this transaction.
    func seal(
        _ paper: String, of record: String, on id: Identifier, at: Instant, by: String, _ unit: WriteUnit
    ) async throws -> Exhibit
    /// Composes a paper of an object as it stands in this transaction, without keeping it.
    func document(_ paper: String, of record: String, on id: Identifier, _ unit: WriteUnit) async throws -> NamedDocument
}

extension WriteUnit {
    /// Performs an act of a record from a hand-made screen, exactly as its button and its API route do: same permission, rules,
    /// state, lock, revision and trace.
    /// - Parameter action: the action's id, as in the trail.
    @discardableResult
    public func act(
        _ record: RecordType, _ action: String, on id: Identifier, _ values: RecordValues = RecordValues()
    ) async throws -> ActionOutcome {
        let declared = try self.action(record, named: action)
        guard access.can(declared.permission) else { throw Refusal.forbidden }
        return try await acts.perform(declared, of: record.id, on: id, values, self)
    }

    /// Performs an act through a personal link: the link is the right to it, and says with `byLink` whose it is. The rest is the same
    /// road. An act that declares no link is done by none.
    @discardableResult
    public func actByLink(_ record: RecordType, _ action: String, on id: Identifier, _ values: RecordValues) async throws -> ActionOutcome {
        let declared = try self.action(record, named: action)
        guard access.channel == .link, declared.byLink != nil else { throw Refusal.forbidden }
        return try await acts.perform(declared, of: record.id, on: id, values, self)
    }

    private func action(_ record: RecordType, named id: String) throws -> RecordAction {
        guard let declared = record.actions.first(where: { $0.id == id }) else { throw Refusal.notFound }
        return declared
    }

    /// Creates a record from a hand-made screen, with its rules and its trace.
    /// - Parameter permission: the right of the screen where it is not that of the record's form, such as to declare one's own.
    public func create(_ record: RecordType, id: Identifier, _ values: RecordValues, under permission: String? = nil) async throws {
        guard let needed = permission ?? record.permissions.create, access.can(needed) else { throw Refusal.forbidden }
        try await acts.create(record.id, id: id, RecordChange(values), self)
    }

    /// Writes a new record as the consequence of an act, or of a hand-made screen that has its own right: the rules of the fields and
    /// the trace are those of the record, what its form completes is given.
    /// - Parameters:
    ///   - verb: last part of its name in the trail.
    ///   - noting: what the trail says beside the fields.
    public func make(
        _ record: String, id: Identifier, _ given: RecordChange, as verb: String = "create", noting: [(String, JSONValue)] = []
    ) async throws {
        try await acts.make(record, id: id, verb, given, noting: noting, self)
    }

    /// Makes a task as the consequence of an act: the right to that act is enough, the rules and the trace are those of tasks.
    /// - Parameter origin: record id and id of what brings it.
    public func task(
        id: Identifier, _ title: String, owner: Identifier, dueOn: CivilDate? = nil, origin: (kind: String, id: Identifier)
    ) async throws {
        try await acts.create(
            "core.task", id: id,
            RecordChange(
                RecordValues(["title": .text(title), "owner_id": .id(owner), "due_on": FieldValue(dueOn)]),
                kept: ["origin_kind": .text(origin.kind), "origin_id": .id(origin.id)]), self)
    }

    /// Changes a record as the consequence of an act of another one: the right to that act is enough, the rules, the revision and
    /// the trace are those of the record. `verb` is the last part of its name in the trail. Inside an act of the same object it is a
    /// part of that act.
    /// - Parameters:
    ///   - states: the record is left alone in any other state.
    ///   - noting: what the trail says beside the fields, also when no field changes.
    /// - Returns: whether there was something to trace.
    @discardableResult
    public func follow(
        _ record: String, on id: Identifier, _ verb: String, _ change: RecordChange = .nothing, from states: Set<String>? = nil,
        noting: [(String, JSONValue)] = []
    ) async throws -> Bool {
        try await !acts.follow(record, on: [id], verb, change, from: states, noting: noting, self).isEmpty
    }

    /// Does several things to one object as the consequence of an act of another one: they are one revision and one entry of the trail.
    public func follow(
        _ record: String, on id: Identifier, _ verb: String, noting: [(String, JSONValue)] = [], while body: () async throws -> Void
    ) async throws {
        try await acts.follow(record, on: id, verb, noting: noting, self, while: body)
    }

    /// The same for many at once, in two round trips whatever their number. Returns those that changed.
    @discardableResult
    public func follow(
        _ record: String, on ids: [Identifier], _ verb: String, _ change: RecordChange, from states: Set<String>? = nil,
        noting: [(String, JSONValue)] = []
    ) async throws -> [Identifier] {
        guard !ids.isEmpty else { return [] }
        return try await acts.follow(record, on: ids, verb, change, from: states, noting: noting, self)
    }

    /// Writes now what the act in progress changes of its own record, where what comes next reads it: a mail that tells the new date.
    /// The state is checked by the workflow; the act has one revision and one entry of the trail, however often it writes.
    public func change(_ record: String, of id: Identifier, _ change: RecordChange) async throws {
        try await acts.write(record, of: id, change, self)
    }
}

/// Something with a trail that is no record: a sealed dossier, a bank account. It declares what can be traced of it.
public struct TracedThing: Sendable {
    /// `module.noun`, with which each name in the trail begins.
    public let id: String
    /// Last parts of these names.
    public let acts: Set<String>

    public init(_ id: String, acts: Set<String>) {
        self.id = id
        self.acts = acts
    }
}

extension WriteUnit {
    /// Traces an act on something that is no record.
    /// - Parameter object: record or kind, and id of what the entry stands beside; the thing itself unless said otherwise.
    public func trace(
        _ act: String, of thing: TracedThing, on id: Identifier, beside kind: String? = nil, _ detail: [(String, JSONValue)] = []
    ) throws {
        guard thing.acts.contains(act) else { throw Refusal.notFound }
        audit("\(thing.id).\(act)", type: kind ?? thing.id, id: id, detail: .object(detail))
    }

    /// Traces that somebody was shown what is not shown to everybody: a code, a paper. `verb` is declared by the record.
    public func traceReading(_ record: RecordType, _ verb: String, on id: Identifier) throws {
        guard record.verbs[verb] != nil else { throw Refusal.notFound }
        audit("\(record.id).\(verb)", type: record.id, id: id)
    }
}
