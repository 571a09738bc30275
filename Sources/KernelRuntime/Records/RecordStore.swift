@_spi(Runtime) import Kernel

/// Changes one record inside a write in progress. Both faces come through here: the rule that the form shows is the rule
/// that the API enforces.
struct RecordStore: Sendable {
    let plan: RecordPlan

    var record: RecordType { plan.record }

    /// Thrown when the form or the program knew an older revision; carries the record as it stands.
    struct Outdated: Error, Sendable {
        let current: RecordRow
    }

    /// What a change left behind.
    struct Saved: Sendable {
        let id: Identifier
        let revision: Int
        let values: RecordValues
    }

    /// Creates a record from the values given; the others take their defaults.
    /// - Parameter kept: columns that no face shows, from code alone.
    func create(_ given: RecordValues, id: Identifier? = nil, kept: [String: Parameter] = [:], _ unit: WriteUnit) async throws -> Saved {
        let id = record.isSheet ? unit.msp : id ?? Identifier.make(at: unit.now)
        if record.isSheet, !(try await unit.one(try lock(id, unit, asCaller: false)).isEmpty) {
            throw Refusal.conflict("exists", "Cette fiche est déjà remplie\u{A0}: modifiez-la.")
        }
        var new = plan.defaults
        for (name, value) in given.values { new[name] = value }
        new = try keptByCaller(new, unit)
        try check(new, old: nil)
        try checkGiven(new, old: nil, unit)
        new = try await record.prepare(new, nil, id, unit)
        try await checkReferences(record.fields, new, old: nil, of: nil, unit)
        try await insert(id, new, kept, unit)
        let act = OpenAct(record.id, id, new, isTouched: true)
        try await unit.during(act) {
            try await join(id, unit)
            try await record.settle(id, unit)
        }
        audit("create", id, old: nil, new: act.values, lines: act.lines, unit, noting: act.notes)
        return Saved(id: id, revision: 1, values: act.values)
    }

    /// Changes some fields. `expected` are the revisions the caller accepts, nil when it does not matter.
    func update(_ id: Identifier, expected: Set<Int>?, _ unit: WriteUnit, _ change: (RecordRow) async throws -> RecordValues)
        async throws -> Saved
    {
        let row = try await locked(id, unit)
        if let expected, !expected.contains(row.revision) { throw Outdated(current: row) }
        try checkOpen(row)
        guard plan.isEditable(row.values) else {
            throw Refusal.conflict(
                "not_editable", "Dans l’état « \(plan.state(row.values)?.label ?? "") », cette fiche ne peut plus être modifiée.")
        }
        var new = row.values
        for (name, value) in try await change(row).values { new[name] = value }
        guard new != row.values else { return Saved(id: id, revision: row.revision, values: new) }
        try check(new, old: row.values)
        try checkGiven(new, old: row.values, unit)
        new = try await record.prepare(new, row.values, id, unit)
        try checkPassage(row.values, new)
        try await checkReferences(record.fields, new, old: row.values, of: id, unit)
        let revision: Int = try await unit.one(Query(try plan.sql.update, parameters: places(id, new, unit))).scalar()
        try link([id], new, unit)
        let act = OpenAct(record.id, id, new, isTouched: true)
        try await unit.during(act) { try await record.settle(id, unit) }
        audit("update", id, old: row.values, new: act.values, lines: act.lines, unit, noting: act.notes)
        return Saved(id: id, revision: revision, values: act.values)
    }

