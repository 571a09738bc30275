/// A list of things to have: one line for each code of a list, whether it was touched or not. « 9 sur 14 », who, until when, a remark.
public struct Checklist: Sendable {
    /// What is to be had.
    public let items: CodeList
    /// How far one is; the first is that of a line that nobody touched.
    public let states: [Workflow.State]
    /// States in which it is had.
    public let done: Set<String>
    /// States of the record in which what is open is to do: the next item stands in « Aujourd’hui ». Nil where it never does.
    public let asks: Set<String>?

    /// Names of the fields that every checklist has.
    public static let code = "code"
    public static let state = "state"
    public static let since = "done_on"

    /// Whether a line counts as had.
    public func isDone(_ values: RecordValues) -> Bool { values.text(Self.state).map(done.contains) ?? false }

    /// The state of a line.
    public func state(_ values: RecordValues) -> Workflow.State? {
        values.text(Self.state).flatMap { code in states.first { $0.code == code } }
    }

    /// Whether the last lines, or the first of them, are asked for in the record's state.
    public func isAsked(_ state: String?) -> Bool {
        guard let asks else { return false }
        return state.map(asks.contains) ?? asks.isEmpty
    }
}

extension Lines {
    /// A checklist. Its table has `code`, `state`, `done_on`, `note` and, where they are asked for, `owner_id` and `due_on`; lines appear in it
    /// when they are touched, their key beside the id is the record with the code.
    /// - Parameters:
    ///   - items: what is to be had, in this order.
    ///   - states: how far one is, the first being that of a line nobody touched.
    ///   - done: states in which it is had.
    ///   - owner: who may see to it; nil when nobody is named.
    ///   - due: whether each line has a day.
    ///   - asks: states of the record in which the next open line stands in « Aujourd’hui »; an empty set for a record without states.
    public static func checklist(
        _ name: String, one: String, table: String, parent: String, words: RecordWords, path: String, of items: CodeList,
        states: [Workflow.State], done: Set<String>, owner: ReferenceTarget? = nil, due: Bool = false, write: String?,
        during: Set<String>? = nil, asks: Set<String>? = nil,
        settle: @escaping @Sendable (LinesAfter, WriteUnit) async throws -> Void = { _, _ in }
    ) -> Lines {
        let first = states.first?.code ?? ""
        var fields = [
            RecordField(Checklist.code, .choice(items), label: words.singular.firstCapital, required: true, fixed: true),
            RecordField(
                Checklist.state, .choice(CodeList("\(table).state", states)), label: "État", required: true, default: .text(first)),
            RecordField(Checklist.since, .date, label: "Depuis", readOnly: true),
        ]
        if let owner { fields.append(RecordField("owner_id", .reference(owner), label: "Qui s’en occupe")) }
        if due { fields.append(RecordField("due_on", .date, label: "Échéance")) }
        fields.append(RecordField("note", .text(max: 500), label: "Remarque"))
        let columns = [Checklist.code, Checklist.state, Checklist.since] + (owner == nil ? [] : ["owner_id"]) + (due ? ["due_on"] : [])
        return Lines(
            name, one: one, table: table, parent: parent, words: words, path: path, fields: fields, columns: columns,
            order: .by(Checklist.code), write: write, during: during, most: 200,
            prepare: { new, old, unit in
                guard new[Checklist.state] != old?[Checklist.state] else { return new }
                var values = new
                values[Checklist.since] = new.text(Checklist.state) == first ? .null : .date(unit.access.local(unit.now).date)
                return values
            }, settle: settle, checklist: Checklist(items: items, states: states, done: done, asks: asks))
    }
}
