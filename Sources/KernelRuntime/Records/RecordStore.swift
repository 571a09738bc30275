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
        if record.isSheet, !(try await unit.one(Query(try plan.sql.locked, .id(unit.msp), .id(id))).isEmpty) {
            throw Refusal.conflict("exists", "Cette fiche est déjà remplie\u{A0}: modifiez-la.")
        }
        var new = plan.defaults
        for (name, value) in given.values { new[name] = value }
        try check(new, old: nil)
        new = try await record.prepare(new, nil, id, unit)
        try await checkReferences(record.fields, new, old: nil, of: nil, unit)
        try await insert(id, new, kept, unit)
        let act = OpenAct(record.id, id, new, isTouched: true)
        try await unit.during(act) { try await record.settle(id, unit) }
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
        new = try await record.prepare(new, row.values, id, unit)
        try checkPassage(row.values, new)
        try await checkReferences(record.fields, new, old: row.values, of: id, unit)
        let revision: Int = try await unit.one(Query(try plan.sql.update, parameters: places(id, new, unit))).scalar()
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

    func locked(_ id: Identifier, _ unit: WriteUnit) async throws -> RecordRow {
        let rows = try await unit.one(Query(try plan.sql.locked, .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        return try RecordRow(row, record)
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

    /// What a reference newly points to is looked for in this MSP, among what the caller may read and what belongs to the record acted
    /// on: everything else, another MSP's too, answers as one that does not exist.
    func checkReferences(
        _ fields: [RecordField], _ new: RecordValues, old: RecordValues?, of subject: Identifier?, _ unit: WriteUnit
    ) async throws {
        var faults: [FieldFault] = []
        var names: [String] = []
        var queries: [Query] = []
        func missing(_ name: String) -> FieldFault { FieldFault(name, "L’élément choisi n’existe pas dans votre structure.") }
        for field in fields {
            guard let target = field.target, let id = new.id(field.name), old?[field.name] != .id(id) else { continue }
            guard plan.catalog.mayRead(target, unit.access) else {
                faults.append(missing(field.name))
                continue
            }
            names.append(field.name)
            let select: SQL = "select 1 from " + (try SQL.identifier(target.table)) + " where \"msp_id\" = $1 and "
            if let within = target.within {
                queries.append(Query(select + "(" + within + ") and \"id\" = $3", .id(unit.msp), .id(subject), .id(id)))
            } else {
                queries.append(Query(select + "\"id\" = $2", .id(unit.msp), .id(id)))
            }
        }
        if !queries.isEmpty {
            faults += zip(names, try await unit.run(all: queries)).filter { $0.1.isEmpty }.map { missing($0.0) }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    func insert(_ id: Identifier, _ values: RecordValues, _ kept: [String: Parameter], _ unit: WriteUnit) async throws {
        let (columns, parameters) = try keptPlaces(kept)
        try await unit.one(Query(try plan.sql.insert(keeping: columns), parameters: places(id, values, unit) + parameters))
    }

    /// Columns that no face shows, in the order of their names. One that a field shows, or that the engine keeps, is a fault of the code.
    func keptPlaces(_ kept: [String: Parameter]) throws -> ([SQL], [Parameter]) {
        let sorted = kept.sorted { $0.key < $1.key }
        let taken = Set(record.fields.map(\.column)).union(RecordSQL.standing)
        for (name, _) in sorted where taken.contains(name) { throw ActFault(record: record.id, sentence: "\(name) is no kept column") }
        return (try sorted.map { try SQL.identifier($0.key) }, sorted.map(\.value))
    }

    func places(_ id: Identifier, _ values: RecordValues, _ unit: WriteUnit) -> [Parameter] {
        [.id(unit.msp), .id(id), .instant(unit.now), .id(unit.access.account)] + record.storedFields.map { values[$0.name].parameter }
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

extension FieldValue {
    /// Null, or a list without a code.
    var isEmpty: Bool { self == .null || self == .codes([]) }
}
