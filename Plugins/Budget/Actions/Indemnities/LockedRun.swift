import Kernel

/// A run as the acts see it, its row locked until the transaction ends: two people who act at once follow one another.
struct LockedRun: Sendable {
    let id: Identifier
    let name: String
    let number: String?
    let from: CivilDate
    let to: CivilDate
    let state: IndemnityRunState
    let totalCents: Int
    let sentAt: Instant?
    let executionOn: CivilDate?
    let paidOn: CivilDate?
    let sendings: Int
    /// Earlier days of payment with their reasons.
    let paidChanges: [JSONValue]
    /// What each approval kept of the accounts to be paid.
    let accounts: [AccountReview.Approval]
    let lastApproval: Instant?

    static func lock(_ id: Identifier, _ unit: WriteUnit) async throws -> LockedRun {
        let results = try await unit.run(
            Query(
                """
                select name, number, period_from, period_to, status, total_cents, fingerprint, prepared_by, checked_by, created_by, sent_at,
                    execution_on, paid_on, sendings, approvals_needed, paid_changes::text
                from budget.indemnity_run where msp_id = $1 and id = $2 and archived_at is null for update
                """, .id(unit.msp), .id(id)),
            Query(
                """
                select account_id, created_at, fingerprint, accounts::text from budget.indemnity_approval where msp_id = $1 and run_id = $2
                order by created_at, account_id
                """, .id(unit.msp), .id(id)),
            ApprovalRule.query(unit.msp))
        guard let row = results[0].first else { throw Refusal.notFound }
        let needed = try ApprovalRule.needed(results[2], on: unit.access.local(unit.now).date)
        return try LockedRun(id: id, row, approvals: results[1], needed: needed)
    }

    /// - Parameter needed: approvals that the rule of the day asks; a run that has them keeps what was asked then.
    init(id: Identifier, _ row: Row, approvals: ResultSet, needed: Int) throws {
        self.id = id
        name = try row["name"]
        number = try row["number"]
        from = try row["period_from"]
        to = try row["period_to"]
        totalCents = (try row["total_cents"] as Int?) ?? 0
        sentAt = try row["sent_at"]
        executionOn = try row["execution_on"]
        paidOn = try row["paid_on"]
        sendings = try row["sendings"]
        paidChanges = try JSONValue.parse(try row["paid_changes"] as String).arrayValue ?? []
        accounts = try approvals.map { try ApprovedAccounts.read($0[0], $0[3]) }
        lastApproval = try approvals.map { try $0[1] as Instant }.max()
        var prepared = Set(try row["prepared_by"] as [Identifier])
        if let creator: Identifier = try row["created_by"] { prepared.insert(creator) }
        state = IndemnityRunState(
            status: IndemnityRunStatus(rawValue: try row["status"]) ?? .draft, fingerprint: (try row["fingerprint"] as String?) ?? "",
            preparedBy: prepared, checkedBy: try row["checked_by"],
            approvals: try approvals.map { .init(person: try $0[0], at: try $0[1], fingerprint: try $0[2]) },
            needed: (try row["approvals_needed"] as Int?) ?? needed)
    }
}

