@_spi(Runtime) import Kernel

/// Changes the lines of one record inside a write in progress. Pages, programs and code come through here. The record's row is locked
/// first: whoever changes a line waits for whoever changes another, so the lines that were read stand.
struct LineStore: Sendable {
    let plan: RecordPlan
    let lines: LinesPlan

    private var record: RecordType { plan.record }
    private var declared: Lines { lines.lines }
    private var parents: RecordStore { RecordStore(plan: plan) }
    private var rows: RecordStore { RecordStore(plan: lines.row) }

    /// What a change left behind.
    struct Saved: Sendable {
        /// Of the record.
        let revision: Int
        /// Its lines as they stand afterwards, the rows of `LinesSQL.all`; nil inside an act of the record, which goes on.
        let all: ResultSet?
    }

    /// The record and its lines as they stand, both locked by the record's row.
    private struct Standing {
        let record: RecordRow
        var rows: [RecordRow]

        func row(_ id: Identifier) throws -> RecordRow {
            guard let row = rows.first(where: { $0.id == id }) else { throw Refusal.notFound }
            return row
        }
    }

    /// One change as the trail and the rules see it.
    private struct Change {
        let write: LineWrite
        let id: Identifier
        var old: RecordValues?
        var new: RecordValues?
        var places: (Int, Int)?
        var after: [Line]
    }

    // MARK: Changes

    /// Adds a line at the end.
    func add(
        _ given: RecordValues, id: Identifier, to parent: Identifier, expected: Set<Int>? = nil, under permission: String? = nil,
        _ unit: WriteUnit
    ) async throws -> Saved {
        guard declared.checklist == nil else { throw Refusal.notFound }
        return try await writing(parent, expected: expected, under: permission, unit) { standing in
            guard standing.rows.count < declared.most else {
                let most = French.plural(declared.most, declared.words.singular, declared.words.plural)
                throw Refusal.conflict("too_many", "Il y a déjà \(most)\u{00A0}: c’est le plus qu’une fiche peut en avoir.")
            }
            var new = lines.row.defaults
            for (name, value) in given.values { new[name] = value }
            new[Lines.ownerField] = .id(parent)
            if declared.order.column != nil {
                let last = standing.rows.compactMap { $0.values.int(Lines.placeField) }.max() ?? 0
                new[Lines.placeField] = .integer(min(last + LinesSQL.step, LinesSQL.farthest))
            }
            new = try await checked(new, old: nil, among: standing.rows, of: parent, unit)
            try await rows.insert(id, new, [:], unit)
            let after = standing.rows.map { Line(id: $0.id, values: $0.values) } + [Line(id: id, values: new)]
            return Change(write: .add(id, given), id: id, old: nil, new: new, after: after)
        }
    }

    /// Changes some fields of a line.
    /// - Parameter seen: revision of the line that the form showed; nil when it does not matter.
    func change(
        _ id: Identifier, of parent: Identifier, expected: Set<Int>? = nil, seen: Int? = nil, under permission: String? = nil,
        _ unit: WriteUnit, _ given: () async throws -> RecordValues
    ) async throws -> Saved {
        try await writing(parent, expected: expected, under: permission, unit) { standing in
            let row = try standing.row(id)
            if let seen, seen != row.revision { throw RecordStore.Outdated(current: row) }
            var new = row.values
            for (name, value) in try await given().values { new[name] = value }
            guard new != row.values else { return nil }
            new = try await checked(new, old: row.values, among: standing.rows.filter { $0.id != id }, of: parent, unit)
            // A line of a checklist comes into its table when it is touched.
            if row.revision == 0 {
                try await rows.insert(id, new, [:], unit)
            } else {
                try await unit.one(Query(try lines.row.sql.update, parameters: rows.places(id, new, unit)))
            }
            let changed = new
            let after = standing.rows.map { Line(id: $0.id, values: $0.id == id ? changed : $0.values) }
            return Change(write: .change(id, new), id: id, old: row.values, new: new, after: after)
        }
    }

    /// Moves a line to a place, 1 for the first; the others keep their order.
    func move(
        _ id: Identifier, of parent: Identifier, to place: Int, expected: Set<Int>? = nil, under permission: String? = nil,
        _ unit: WriteUnit
    ) async throws -> Saved {
        guard declared.order.column != nil else { throw Refusal.notFound }
        return try await writing(parent, expected: expected, under: permission, unit) { standing in
            let row = try standing.row(id)
            let placed = standing.rows.filter { declared.isPlaced($0.values) }
            let before = placed.map(\.id)
            guard let from = before.firstIndex(of: id) else { throw Refusal.notFound }
            let ids = LineOrder.moved(before, id, to: place)
            guard ids != before, let to = ids.firstIndex(of: id) else { return nil }
            try await unit.one(Query(try lines.sql.reorder, .id(unit.msp), .id(parent), .ids(ids)))
            let order = ids.compactMap { id in placed.first { $0.id == id } } + standing.rows.filter { !declared.isPlaced($0.values) }
            return Change(
                write: .move(id, to: place), id: id, old: row.values, new: row.values, places: (from + 1, to + 1),
                after: order.map { Line(id: $0.id, values: $0.values) })
        }
    }

