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
        try await unit.make(
            RuleSetRecord.record.id, id: id, values(name, checked, document).merging(["code": .text(code), "origin": .text(rules.id)]),
            as: "copy",
            noting: [("origin", .string(rules.id))])
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
        try await unit.follow(
            RuleSetRecord.record.id, on: id, "change", values(String(rules.name.prefix(160)), rules, document))
        AciYears.askAgain(unit)
        return revision + 1
    }

    private static func values(_ name: String, _ rules: RuleSet, _ document: JSONValue) -> RecordChange {
        RecordChange(
            RecordValues([
                "name": .text(name), "first_exercise": .integer(rules.from),
                "last_exercise": FieldValue(rules.to),
            ]), kept: ["document": .json(document.text)])
    }

    static func check(_ document: JSONValue) throws -> RuleSet {
        do { return try RuleSet(json: document, isOwn: true) } catch { throw Refusal.invalid(error.faults) }
    }
}
