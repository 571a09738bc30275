import Kernel

/// The way of a run to its payment. Each act works on the locked row, by the rules of `IndemnityRunState`.
enum RunActs {
    /// Freezes the result: from here on it may be approved.
    static func check(_ id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let result = try await RunFacts.load(.run(id), unit).result
        let reasons = try await setAside(id, unit)
        var state = run.state
        state.fingerprint = result.fingerprint
        _ = try state.checked(by: try unit.actor(), result: result, setAside: reasons).get()
        try await RunStore.freeze(id, result, checkedBy: try unit.actor(), unit)
        try await ManagerMails.tell(
            "budget.run_to_approve.\(id).\(unit.now.microseconds)", "Campagne d’indemnités à valider",
            "La coordination a contrôlé une campagne d’indemnités\u{00A0}: elle attend votre validation.", path: IndemnityPlaces.run(id),
            unit)
        return run.state.needed == 1
            ? "La campagne est contrôlée\u{00A0}: la gérance peut la valider."
            : "La campagne est contrôlée\u{00A0}: deux personnes de la gérance peuvent la valider."
    }

    /// One approval: of the result and of the accounts that it goes to. The last one that the rule asks makes the run ready to leave.
    /// - Parameter accounts: `AccountReview.mark` that was shown; nil from a program that did not ask.
    static func approve(_ id: Identifier, fingerprint: String, accounts mark: String?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let person = try unit.actor()
        try FourEyes.requirePerson(unit)
        let next = try run.state.approved(
            by: person, isManager: unit.access.can(IndemnityPermissions.approveRuns), at: unit.now, fingerprint: fingerprint
        ).get()
        try await requireSameFacts(run, unit)
        let review = try await ApprovedAccounts.load(run, unit)
        let people = try await payees(id, unit)
        guard mark == nil || mark == review.mark(for: people) else {
            throw Refusal.invalid(
                "accounts", "Un compte bancaire a changé depuis que vous avez ouvert la campagne\u{00A0}: relisez-la avant de valider.")
        }
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_approval (msp_id, run_id, account_id, label, fingerprint, created_at, accounts)
                values ($1, $2, $3, $4, $5, $6, $7::jsonb)
                """, .id(unit.msp), .id(id), .id(person), .text(unit.access.displayName), .text(fingerprint), .instant(unit.now),
                .json(ApprovedAccounts.json(review.kept(for: people)).text)))
        try await unit.change(
            RunRecord.id, of: id,
            RecordChange(
                RecordValues(["status": .text(next.status.rawValue)]),
                kept: ["approvals_needed": .int(next.status == .approved ? next.needed : nil)]))
        let approvers = next.approvals.map(\.person)
        guard next.status == .approved else {
            try await ManagerMails.tell(
                "budget.run_second_approval.\(id).\(unit.now.microseconds)", "Campagne d’indemnités à valider",
                "\(unit.access.displayName) a validé une campagne d’indemnités\u{00A0}: il manque une seconde validation, la vôtre par exemple.",
                path: IndemnityPlaces.run(id), apartFrom: approvers, unit)
            return "Votre validation est enregistrée\u{202F}; il en faut une seconde, d’une autre personne."
        }
        unit.publish(IndemnityEvents.approved, IndemnityEvents.Run(run: id, year: run.to.year))
        try await ManagerMails.tell(
            "budget.run_to_send.\(id).\(unit.now.microseconds)", "Campagne d’indemnités à transmettre",
            "Une campagne d’indemnités est validée\u{00A0}: elle peut être transmise.", path: IndemnityPlaces.run(id), unit)
        return next.needed == 1
            ? "La campagne est validée\u{00A0}: elle peut être transmise."
            : "La campagne est validée par deux personnes\u{00A0}: elle peut être transmise."
    }

    /// The papers leave: the run gets its number, the summary is stored as it was sent, each person is told.
    ///
    /// The number is given here and not before: until it leaves, a run may be given up or computed again, and its number would be a gap.
    static func send(_ id: Identifier, executionOn: CivilDate?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.sent().get()
        try await requireSameFacts(run, unit)
        let people = try await payees(id, unit)
        let names = try await RunFacts.load(.run(id), unit)
        try ApprovedAccounts.requireApproved(try await ApprovedAccounts.load(run, unit), people: people, name: names.name)
        let today = unit.access.local(unit.now).date
        let day = executionOn ?? TargetCalendar.next(from: today.adding(days: 1))
        try BankFiles.check(day, today: today)
        let number = try await number(run, unit)
        try await unit.change(
            RunRecord.id, of: id,
            RecordChange(
                RecordValues(["status": .text(next.status.rawValue), "number": .text(number), "execution_on": .date(day)]),
                kept: ["sent_at": .instant(unit.now), "sendings": .int(run.sendings + 1)]))
        let papers = try await RunPapers.load(id, unit)
        try await unit.one(
            Query(
                "update budget.indemnity_line set statement_sent_at = $3 where msp_id = $1 and run_id = $2", .id(unit.msp), .id(id),
                .instant(unit.now)))
        try await IndemnityMails.tellStatements(papers, sending: run.sendings + 1, unit)
        return "La campagne \(number) est transmise\u{202F}; un message part à chaque personne pour dire que son relevé est prêt."
    }

    /// Takes back a run whose transfers have not left. It keeps its number; its file no longer counts, and people are told.
    static func recall(_ id: Identifier, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let state = try run.state.recalled(reason: reason).get()
        try await IndemnityMails.tellStatements(try await RunPapers.load(id, unit), sending: run.sendings, isReady: false, unit)
        BankFiles.end(id, .withdrawn, reason, unit)
        try await RunStore.release(id, state, unit)
        try await unit.change(RunRecord.id, of: id, ["reason": .text(reason)])
        return "La campagne est rappelée\u{00A0}: elle est de nouveau un brouillon."
    }

    /// Gives the checked result up, to take the present facts.
    static func recompute(_ id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        try await change(run, unit)
        return "La campagne est de nouveau un brouillon, calculé sur les faits du moment."
    }

    /// Gives the run up: what it would have paid is free for another one. A number once given stays in the list with the reason, so
    /// that the series has no gap.
    static func cancel(_ id: Identifier, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        try await change(run, unit)
        var end: RecordChange = ["reason": .text(reason)]
        if run.number == nil { end.isArchived = true } else { end.values["status"] = .text(IndemnityRunStatus.cancelled.rawValue) }
        try await unit.change(RunRecord.id, of: id, end)
        return "La campagne est annulée."
    }

    // MARK: What changes the result

    static func adjust(_ id: Identifier, person: Identifier, cents: Int, reason: String, _ unit: WriteUnit) async throws -> String {
        try await adjust(try await LockedRun.lock(id, unit), person: person, cents: cents, reason: reason, corrects: nil, unit)
        return "L’ajustement est enregistré."
    }

    /// - Parameter corrects: the earlier run whose difference the amount makes good.
    static func adjust(
        _ run: LockedRun, person: Identifier, cents: Int, reason: String, corrects: Identifier?, _ unit: WriteUnit
    ) async throws {
        guard cents != 0, cents.magnitude <= UInt(IndemnityLimits.cents) else {
            throw Refusal.invalid(
                "amount", "Indiquez un montant différent de zéro, d’au plus \(French.money(cents: IndemnityLimits.cents)).")
        }
        try await change(run, unit)
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_adjustment (msp_id, id, run_id, professional_id, cents, reason, created_at, created_by,
                    corrects_run_id)
                values ($1, $2, $5, $6, $7, $8, $3, $4, $9)
                """,
                parameters: unit.stamp(.make(at: unit.now)) + [
                    .id(run.id), .id(person), .int(cents), .text(reason), .id(corrects),
                ]))
    }

    static func removeAdjustment(_ id: Identifier, _ adjustment: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        try await change(run, unit)
        let done = try await unit.one(
            Query(
                """
                update budget.indemnity_adjustment set archived_at = $4
                where msp_id = $1 and run_id = $2 and id = $3 and archived_at is null
                """, .id(unit.msp), .id(id), .id(adjustment), .instant(unit.now)))
        guard done.affectedRows == 1 else { throw Refusal.notFound }
        return "L’ajustement est retiré."
    }

    /// Says that an anomaly was looked at and may pass. It must be one of the present ones.
    static func setAside(_ id: Identifier, anomaly: String, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        guard run.state.status == .draft else { throw Refusal.conflict("wrong_state", "Seul un brouillon se contrôle.") }
        let result = try await RunFacts.load(.run(id), unit).result
        guard result.anomalies.contains(where: { $0.key == anomaly && $0.kind.isBlocking }) else {
            throw Refusal.invalid("anomaly", "Cette anomalie n’existe plus\u{00A0}: relisez la campagne.")
        }
        try await change(run, unit)
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_set_aside (msp_id, run_id, anomaly, reason, created_at, created_by) values ($1, $2, $5, $6, $3, $4)
                on conflict (msp_id, run_id, anomaly) do update set reason = excluded.reason, created_at = excluded.created_at,
                    created_by = excluded.created_by
                """, parameters: unit.stamp(id) + [.text(anomaly), .text(reason)]))
        return "L’anomalie est écartée\u{202F}; le motif reste visible."
    }

    // MARK: Shared steps

    /// The result changes, or may: approvals fall, and whoever did it may not approve. A draft stays one.
    private static func change(_ run: LockedRun, _ unit: WriteUnit) async throws {
        // A fingerprint of its own: nothing that was approved equals it.
        let state = try run.state.changed(by: try unit.actor(), fingerprint: "").get()
        try await RunStore.release(run.id, state, unit)
    }

    /// Who is paid by the frozen lines.
    private static func payees(_ id: Identifier, _ unit: WriteUnit) async throws -> [Identifier] {
        try await unit.one(
            Query(
                """
                select professional_id from budget.indemnity_line
                where msp_id = $1 and run_id = $2 and gross_cents > reduction_cents order by professional_id
                """, .id(unit.msp), .id(id))
        ).map { try $0[0] as Identifier }
    }

    /// Computes again from the present facts: what is approved and sent is what they give, to the digest.
    private static func requireSameFacts(_ run: LockedRun, _ unit: WriteUnit) async throws {
        let now = try await RunFacts.load(.run(run.id), unit).result
        guard now.fingerprint == run.state.fingerprint else {
            throw Refusal.conflict(
                "run_changed",
                "Les faits ont changé depuis le contrôle\u{00A0}: reprenez le calcul, puis contrôlez et validez la campagne de nouveau.")
        }
    }

    /// The number that the run has, or the next of its year.
    static func number(_ run: LockedRun, _ unit: WriteUnit) async throws -> String {
        if let number = run.number { return number }
        let year = unit.access.local(unit.now).date.year
        return IndemnityNumber.text(year: year, try await unit.nextNumber(IndemnityNumber.series(year: year)))
    }

    private static func setAside(_ id: Identifier, _ unit: WriteUnit) async throws -> [String: String] {
        let rows = try await unit.one(
            Query("select anomaly, reason from budget.indemnity_set_aside where msp_id = $1 and run_id = $2", .id(unit.msp), .id(id)))
        return Dictionary(try rows.map { (try $0[0] as String, try $0[1] as String) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Numbers of runs: a series of its own for each year, without gap.
enum IndemnityNumber {
    static func series(year: Int) -> String { "budget.indemnity_run.\(year)" }

    /// « IND-2026-004 ».
    static func text(year: Int, _ number: Int) -> String {
        "IND-\(year)-" + String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
    }
}
