import Kernel

/// An MSP's own rules: copied from a rule set, changed figure by figure, always whole and checked by the engine before they are kept.
enum OwnRules {
    /// Copies a rule set for other exercises. Throws every fault of the new document.
    static func copy(_ rules: RuleSet, name: String, from: String, to: String, _ unit: WriteUnit) async throws -> Identifier {
        var faults: [FieldFault] = []
        let name = name.trimmed
        if name.isEmpty { faults.append(FieldFault("name", "Donnez un nom à ces règles.")) }
        let first = try? FrenchInput.integer(from)
        if first.map({ !(2017...2100).contains($0) }) ?? true {
            faults.append(FieldFault("from", "Indiquez le premier exercice, entre 2017 et 2100."))
        }
        let last = to.trimmed.isEmpty ? nil : try? FrenchInput.integer(to)
        if !to.trimmed.isEmpty, last == nil { faults.append(FieldFault("to", "Indiquez une année.")) }
        if let first, let last, last < first { faults.append(FieldFault("to", "Le dernier exercice vient après le premier.")) }
        guard faults.isEmpty, let first else { throw Refusal.invalid(faults) }
        let codes = try await unit.one(Query("select code from budget.rule_set where msp_id = $1", .id(unit.msp)))
        let taken = Set(try codes.map { try $0[0] as String })
        let stem = String("\(rules.id.prefix(40))-\(first)")
        let code = ([stem] + (2...99).map { "\(stem)-\($0)" }).first { !taken.contains($0) && $0 != rules.id } ?? stem
        let document = rules.copy(id: code, name: name, from: first, to: last)
        let checked = try check(document)
        let id = Identifier.make(at: unit.now)
        try await unit.one(
            Query(
                """
                insert into budget.rule_set (msp_id, id, code, name, origin, first_exercise, last_exercise, document, created_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8::json, $9)
                """, .id(unit.msp), .id(id), .text(code), .text(name), .text(rules.id), .int(checked.from), .int(checked.to),
                .json(document.text), .id(unit.access.account)))
        unit.audit("budget.rule_set.copy", type: "budget.rule_set", id: id, detail: .object([("origin", .string(rules.id))]))
        return id
    }

    /// Replaces the document of one's own rules. Throws every fault; the code stays what it was. Returns the new revision.
    /// - Parameter expected: revisions that the caller may have read; nil when it does not matter.
    @discardableResult
    static func save(
        _ id: Identifier, expected: Set<Int>?, _ change: @Sendable (RuleSet) throws -> JSONValue, _ unit: WriteUnit
    ) async throws -> Int {
        let rows = try await unit.one(
            Query(
                "select code, revision, document::text from budget.rule_set where msp_id = $1 and id = $2 and archived_at is null for update",
                .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        let code: String = try row[0]
        let revision: Int = try row[1]
        guard expected?.contains(revision) ?? true else { throw Refusal.stale }
        let text: String = try row[2]
        let document = try change(try check(try JSONValue.parse(text)))
        let rules = try check(document)
        guard rules.id == code else { throw Refusal.invalid("id", "L’identifiant de ces règles reste «\u{A0}\(code)\u{A0}».") }
        try await unit.one(
            Query(
                """
                update budget.rule_set set name = $5, first_exercise = $6, last_exercise = $7, document = $8::json, updated_at = $3,
                    updated_by = $4, revision = revision + 1
                where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .instant(unit.now), .id(unit.access.account), .text(String(rules.name.prefix(160))),
                .int(rules.from), .int(rules.to), .json(document.text)))
        unit.audit("budget.rule_set.change", type: "budget.rule_set", id: id)
        AciYears.askAgain(unit)
        return revision + 1
    }

    static func check(_ document: JSONValue) throws -> RuleSet {
        do { return try RuleSet(json: document, isOwn: true) } catch { throw Refusal.invalid(error.faults) }
    }
}