    /// Archives or restores; doing it twice changes nothing.
    func archive(_ id: Identifier, _ archived: Bool, expected: Set<Int>?, _ unit: WriteUnit) async throws -> Saved {
        let row = try await locked(id, unit)
        if let expected, !expected.contains(row.revision) { throw Outdated(current: row) }
        guard (row.archivedAt != nil) != archived else { return Saved(id: id, revision: row.revision, values: row.values) }
        try await record.retire(row.values, archived, unit)
        let statement = archived ? try plan.sql.archive : try plan.sql.restore
        let revision: Int = try await unit.one(
            Query(statement, .id(unit.msp), .id(id), .instant(unit.now), .id(unit.access.account))
        ).scalar()
        audit(archived ? "archive" : "restore", id, old: row.values, new: row.values, unit)
        return Saved(id: id, revision: revision, values: row.values)
    }

    // MARK: Steps

    /// The row, locked, where the caller may see it.
    /// - Parameter asCaller: false for what the house does as a consequence.
    func locked(_ id: Identifier, _ unit: WriteUnit, asCaller: Bool = true) async throws -> RecordRow {
        let rows = try await unit.one(try lock(id, unit, asCaller: asCaller))
        guard let row = rows.first else { throw Refusal.notFound }
        return try RecordRow(row, record)
    }

    func lock(_ id: Identifier, _ unit: WriteUnit, asCaller: Bool = true) throws -> Query {
        // Whoever does an act of it was let in when the act began.
        let bound = asCaller && unit.openAct(record.id, id) == nil && record.reading?.binds(unit.access) ?? false
        return Query(try plan.sql.locked(bound: bound), .id(unit.msp), .id(id))
    }

    func checkOpen(_ row: RecordRow) throws {
        if row.archivedAt != nil { throw Refusal.conflict("archived", "Cette fiche est archivée. Rétablissez-la avant de la modifier.") }
    }

    /// The graph of states is the workflow's, whoever leads from one to the next.
    func checkPassage(_ old: RecordValues, _ new: RecordValues) throws {
        guard let workflow = record.workflow, let from = old.text(workflow.field), let to = new.text(workflow.field), from != to else {
            return
        }
        guard workflow.allows(from: from, to: to) else {
            throw Refusal.conflict(
                "state",
                "Le passage de « \(workflow.state(from)?.label ?? from) » à « \(workflow.state(to)?.label ?? to) » n’est pas possible.")
        }
    }

