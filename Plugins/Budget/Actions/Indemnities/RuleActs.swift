import Kernel

/// Rules from draft to vote. A voted rule never changes: a new version copies it.
enum RuleActs {
    /// Writes a new draft. Its version is the next number of the MSP.
    static func create(_ document: JSONValue, _ unit: WriteUnit) async throws -> Identifier {
        var rule = try read(document, version: 1)
        rule.version = try await unit.nextNumber("budget.indemnity_rule")
        let id = Identifier.make(at: unit.now)
        try await unit.make(RuleRecord.id, id: id, values(rule).merging(["version": .integer(rule.version)]))
        return id
    }

    /// Replaces a draft, from the revision that its writer saw.
    static func update(_ id: Identifier, _ document: JSONValue, expected: Set<Int>?, _ unit: WriteUnit) async throws {
        let stored = try await lock(id, unit)
        if let expected, !expected.contains(stored.revision) { throw Refusal.stale }
        guard stored.rule.status == "DRAFT" else {
            throw Refusal.conflict("not_editable", "Une règle votée ne change plus\u{00A0}: créez-en une nouvelle version.")
        }
        let rule = try read(document, version: stored.rule.rule.version)
        try await unit.follow(RuleRecord.id, on: id, "update", values(rule))
    }

    /// A draft with the same content.
    static func copy(_ id: Identifier, _ unit: WriteUnit) async throws -> Identifier {
        var rule = try await lock(id, unit).rule.rule
        rule.decision = nil
        let today = unit.access.local(unit.now).date
        if rule.validTo != nil || rule.validFrom < today { (rule.validFrom, rule.validTo) = (today, nil) }
        return try await create(rule.json, unit)
    }

    /// What a vote makes of the version in force before: it ends the day before.
    static func vote(_ id: Identifier, on day: CivilDate, _ unit: WriteUnit) async throws -> String {
        let stored = try await lock(id, unit)
        let rule = stored.rule.rule
        let today = unit.access.local(unit.now).date
        guard day <= today else {
            throw Refusal.invalid("decision_on", "La décision n’est pas encore prise\u{00A0}: indiquez un jour passé.")
        }
        let others = try await unit.one(
            Query(
                """
                select id, version, valid_from, valid_to from budget.indemnity_rule
                where msp_id = $1 and id <> $2 and status in ('VOTED', 'ENDED') and archived_at is null
                    and valid_from <= coalesce($4::date, 'infinity') and coalesce(valid_to, 'infinity') >= $3
                order by valid_from for update
                """, .id(unit.msp), .id(id), .date(rule.validFrom), .date(rule.validTo)))
        var ended: Int?
        for row in others {
            let (other, from, version): (Identifier, CivilDate, Int) = (try row[0], try row[2], try row[1])
            guard from < rule.validFrom, others.count == 1 else {
                throw Refusal.conflict(
                    "overlap", "La version \(version) est déjà en vigueur pendant cette période\u{00A0}: changez les dates du brouillon.")
            }
            let last = rule.validFrom.adding(days: -1)
            // The rule that gives way has its own entry in the trail.
            try await unit.follow(
                RuleRecord.id, on: other, "end", ["valid_to": .date(last), "status": .text("ENDED")])
            try await RunStore.resetRuns(from: rule.validFrom, to: Self.farthest, unit)
            ended = version
        }
        try await RunStore.resetRuns(from: rule.validFrom, to: rule.validTo ?? Self.farthest, unit)
        return ended.map { "La règle est en vigueur\u{202F}; la version \($0) se termine la veille." } ?? "La règle est en vigueur."
    }

    /// What ends with a voted rule, on a day that no sent run goes past.
    static func end(_ id: Identifier, on day: CivilDate, _ unit: WriteUnit) async throws {
        let stored = try await lock(id, unit)
        guard day >= stored.rule.rule.validFrom else {
            throw Refusal.invalid("valid_to", "La fin précède le début de la règle\u{00A0}: le \(French.date(stored.rule.rule.validFrom)).")
        }
        try await RunStore.resetRuns(from: day.adding(days: 1), to: Self.farthest, unit)
    }

    static let farthest = CivilDate(year: 2200, month: 12, day: 31) ?? CivilDate(daysSinceEpoch: 84_000)

    // MARK: Shared steps

    private static func lock(_ id: Identifier, _ unit: WriteUnit) async throws -> (rule: StoredRule, revision: Int) {
        let rows = try await unit.one(
            Query(
                "select " + StoredRule.columns
                    + ", k.revision from budget.indemnity_rule k where k.msp_id = $1 and k.id = $2 and k.archived_at is null for update",
                .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        return (try StoredRule(row), try row["revision"])
    }

    /// The document with the version that the store gives; a decision comes with the vote alone.
    private static func read(_ document: JSONValue, version: Int) throws -> IndemnityRule {
        guard let members = document.objectValue else { throw Refusal.invalid("", "Un objet est attendu ici.") }
        if let decision = document["decision"], decision != .null {
            throw Refusal.invalid("decision", "La décision s’enregistre avec le vote.")
        }
        let kept = members.filter { $0.0 != "version" && $0.0 != "decision" }
        var rule = try IndemnityRule.read(.object(kept + [("version", .integer(version))])).get()
        rule.name = rule.name.trimmed
        let faults = texts(rule)
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return rule
    }

    /// What the columns and the screens hold of it must fit there.
    private static func texts(_ rule: IndemnityRule) -> [FieldFault] {
        var faults: [FieldFault] = []
        if rule.name.isEmpty || rule.name.unicodeScalars.count > 120 {
            faults.append(FieldFault("name", "Indiquez un nom de 1 à 120 caractères."))
        }
        if SocialSecurityNumber.isPresent(in: rule.name) { faults.append(FieldFault("name", SocialSecurityNumber.refusal)) }
        for day in [rule.validFrom, rule.validTo].compactMap({ $0 }) where !(1900...2200).contains(day.year) {
            faults.append(FieldFault("valid_from", "Indiquez une date entre 1900 et 2200."))
        }
        return faults
    }

    private static func values(_ rule: IndemnityRule) -> RecordChange {
        RecordChange(
            RecordValues([
                "name": .text(rule.name), "valid_from": .date(rule.validFrom), "valid_to": FieldValue(rule.validTo),
                "method": .text(rule.method.rawValue),
            ]), kept: ["document": .json(rule.json.text)])
    }
}