    /// Takes a line off.
    func remove(
        _ id: Identifier, of parent: Identifier, expected: Set<Int>? = nil, seen: Int? = nil, under permission: String? = nil,
        _ unit: WriteUnit
    ) async throws -> Saved {
        guard declared.checklist == nil else { throw Refusal.notFound }
        return try await writing(parent, expected: expected, under: permission, unit) { standing in
            let row = try standing.row(id)
            if let seen, seen != row.revision { throw RecordStore.Outdated(current: row) }
            switch declared.removal {
            case .delete: try await unit.one(Query(try lines.sql.delete, .id(unit.msp), .id(id)))
            case .archive:
                try await unit.one(Query(try lines.row.sql.archive, .id(unit.msp), .id(id), .instant(unit.now), .id(unit.access.account)))
            }
            let after = standing.rows.filter { $0.id != id }.map { Line(id: $0.id, values: $0.values) }
            return Change(write: .remove(id), id: id, old: row.values, new: nil, after: after)
        }
    }

    // MARK: Around a change

    private func writing(
        _ parent: Identifier, expected: Set<Int>?, under permission: String?, _ unit: WriteUnit,
        _ body: (Standing) async throws -> Change?
    ) async throws -> Saved {
        let key: [Parameter] = [.id(unit.msp), .id(parent)]
        let read = try await unit.run(
            try parents.lock(parent, unit), Query(try lines.sql.all, parameters: key))
        guard let locked = read[0].first else { throw Refusal.notFound }
        let row = try RecordRow(locked, record)
        if let expected, !expected.contains(row.revision) { throw RecordStore.Outdated(current: row) }
        // An act of the record has asked for its own right and state.
        let act = unit.openAct(record.id, parent)
        if act == nil { try allow(row, under: permission, unit) }
        guard let change = try await body(Standing(record: row, rows: try lines.rows(read[1], of: parent, for: unit.access))) else {
            return Saved(revision: row.revision, all: read[1])
        }
        if change.after.isEmpty, plan.record.memberLines?.lines.name == declared.name {
            throw Refusal.conflict("last_member", "Gardez au moins une personne\u{A0}: sinon plus personne ne verrait cette fiche.")
        }
        try await declared.settle(
            LinesAfter(id: parent, record: row.values, lines: change.after, written: change.after.first { $0.id == change.id }), unit)
        if let act {
            act.join(declared.name, trail(change))
            return Saved(revision: row.revision, all: nil)
        }
        let results = try await unit.run(
            try parents.touched(parent, unit),
            try plan.one(msp: unit.msp, parent, bound: false), Query(try lines.sql.all, parameters: key))
        guard let after = results[1].first else { throw Refusal.notFound }
        parents.audit("\(change.write.verb)_\(declared.one)", parent, lines: [(declared.name, .array([trail(change)]))], unit)
        return Saved(revision: try after[1], all: results[2])
    }

    private func allow(_ row: RecordRow, under permission: String?, _ unit: WriteUnit) throws {
        guard let needed = permission ?? declared.write, unit.access.can(needed) else { throw Refusal.forbidden }
        try parents.checkOpen(row)
        guard plan.allows(declared, row.values) else { throw closed(row.values) }
    }

    /// The lines stand still in the record's state.
    func closed(_ values: RecordValues) -> Refusal {
        let words = declared.words
        let (article, ending) = words.isFeminine ? ("une", "e") : ("un", "")
        return .conflict(
            "not_editable",
            "Dans l’état « \(plan.state(values)?.label ?? "") », \(article) \(words.singular) ne peut plus être modifié\(ending).")
    }

    /// Rules of the fields, of the line and of the list, then what is newly referred to; the values as they are written.
    private func checked(
        _ given: RecordValues, old: RecordValues?, among others: [RecordRow], of parent: Identifier, _ unit: WriteUnit
    ) async throws -> RecordValues {
        try rows.check(given, old: old)
        let new = try await declared.prepare(given, old, unit)
        let names = declared.uniqueBy
        if let first = names.first, others.contains(where: { other in names.allSatisfy { other.values[$0] == new[$0] } }) {
            throw Refusal.invalid(first, "Cette valeur figure déjà dans la liste.")
        }
        try await rows.checkReferences(declared.fields.filter { !$0.isReadOnly }, new, old: old, of: parent, unit)
        return new
    }

    /// What the record's trail holds of it: the line by its name of before, fields from what to what.
    private func trail(_ change: Change) -> JSONValue {
        let told = change.old ?? change.new ?? RecordValues()
        var members: [(String, JSONValue)] = [("id", .string(change.id.description)), ("act", .string(change.write.verb))]
        guard !declared.isDiscreet(told), !declared.isDiscreet(change.new ?? told) else { return .object(members) }
        if let title = declared.columns.first { members.append(("title", told[title].json)) }
        if let (from, to) = change.places { members.append(("place", .array([.integer(from), .integer(to)]))) }
        let fields = RecordStore.changes(declared.fields.filter { !$0.isDerived }, old: change.old, new: change.new)
        if !fields.isEmpty { members.append(("fields", .object(fields))) }
        return .object(members)
    }
}
