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
        return "La campagne est contrôlée\u{00A0}: deux personnes de la gérance peuvent la valider."
    }

    /// One approval. The second one, by another person, makes the run ready to leave.
    static func approve(_ id: Identifier, fingerprint: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let person = try unit.actor()
        let next = try run.state.approved(
            by: person, isManager: unit.access.can(IndemnityPermissions.approveRuns), at: unit.now, fingerprint: fingerprint
        ).get()
        try await requireSameFacts(run, unit)
        try await unit.run(
            Query(
                """
                insert into budget.indemnity_approval (msp_id, run_id, account_id, label, fingerprint, created_at)
                values ($1, $2, $3, $4, $5, $6)
                """, .id(unit.msp), .id(id), .id(person), .text(unit.access.displayName), .text(fingerprint), .instant(unit.now)),
            Query(
                "update budget.indemnity_run set status = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id),
                .text(next.status.rawValue)))
        guard next.status == .approved else {
            return "Votre validation est enregistrée\u{202F}; il en faut une seconde, d’une autre personne."
        }
        unit.publish(IndemnityEvents.approved, IndemnityEvents.payload(id, run.to.year))
        return "La campagne est validée par deux personnes\u{00A0}: elle peut être transmise."
    }

    /// The papers leave: the run gets its number, the summary is stored as it was sent, each person is told.
    ///
    /// The number is given here and not before: until it leaves, a run may be given up or computed again, and its number would be a gap.
    static func send(_ id: Identifier, executionOn: CivilDate?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.sent().get()
        try await requireSameFacts(run, unit)
        let today = unit.access.local(unit.now).date
        let day = executionOn ?? TargetCalendar.next(from: today.adding(days: 1))
        guard day >= today, TargetCalendar.isOpen(day) else {
            throw Refusal.invalid(
                "execution_on",
                "Les banques n’échangent pas de virements ce jour-là\u{00A0}: choisissez le \(French.longDate(TargetCalendar.next(from: max(day, today))))."
            )
        }
        let number = try await number(run, unit)
        try await unit.one(
            Query(
                """
                update budget.indemnity_run set status = $3, number = $4, sent_at = $5, execution_on = $6 where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .text(next.status.rawValue), .text(number), .instant(unit.now), .date(day)))
        let papers = try await RunPapers.load(id, unit)
        let exhibit = try unit.seal(IndemnityStateDocument.make(papers), name: "etat-indemnites-\(number.lowercased())")
        try await unit.run(
            Query(
                "update budget.indemnity_run set state_file_id = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id),
                .id(exhibit.file)),
            Query(
                "update budget.indemnity_line set statement_sent_at = $3 where msp_id = $1 and run_id = $2", .id(unit.msp), .id(id),
                .instant(unit.now)))
        try await IndemnityMails.tellStatements(papers, unit)
        return "La campagne \(number) est transmise\u{202F}; chaque personne est prévenue que son relevé est prêt."
    }

    /// Notes that the transfers were made. The lines must still be those that were approved.
    static func pay(_ id: Identifier, on day: CivilDate?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.paid().get()
        let frozen = try RunStore.frozen((try await unit.run(all: RunStore.frozenQueries(unit.msp, id)))[...])
        guard frozen?.fingerprint == run.state.fingerprint, frozen?.totalCents == run.totalCents else {
            throw Refusal.conflict(
                "lines_changed", "Les lignes ne sont plus celles qui ont été validées\u{00A0}: la campagne ne peut pas être notée payée.")
        }
        let number = try await number(run, unit)
        try await unit.one(
            Query(
                "update budget.indemnity_run set status = $3, number = $4, paid_on = $5 where msp_id = $1 and id = $2", .id(unit.msp),
                .id(id),
                .text(next.status.rawValue), .text(number), .date(day ?? unit.access.local(unit.now).date)))
        unit.publish(IndemnityEvents.paid, IndemnityEvents.payload(id, run.to.year))
        return "La campagne \(number) est notée payée."
    }

    static func close(_ id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.closed().get()
        try await unit.one(
            Query(
                "update budget.indemnity_run set status = $3, closed_at = $4 where msp_id = $1 and id = $2", .id(unit.msp), .id(id),
                .text(next.status.rawValue), .instant(unit.now)))
        return "La campagne est close."
    }

    /// Takes back a run whose transfers have not left. It keeps its number.
    static func recall(_ id: Identifier, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let state = try run.state.recalled(by: try unit.actor(), reason: reason).get()
        try await RunStore.release(id, state, unit)
        try await note(reason, on: id, unit)
        return "La campagne est rappelée\u{00A0}: elle est de nouveau un brouillon."
    }

    /// Gives the checked result up, to take the present facts.
    static func recompute(_ id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        try await change(run, unit)
        return "La campagne est de nouveau un brouillon, calculé sur les faits du moment."
    }

    /// Gives the run up: what it would have paid is free for another one.
    static func cancel(_ id: Identifier, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        try await change(run, unit)
        try await note(reason, on: id, unit)
        try await unit.one(
            Query(
                "update budget.indemnity_run set archived_at = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id), .instant(unit.now)
            ))
        return "La campagne est annulée."
    }

    // MARK: What changes the result

    static func adjust(_ id: Identifier, person: Identifier, cents: Int, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        guard cents != 0, cents.magnitude <= UInt(IndemnityLimits.cents) else {
            throw Refusal.invalid(
                "amount", "Indiquez un montant différent de zéro, d’au plus \(French.money(cents: IndemnityLimits.cents)).")
        }
        try await change(run, unit)
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_adjustment (msp_id, id, run_id, professional_id, cents, reason, created_at, created_by)
                values ($1, $2, $5, $6, $7, $8, $3, $4)
                """, parameters: unit.stamp(.make(at: unit.now)) + [.id(id), .id(person), .int(cents), .text(reason)]))
        return "L’ajustement est enregistré."
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

    private static func note(_ reason: String, on id: Identifier, _ unit: WriteUnit) async throws {
        try await unit.one(
            Query("update budget.indemnity_run set reason = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id), .text(reason)))
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
    private static func number(_ run: LockedRun, _ unit: WriteUnit) async throws -> String {
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
