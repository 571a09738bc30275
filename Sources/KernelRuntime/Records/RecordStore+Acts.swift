@_spi(Runtime) import Kernel

/// Acts: of the record itself, and what they make of others. Every door comes through here.
extension RecordStore {
    /// Runs an action on the locked row. What the act says of its own record is written with the revision in one statement, then its
    /// paper, its entry of evidence, its event and its entry in the trail.
    func act(
        _ action: RecordAction, _ id: Identifier, expected: Set<Int>?, _ unit: WriteUnit, _ input: (RecordRow) async throws -> RecordValues
    ) async throws -> (ActionOutcome, Saved) {
        let row = try await locked(id, unit)
        if let expected, !expected.contains(row.revision) { throw Outdated(current: row) }
        try checkOpen(row)
        guard plan.allows(action, row.values) else {
            throw Refusal.conflict(
                "state", "Dans l’état « \(plan.state(row.values)?.label ?? "") », l’action « \(action.label) » n’est pas possible.")
        }
        let fields = action.fields + (unit.access.channel == .link ? action.byLink ?? [] : [])
        var values = RecordValues(Dictionary(fields.map { ($0.name, $0.initialValue) }, uniquingKeysWith: { first, _ in first }))
        for (name, value) in try await input(row).values { values[name] = value }
        let faults = fields.compactMap { field in FieldRules.fault(values[field.name], field).map { FieldFault(field.name, $0) } }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        try await checkReferences(fields, values, old: nil, of: id, unit)
        let act = OpenAct(record.id, id, row.values)
        var (outcome, done) = try await unit.during(act) { [values] in try await carryOut(action, act, row, values, unit) }
        let after = try RecordRow(try await one(id, unit), record)
        try checkPassage(row.values, after.values)
        done = ActDone(id: id, before: row.values, after: after.values, values: values, sealed: done.sealed, evidence: done.evidence)
        if let event = action.publishes { unit.publish(event.type, try await event.payload(done, unit)) }
        if let says = outcome.says { outcome = ActionOutcome(says(done), href: outcome.href, made: outcome.made) }
        audit(action.id, id, old: row.values, new: after.values, lines: act.lines, unit, input: (fields, values), noting: act.notes)
        return (outcome, Saved(id: id, revision: after.revision, values: after.values))
    }

    private func carryOut(
        _ action: RecordAction, _ act: OpenAct, _ row: RecordRow, _ values: RecordValues, _ unit: WriteUnit
    ) async throws -> (ActionOutcome, ActDone) {
        let outcome = try await action.perform(ActionInput(id: act.id, revision: row.revision, record: row.values, values: values), unit)
        var change = action.settings(values, unit).merging(outcome.change)
        if let state = action.to, let field = record.workflow?.field, change.values[field].isNull, act.values.text(field) != state {
            change.values[field] = .text(state)
        }
        var after = act.values
        for (name, value) in change.values.values { after[name] = value }
        var done = ActDone(id: act.id, before: row.values, after: after, values: values)
        if let sealed = try await seal(action, act, &change, after, unit) {
            done = ActDone(id: act.id, before: row.values, after: after, values: values, sealed: sealed)
        }
        if let evidence = action.evidence, let entry = try await evidence.entry(done, unit) {
            let number = try await unit.appendEvidence(entry)
            done = ActDone(id: act.id, before: row.values, after: after, values: values, sealed: done.sealed, evidence: number)
            if let column = evidence.column { change = change.merging(self.change(of: column, .integer(number), .int(number))) }
        }
        if !change.isEmpty || !act.isTouched { try write(act, change, unit) }
        return (outcome, done)
    }

    /// Seals the papers that name the act; gives the first. What they say is what the act wrote: it is written before, but where the file
    /// goes into a column of the record: that is one statement with the state, as the checks of the table may ask.
    private func seal(
        _ action: RecordAction, _ act: OpenAct, _ change: inout RecordChange, _ after: RecordValues, _ unit: WriteUnit
    ) async throws -> Exhibit? {
        let papers = record.papers.filter { $0.seal?.act == action.id }
        guard !papers.isEmpty else { return nil }
        let isWritten = papers.allSatisfy { $0.seal?.column == nil }
        if isWritten {
            try write(act, change, unit)
            change = .nothing
        }
        var sealed: [Exhibit] = []
        for paper in papers {
            let exhibit = try await PaperStore(plan: plan, paper: paper).seal(
                act.id, at: unit.now, by: unit.access.displayName, after: isWritten ? nil : after, unit)
            if let column = paper.seal?.column { change = change.keeping([column: .id(exhibit.file)]) }
            sealed.append(exhibit)
        }
        return sealed.first
    }

    /// A part of what the act in progress writes of its record.
    func write(_ act: OpenAct, _ change: RecordChange, _ unit: WriteUnit) throws {
        var new = act.values
        for (name, value) in change.values.values { new[name] = value }
        try checkChanged(new, old: act.values)
        try checkPassage(act.values, new)
        try put([act.id], change, moves: !act.isTouched, unit)
        act.wrote(change)
    }