/// Freezing a run's result and giving it up again.
enum RunStore {
    /// Writes the lines and what they pay. The key of the claims is the last word: a fact that another run took meanwhile is refused.
    static func freeze(_ run: Identifier, _ result: IndemnityResult, checkedBy: Identifier?, _ unit: WriteUnit) async throws {
        let facts = result.paidFacts
        let claimed = try await unit.one(
            Query(
                """
                insert into budget.indemnity_claim (msp_id, fact_id, run_id)
                select r.msp_id, t.fact, r.id from budget.indemnity_run r cross join unnest($3::uuid[]) t(fact)
                where r.msp_id = $1 and r.id = $2 order by t.fact
                on conflict (msp_id, fact_id) do nothing
                """, .id(unit.msp), .id(run), .ids(facts)))
        guard claimed.affectedRows == facts.count else {
            throw Refusal.conflict(
                "already_counted", "Un de ces temps vient d’être compté dans une autre campagne\u{00A0}: relisez celle-ci.")
        }
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_line (msp_id, run_id, professional_id, gross_cents, reduction_cents, meeting_minutes,
                    credit_minutes, items, explanation)
                select r.msp_id, r.id, t.* from budget.indemnity_run r
                cross join unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::integer[], $7::integer[], $8::jsonb[], $9::jsonb[]) t
                where r.msp_id = $1 and r.id = $2
                """, .id(unit.msp), .id(run), .ids(result.lines.map(\.person)), .ints(result.lines.map(\.grossCents)),
                .ints(result.lines.map(\.reductionCents)), .ints(result.lines.map { $0.minutes(.meeting) }),
                .ints(result.lines.map { $0.minutes(.credit) }), .texts(result.lines.map(\.itemsJSON.text)),
                .texts(result.lines.map(\.explanationJSON.text))))
        let change: RecordChange = [
            "status": .text(IndemnityRunStatus.checked.rawValue), "total": .integer(result.totalCents),
            "people": .integer(result.paidPeople), "minutes": .integer(result.minutes), "fingerprint": .text(result.fingerprint),
        ]
        try await unit.follow(
            RunRecord.id, on: run, "check",
            change.keeping([
                "rules": .json(JSONValue.array(result.rules.map(\.json)).text),
                "notes": .json(JSONValue.array(result.explanation.map { .string($0) }).text),
                "anomalies": .json(JSONValue.array(result.anomalies.map(\.json)).text), "checked_by": .id(checkedBy),
                "checked_at": .instant(unit.now),
            ]))
    }

    /// Makes it a draft again: no line, no claim and no approval is left.
    static func release(_ run: Identifier, _ state: IndemnityRunState, _ unit: WriteUnit) async throws {
        forget(run, unit)
        try await unit.change(RunRecord.id, of: run, drafted.keeping(["prepared_by": .ids(state.preparedBy.sorted())]))
    }

    /// Facts of these days changed: what was checked or approved on them is a draft again. Runs that were sent stay as they are, and
    /// are compared with the new facts.
    static func resetRuns(from: CivilDate, to: CivilDate, _ unit: WriteUnit) async throws {
        HandedOut.askAgain(unit)
        let rows = try await unit.one(
            Query(
                """
                select id from budget.indemnity_run
                where msp_id = $1 and status in ('CHECKED', 'APPROVED') and archived_at is null and period_from <= $3 and period_to >= $2
                order by id for update
                """, .id(unit.msp), .date(from), .date(to)))
        let runs: [Identifier] = try rows.map { try $0[0] }
        for run in runs { forget(run, unit) }
        try await unit.follow(
            RunRecord.id, on: runs, "reset", drafted, noting: [("reason", .string("Les faits de la période ont changé."))])
    }

    private static func forget(_ run: Identifier, _ unit: WriteUnit) {
        for table in ["approval", "claim", "line"] as [SQL] {
            unit.enqueue(Query("delete from budget.indemnity_" + table + " where msp_id = $1 and run_id = $2", .id(unit.msp), .id(run)))
        }
    }

    private static let drafted = RecordChange(
        RecordValues([
            "status": .text(IndemnityRunStatus.draft.rawValue), "total": .null, "people": .null, "minutes": .null, "fingerprint": .null,
            "execution_on": .null,
        ]),
        kept: [
            "rules": "[]", "notes": "[]", "anomalies": "[]", "checked_by": nil, "checked_at": nil, "sent_at": nil, "approvals_needed": nil,
        ])

    /// The frozen result, read back.
    static func frozen(_ results: ArraySlice<ResultSet>) throws -> IndemnityResult? {
        let results = Array(results)
        guard results.count >= 2, let head = results[0].first else { throw Refusal.notFound }
        guard (try head["fingerprint"] as String?) != nil else { return nil }
        func json(_ name: String) throws -> [JSONValue] {
            let text: String = try head[name]
            return try JSONValue.parse(text).arrayValue ?? []
        }
        let lines = try results[1].compactMap { row in
            let (items, words): (String, String) = (try row["items"], try row["explanation"])
            return IndemnityLine(
                person: try row["professional_id"], grossCents: try row["gross_cents"], reductionCents: try row["reduction_cents"],
                items: try JSONValue.parse(items), explanation: try JSONValue.parse(words))
        }
        return IndemnityResult(
            lines: lines.sorted { $0.person < $1.person }, anomalies: try json("anomalies").compactMap { IndemnityAnomaly($0) },
            explanation: try json("notes").compactMap(\.stringValue),
            rules: try json("rules").compactMap { try? IndemnityRule.read($0).get() })
    }

    /// Statements that `frozen` reads.
    static func frozenQueries(_ msp: Identifier, _ run: Identifier) -> [Query] {
        [
            Query(
                """
                select fingerprint, rules::text, notes::text, anomalies::text from budget.indemnity_run where msp_id = $1 and id = $2
                """, .id(msp), .id(run)),
            Query(
                """
                select professional_id, gross_cents, reduction_cents, items::text, explanation::text
                from budget.indemnity_line where msp_id = $1 and run_id = $2 order by professional_id
                """, .id(msp), .id(run)),
        ]
    }
}
