import Kernel

/// Differences of runs that were sent, as they are stored, taken and left.
enum RunCorrections {
    /// Of one run, or with nil of all; only what is still to decide unless `all`. `read` takes the answer.
    static func query(_ msp: Identifier, of run: Identifier? = nil) -> Query {
        Query(
            """
            select c.run_id, coalesce(r.number, r.name), c.professional_id, coalesce(l.gross_cents - l.reduction_cents, 0), c.cents_now,
                (select coalesce(sum(j.cents), 0)::bigint from budget.indemnity_adjustment j
                    join budget.indemnity_run d on d.msp_id = j.msp_id and d.id = j.run_id and d.archived_at is null and d.status <> 'CANCELLED'
                    where j.msp_id = $1 and j.corrects_run_id = c.run_id and j.professional_id = c.professional_id
                        and j.archived_at is null),
                (select coalesce(sum(w.cents), 0)::bigint from budget.indemnity_waiver w
                    where w.msp_id = $1 and w.run_id = c.run_id and w.professional_id = c.professional_id)
            from budget.indemnity_correction c
            join budget.indemnity_run r on r.msp_id = c.msp_id and r.id = c.run_id and r.archived_at is null
                and r.status in ('SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED') and not r.sheet_open
            left join budget.indemnity_line l on l.msp_id = c.msp_id and l.run_id = c.run_id and l.professional_id = c.professional_id
            where c.msp_id = $1 and ($2::uuid is null or c.run_id = $2)
            order by r.period_to, c.run_id, c.professional_id
            """, .id(msp), .id(run))
    }

    /// Runs that were sent and whose period has a sheet open again.
    static func sheetsOpen(_ msp: Identifier) -> Query {
        Query(
            "select id, name from budget.indemnity_run where msp_id = $1 and sheet_open and archived_at is null order by period_to, id limit 5",
            .id(msp))
    }

    static func read(_ rows: ResultSet) throws -> [RunCorrection] {
        try rows.map { row in
            RunCorrection(
                run: try row[0], runName: try row[1], person: try row[2], paidCents: try row[3], nowCents: try row[4],
                takenCents: try row[5], leftCents: try row[6])
        }
    }

    /// Takes every open difference of earlier runs into a draft, as adjustments that say what they correct.
    static func take(into id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        guard run.state.status == .draft else { throw Refusal.conflict("wrong_state", "Seul un brouillon reprend des corrections.") }
        let lines = try await RunFacts.load(.run(id), unit).result.lines
        let open = try read(try await unit.one(query(unit.msp))).filter { $0.run != id }
        var amounts = Dictionary(lines.map { ($0.person, $0.finalCents) }, uniquingKeysWith: { first, _ in first })
        var taken = 0
        for correction in open {
            let cents = correction.takable(from: amounts[correction.person] ?? 0)
            guard cents != 0 else { continue }
            amounts[correction.person, default: 0] += cents
            try await RunActs.adjust(
                run, person: correction.person, cents: cents, reason: String(correction.reason.prefix(200)), corrects: correction.run, unit)
            taken += 1
        }
        guard taken > 0 else {
            throw Refusal.conflict("nothing_to_take", "Aucune correction ne peut être reprise dans cette campagne.")
        }
        return "\(French.plural(taken, "correction est reprise", "corrections sont reprises")) comme ajustement."
    }

    /// Leaves every open difference of a run as it is; the reason stays.
    static func leave(_ id: Identifier, reason: String, _ unit: WriteUnit) async throws -> String {
        _ = try await LockedRun.lock(id, unit)
        let open = try read(try await unit.one(query(unit.msp, of: id))).filter { $0.openCents != 0 }
        guard !open.isEmpty else { throw Refusal.conflict("nothing_to_leave", "Aucune différence n’attend de décision.") }
        for correction in open {
            unit.enqueue(
                Query(
                    """
                    insert into budget.indemnity_waiver (msp_id, id, run_id, professional_id, cents, reason, created_at, created_by)
                    values ($1, $2, $5, $6, $7, $8, $3, $4)
                    """,
                    parameters: unit.stamp(.make(at: unit.now)) + [
                        .id(id), .id(correction.person), .int(correction.openCents), .text(reason),
                    ]))
        }
        return
            "\(French.plural(open.count, "différence est laissée", "différences sont laissées")) en l’état\u{202F}; le motif reste visible."
    }
}
