import Kernel

/// Whatever leaves the house is compared, after each change that may reach it and each night, with what the facts of the moment would
/// give: sent and paid runs person by person, sealed dossiers piece by piece and figure by figure. One comparison of results finds a
/// correction wherever it was made; no list of causes has to be complete.
enum HandedOut {
    static let jobID = "budget.handed_out"
    /// Days after its end within which a run is still looked at.
    private static let memory = 800

    /// Changes of so many seconds are looked at together: a sheet and thirty credits ask for one comparison.
    private static let span = 5

    /// Asks for the comparison once these seconds are over.
    static func askAgain(_ unit: WriteUnit) {
        let slice = unit.now.microseconds / (Int64(span) * 1_000_000)
        unit.enqueue(
            Query(
                "select kernel.enqueue_job($1, 'job', $1, $2, $3)", .id(unit.msp), .text("\(jobID):\(slice)"),
                .instant(Instant(microseconds: (slice + 1) * Int64(span) * 1_000_000))))
    }

    static func job(_ years: AciYears) -> Job {
        Job(jobID, everySeconds: 86_400) { unit in
            try await runs(unit)
            try await dossiers(years, unit)
        }
    }

    // MARK: Runs

    private static func runs(_ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select r.id, r.sheet_open, exists (select from budget.meeting m where m.msp_id = $1
                    and m.day between r.period_from and r.period_to and m.starts_at is not null and not m.sheet_locked)
                from budget.indemnity_run r
                where r.msp_id = $1 and r.archived_at is null and r.status in ('SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED') and r.period_to >= $2
                order by r.id for update of r
                """, .id(unit.msp), .date(unit.access.local(unit.now).date.adding(days: -memory))))
        for row in rows {
            let (run, wasOpen, isOpen): (Identifier, Bool, Bool) = (try row[0], try row[1], try row[2])
            if wasOpen != isOpen {
                unit.enqueue(
                    Query(
                        "update budget.indemnity_run set sheet_open = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(run),
                        .bool(isOpen)))
            }
            if !isOpen { try await compare(run, unit) }
        }
    }

    private static func compare(_ run: Identifier, _ unit: WriteUnit) async throws {
        let results = try await unit.run(
            all: RunStore.frozenQueries(unit.msp, run) + RunFacts.queries(unit.msp, .run(run)) + [
                Query(
                    "select professional_id from budget.indemnity_correction where msp_id = $1 and run_id = $2", .id(unit.msp), .id(run))
            ])
        guard let frozen = try RunStore.frozen(results[..<2]) else { return }
        let now = try RunFacts(results[2..<(2 + RunFacts.queryCount)]).result
        var found = RunCorrection.differences(paid: frozen, now: now)
        // What was noticed once keeps its line: a fact put right again is a difference that closes.
        for row in results[2 + RunFacts.queryCount] {
            let person: Identifier = try row[0]
            guard !found.contains(where: { $0.person == person }) else { continue }
            let line = now.lines.first { $0.person == person }
            found.append((person, line?.finalCents ?? 0, (line?.minutes(.meeting) ?? 0) + (line?.minutes(.credit) ?? 0)))
        }
        for difference in found {
            unit.enqueue(
                Query(
                    """
                    insert into budget.indemnity_correction as c (msp_id, run_id, professional_id, cents_now, minutes_now, noticed_at)
                    values ($1, $2, $3, $4, $5, $6)
                    on conflict (msp_id, run_id, professional_id) do update set cents_now = excluded.cents_now,
                        minutes_now = excluded.minutes_now, noticed_at = excluded.noticed_at
                    where c.cents_now <> excluded.cents_now or c.minutes_now <> excluded.minutes_now
                    """, .id(unit.msp), .id(run), .id(difference.person), .int(difference.cents), .int(difference.minutes),
                    .instant(unit.now)))
        }
    }

    // MARK: Dossiers

    private static func dossiers(_ years: AciYears, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select y.id from budget.aci_year y
                where y.msp_id = $1 and y.archived_at is null
                    and exists (select from budget.dossier d where d.msp_id = y.msp_id and d.year_id = y.id and d.state = 'SEALED')
                order by y.id
                """, .id(unit.msp)))
        for row in rows { try await DossierDrift.keep(try row[0], years, unit) }
    }
}