    /// Rules of each field, then those over several fields. The columns that only the platform writes are not checked.
    func check(_ new: RecordValues, old: RecordValues?) throws {
        var faults = record.fields.filter { !$0.isReadOnly }.compactMap { field in
            FieldRules.fault(new[field.name], field).map { FieldFault(field.name, $0) }
        }
        if faults.isEmpty { faults = record.check(new, old) }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    /// What a reference newly points to is looked for in this MSP, among what the caller may read and may choose: everything else, another
    /// MSP's too, answers as one that does not exist.
    func checkReferences(
        _ fields: [RecordField], _ new: RecordValues, old: RecordValues?, of subject: Identifier?, _ unit: WriteUnit
    ) async throws {
        var faults: [FieldFault] = []
        var names: [String] = []
        var queries: [Query] = []
        func missing(_ name: String) -> FieldFault { FieldFault(name, ReferenceChoice.refusal) }
        var wanted: [Int] = []
        for field in fields {
            guard let target = field.target else { continue }
            let given = Set(new.references(field.name)).subtracting(old?.references(field.name) ?? [])
            guard !given.isEmpty else { continue }
            guard plan.catalog.mayRead(target, unit.access) || given.allSatisfy({ isOwn(field, $0, unit.access) }) else {
                faults.append(missing(field.name))
                continue
            }
            names.append(field.name)
            wanted.append(given.count)
            queries.append(
                try ReferenceChoice(target, plan.catalog).query(
                    "1", msp: unit.msp, of: subject, bound: plan.catalog.binds(target, unit.access),
                    and: ({ "\"id\" = any(" + $0 + "::uuid[])" }, .ids(given.sorted()))))
        }
        if !queries.isEmpty {
            let found = try await unit.run(all: queries).map(\.count)
            faults += names.indices.filter { found[$0] < wanted[$0] }.map { missing(names[$0]) }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    func insert(_ id: Identifier, _ values: RecordValues, _ kept: [String: Parameter], _ unit: WriteUnit) async throws {
        let (columns, parameters) = try keptPlaces(kept)
        try await unit.one(Query(try plan.sql.insert(keeping: columns), parameters: places(id, values, unit) + parameters))
        try link([id], values, unit)
    }

    /// Columns that no face shows, in the order of their names. One that a field shows, or that the engine keeps, is a fault of the code.
    func keptPlaces(_ kept: [String: Parameter]) throws -> ([SQL], [Parameter]) {
        let sorted = kept.sorted { $0.key < $1.key }
        let taken = Set(record.fields.map(\.column)).union(RecordSQL.standing)
        for (name, _) in sorted where taken.contains(name) { throw ActFault(record: record.id, sentence: "\(name) is no kept column") }
        return (try sorted.map { try SQL.identifier($0.key) }, sorted.map(\.value))
    }

    func places(_ id: Identifier, _ values: RecordValues, _ unit: WriteUnit) -> [Parameter] {
        [.id(unit.msp), .id(id), .instant(unit.now), .id(unit.access.account)] + record.writtenFields.map { values[$0.name].parameter }
    }

    /// The rows of the link tables follow the values of the row, with the next round trip.
    func link(_ ids: [Identifier], _ values: RecordValues, _ unit: WriteUnit) throws {
        for (name, statements) in try plan.sql.links.sorted(by: { $0.key < $1.key }) where !values[name].isNull {
            let key: [Parameter] = [.id(unit.msp), .ids(ids), .ids(values.ids(name))]
            unit.enqueue(Query(statements.drop, parameters: key))
            if !values.ids(name).isEmpty { unit.enqueue(Query(statements.add, parameters: key)) }
        }
    }

    /// The revision moves on: something that belongs to the record changed.
    func touched(_ id: Identifier, _ unit: WriteUnit) throws -> Query {
        Query(
            try plan.sql.moved, .id(unit.msp), .ids([id]), .instant(unit.now), .id(unit.access.account))
    }

    /// - Parameter lines: what became of lines of the record in the same act.
    func audit(
        _ verb: String, _ id: Identifier, old: RecordValues? = nil, new: RecordValues? = nil, lines: [(String, JSONValue)] = [],
        _ unit: WriteUnit, input: (fields: [RecordField], values: RecordValues)? = nil,
        noting notes: [(String, JSONValue)] = []
    ) {
        let changes = Self.changes(record.fields, old: old, new: new) + lines
        var detail: [(String, JSONValue)] = [("changes", .object(changes))]
        if let input {
            let given = input.fields.filter { !input.values[$0.name].isEmpty }
            if !given.isEmpty { detail.append(("input", .object(given.map { ($0.name, input.values[$0.name].json) }))) }
        }
        unit.audit("\(record.id).\(verb)", type: record.id, id: id, detail: .object(detail + notes))
    }

    /// Fields from what to what, for the trail.
    static func changes(_ fields: [RecordField], old: RecordValues?, new: RecordValues?) -> [(String, JSONValue)] {
        fields.compactMap { field in
            let (before, after) = (old?[field.name] ?? .null, new?[field.name] ?? .null)
            guard before != after, !(before.isEmpty && after.isEmpty) else { return nil }
            return (field.name, .array([before.json, after.json]))
        }
    }
}

/// A declaration or a module that asks of the engine what it does not do: a fault of the code, never of what was typed.
struct ActFault: Error, Sendable {
    let record: String
    let sentence: String
}

extension RecordValues {
    /// What a reference names, or each of several.
    func references(_ name: String) -> [Identifier] { id(name).map { [$0] } ?? ids(name) }
}

extension FieldValue {
    /// Null, or a list without a code.
    var isEmpty: Bool { self == .null || self == .codes([]) || self == .ids([]) }
}