    /// Writes a new record as the consequence of an act: field rules and trace, nothing that its form completes.
    func make(
        _ id: Identifier, _ verb: String, _ given: RecordChange, noting: [(String, JSONValue)], _ unit: WriteUnit
    ) async throws {
        var new = plan.defaults
        for (name, value) in given.values.values { new[name] = value }
        try check(new, old: nil)
        try await insert(id, new, given.kept, unit)
        audit(verb, id, old: nil, new: new, unit, noting: noting)
    }

    /// Changes fields, read-only ones too, as the consequence of another act of the same transaction; inside an act of the same object as
    /// a part of it. Nothing to change and nothing to note leaves no trace. Gives those that changed.
    func follow(
        _ ids: [Identifier], _ verb: String, _ change: RecordChange, from states: Set<String>?, noting: [(String, JSONValue)],
        _ unit: WriteUnit
    ) async throws -> [Identifier] {
        var done: [Identifier] = []
        var others: [Identifier] = []
        for id in Set(ids).sorted() {
            guard let act = unit.openAct(record.id, id) else {
                others.append(id)
                continue
            }
            guard stands(act.values, in: states) else { continue }
            if !change.isEmpty { try write(act, change, unit) }
            act.note(noting)
            done.append(id)
        }
        guard !others.isEmpty else { return done }
        let rows = try await unit.one(Query(try plan.sql.lockedMany, .id(unit.msp), .ids(others))).map { try RecordRow($0, record) }
        guard rows.count == others.count else { throw Refusal.notFound }
        var written: [(row: RecordRow, new: RecordValues)] = []
        var traced: [(row: RecordRow, new: RecordValues)] = []
        for row in rows where stands(row.values, in: states) {
            var new = row.values
            for (name, value) in change.values.values { new[name] = value }
            let isSame =
                new == row.values && change.kept.isEmpty && (change.isArchived.map { $0 == (row.archivedAt != nil) } ?? true)
            if isSame, noting.isEmpty { continue }
            traced.append((row, new))
            guard !isSame else { continue }
            try checkChanged(new, old: row.values)
            try checkPassage(row.values, new)
            try await checkReferences(record.fields, new, old: row.values, of: row.id, unit)
            written.append((row, new))
        }
        if !written.isEmpty { try put(written.map(\.row.id), change, moves: true, unit) }
        for (row, new) in traced { audit(verb, row.id, old: row.values, new: new, unit, noting: noting) }
        return done + traced.map(\.row.id)
    }

    /// What happens to one object meanwhile is a part of the act in progress on it, or one consequence with a revision and a trace of its
    /// own. Nothing done leaves none.
    func follow(
        _ id: Identifier, _ verb: String, noting: [(String, JSONValue)], _ unit: WriteUnit, while body: () async throws -> Void
    ) async throws {
        if let act = unit.openAct(record.id, id) {
            try await body()
            return act.note(noting)
        }
        let row = try await locked(id, unit, asCaller: false)
        let act = OpenAct(record.id, id, row.values)
        try await unit.during(act, body)
        let notes = act.notes + noting
        guard act.isTouched || !act.lines.isEmpty || !notes.isEmpty else { return }
        if !act.isTouched { unit.enqueue(try touched(id, unit)) }
        audit(verb, id, old: row.values, new: act.values, lines: act.lines, unit, noting: notes)
    }

    // MARK: Steps

    private func stands(_ values: RecordValues, in states: Set<String>?) -> Bool {
        guard let states, let field = record.workflow?.field else { return true }
        return values.text(field).map(states.contains) ?? false
    }

    private func one(_ id: Identifier, _ unit: WriteUnit) async throws -> Row {
        guard let row = try await unit.one(try plan.one(msp: unit.msp, id, bound: false)).first else { throw Refusal.notFound }
        return row
    }

    /// Sends the change along with the next round trip.
    private func put(_ ids: [Identifier], _ change: RecordChange, moves: Bool, _ unit: WriteUnit) throws {
        let unknown = change.values.values.keys.first { record.field($0) == nil }
        if let unknown { throw ActFault(record: record.id, sentence: "\(unknown) is no field") }
        let fields = record.fields.filter { change.values.values.keys.contains($0.name) && $0.links == nil }
        let (kept, parameters) = try keptPlaces(change.kept)
        let columns = try fields.map { try SQL.identifier($0.column) } + kept
        unit.enqueue(
            Query(
                try plan.sql.change(columns, isArchived: change.isArchived, moves: moves),
                parameters: [.id(unit.msp), .ids(ids), .instant(unit.now), .id(unit.access.account)]
                    + fields.map { change.values[$0.name].parameter } + parameters))
        try link(ids, change.values, unit)
    }

    /// A column that a field shows, or that none does.
    private func change(of column: String, _ value: FieldValue, _ parameter: Parameter) -> RecordChange {
        record.field(column) == nil ? RecordChange(kept: [column: parameter]) : RecordChange(RecordValues([column: value]))
    }

    /// An act decides itself what its record may say, where a form would be asked more; each value still obeys the rules of its field.
    private func checkChanged(_ new: RecordValues, old: RecordValues) throws {
        let faults = record.fields.filter { !$0.isReadOnly && new[$0.name] != old[$0.name] }.compactMap { field in
            FieldRules.fault(new[field.name], field).map { FieldFault(field.name, $0) }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }
}
