import Kernel

/// The demonstration of the indemnities: the closed runs of the last year with the figures of missions.md 17.3, and story 2, the
/// half-year of B with two anomalies to look at. It follows the meetings, whose locked sheets the budget has heard of.
enum IndemnityDemo {
    static let scenario = DemoScenario("budget.indemnities") { msp, unit in
        guard let figures = IndemnityDemoFigures.of(msp.key) else { return }
        let rule = Identifier.derived(from: "demo.indemnity_rule.\(msp.key)")
        let known = try await unit.one(Query("select 1 from budget.indemnity_rule where msp_id = $1 and id = $2", .id(msp.id), .id(rule)))
        guard known.isEmpty else { return }
        let year = IndemnityDemoYear(msp: msp, figures: figures, unit: unit, people: try await people(msp, figures, unit))
        try await year.rules(id: rule)
        try await year.accounts()
        try await year.lastYear()
        try await year.thisYear()
    }

    /// Those who are paid; the last ones of the list gave up their indemnity.
    private static func people(
        _ msp: DemoMsp, _ figures: IndemnityDemoFigures, _ unit: WriteUnit
    ) async throws -> [IndemnityDemoYear.Person] {
        let rows = try await unit.one(
            Query(
                """
                select id, shown_name from kernel.professional
                where msp_id = $1 and archived_at is null and indemnifiable order by is_associate desc, rpps, id
                """, .id(msp.id)))
        let all = try rows.map { IndemnityDemoYear.Person(id: try $0[0], name: try $0[1]) }
        let others = Parameter.ids(all.dropFirst(figures.people).map(\.id))
        try await unit.run(
            Query("update kernel.professional set indemnifiable = false where msp_id = $1 and id = any ($2)", .id(msp.id), others),
            Query(
                "update kernel.team_stay set indemnifiable = false where msp_id = $1 and professional_id = any ($2)", .id(msp.id), others))
        return Array(all.prefix(figures.people))
    }
}

/// Two years of one MSP's indemnities.
struct IndemnityDemoYear {
    struct Person: Sendable {
        let id: Identifier
        let name: String
    }

    let msp: DemoMsp
    let figures: IndemnityDemoFigures
    let unit: WriteUnit
    let people: [Person]

    private var last: Int { msp.today.year - 1 }

    private func day(_ year: Int, _ month: Int, _ day: Int) -> CivilDate { CivilDate(year: year, month: month, day: day) ?? msp.today }

    private func noon(_ day: CivilDate) -> Instant { LocalTime.meaning(of: day, 12, 0, zone: msp.timeZone).instant ?? unit.now }

    // MARK: Rules and accounts

    func rules(id: Identifier) async throws {
        try await write(figures.rule(year: last), id: id, decidedOn: day(last - 1, 12, 15))
        try await write(figures.draft(year: msp.today.year + 1), id: .derived(from: "demo.indemnity_rule.\(msp.key).draft"), decidedOn: nil)
    }

    private func write(_ given: IndemnityRule, id: Identifier, decidedOn: CivilDate?) async throws {
        var rule = given
        rule.version = try await unit.nextNumber("budget.indemnity_rule")
        try await unit.one(
            Query(
                """
                insert into budget.indemnity_rule (msp_id, id, name, version, valid_from, method, status, document, decision_organ,
                    decision_reference, decision_on, voted_at, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13)
                """, .id(msp.id), .id(id), .text(rule.name), .int(rule.version), .date(rule.validFrom), .text(rule.method.rawValue),
                .text(decidedOn == nil ? "DRAFT" : "VOTED"), .json(rule.json.text), .text(decidedOn == nil ? nil : "AGO"),
                .text(decidedOn == nil ? nil : "n° 4"), .date(decidedOn), .instant(decidedOn.map(noon)),
                .instant(noon(decidedOn ?? msp.today.adding(days: -10)))))
    }

    func accounts() async throws {
        let seed = Int(msp.key.utf8.first ?? 65) * 1_000
        let siren = DemoAccountNumbers.siren(Int(msp.key.utf8.first ?? 65))
        let own = try BankAccount.read(iban: DemoAccountNumbers.iban(seed), bic: nil)
        let digests = try people.indices.map { index in
            PayeeAccount.digest(
                person: people[index].id, holder: people[index].name,
                account: try BankAccount.read(iban: DemoAccountNumbers.iban(seed + index + 1), bic: nil), siren: nil)
        }
        try await unit.run(
            Query(
                """
                insert into budget.bank_account (msp_id, id, professional_id, holder, iban, created_at, digest)
                select p.msp_id, t.id, t.person, t.holder, t.iban, $6, t.digest
                from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $7::text[]) t(id, person, holder, iban, digest)
                join kernel.professional p on p.msp_id = $1 and p.id = t.person
                """, .id(msp.id), .ids(people.map { .derived(from: "demo.bank_account.\($0.id)") }), .ids(people.map(\.id)),
                .texts(people.map(\.name)), .texts(people.indices.map { DemoAccountNumbers.iban(seed + $0 + 1) }),
                .instant(noon(day(last, 1, 10))), .texts(digests)),
            Query(
                """
                insert into budget.bank_account (msp_id, id, professional_id, holder, iban, created_at, siren, digest)
                values ($1, $2, null, $3, $4, $5, $6, $7)
                """, .id(msp.id), .id(.derived(from: "demo.bank_account.\(msp.key)")), .text("SISA \(msp.name)"), .text(own.iban),
                .instant(noon(day(last, 1, 10))), .text(siren),
                .text(PayeeAccount.digest(person: nil, holder: "SISA \(msp.name)", account: own, siren: siren))))
    }

    // MARK: Time outside meetings

    private static let subjects = [
        "Relecture d’un protocole", "Préparation d’une réunion d’équipe", "Rendez-vous avec un partenaire",
        "Rédaction d’un projet d’action",
        "Accueil d’un nouveau membre", "Mise à jour de la liaison avec l’hôpital", "Point sur le logiciel partagé",
    ]

    /// Approved declarations that add up to the minutes, a quarter of an hour being the smallest.
    private func credits(_ minutes: Int, from: CivilDate, to: CivilDate, name: String) async throws {
        let quarters = minutes / 15
        let count = max(1, quarters / 6)
        guard quarters > 0, to > from else { return }
        let span = to.daysSinceEpoch - from.daysSinceEpoch
        let lengths = (0..<count).map { (quarters * ($0 + 1) / count - quarters * $0 / count) * 15 }
        try await insert(
            (0..<count).map { index in
                let fallen = from.adding(days: span * index / count)
                let day = fallen.weekday > 5 ? fallen.adding(days: -2) : fallen
                return (Identifier.derived(from: "demo.work_credit.\(msp.key).\(name).\(index)"), index, day, lengths[index], "APPROVED")
            })
    }

    private func insert(_ rows: [(id: Identifier, index: Int, day: CivilDate, minutes: Int, status: String)]) async throws {
        try await unit.one(
            Query(
                """
                insert into budget.work_credit (msp_id, id, professional_id, day, minutes, title, status, created_at)
                select p.msp_id, t.id, p.id, t.day, t.minutes, t.title, t.status, t.day + interval '18 hours'
                from unnest($2::uuid[], $3::uuid[], $4::date[], $5::integer[], $6::text[], $7::text[]) t(id, person, day, minutes, title, status)
                join kernel.professional p on p.msp_id = $1 and p.id = t.person
                """, .id(msp.id), .ids(rows.map(\.id)), .ids(rows.map { people[$0.index % people.count].id }),
                .texts(rows.map(\.day.description)), .ints(rows.map(\.minutes)),
                .texts(rows.map { Self.subjects[($0.index * 3) % Self.subjects.count] }), .texts(rows.map(\.status))))
    }

    // MARK: Runs

    /// Both halves of the last year, closed; meetings and declared time together make the hours of missions.md 17.3.
    func lastYear() async throws {
        let (first, end) = (day(last, 1, 1), day(last, 12, 31))
        let meetings = try await RunFacts.load(.days(first, end, isWhole: true), unit).result.minutes
        try await credits(figures.hours * 60 - meetings, from: day(last, 1, 8), to: day(last, 12, 18), name: "\(last)")
        try await close(from: first, to: day(last, 6, 30), name: "1er semestre \(last)", sent: day(last, 7, 8))
        try await close(from: day(last, 7, 1), to: end, name: "2e semestre \(last)", sent: day(msp.today.year, 1, 12))
    }

    /// The half-year of the running one: paid everywhere but at B, where it waits with its two anomalies (story 2).
    func thisYear() async throws {
        let year = msp.today.year
        let isOver = msp.today > day(year, 7, 10)
        let end = isOver ? day(year, 6, 30) : msp.today.adding(days: -1)
        let hours = figures.hours * 2 / 10
        try await credits(hours * 60, from: day(year, 1, 8), to: end, name: "\(year)")
        if msp.key == "B" {
            _ = try await insertRun(
                id: .derived(from: "demo.story.2"), from: day(year, 1, 1), to: end, name: "Indemnités du 1er semestre \(year)",
                at: noon(msp.today.adding(days: -2)))
        } else if isOver {
            try await close(from: day(year, 1, 1), to: end, name: "1er semestre \(year)", sent: day(year, 7, 7), status: .paid)
        }
        try await insert([
            (.derived(from: "demo.work_credit.\(msp.key).waiting.0"), 2, msp.today.adding(days: -6), 90, "DECLARED"),
            (.derived(from: "demo.work_credit.\(msp.key).waiting.1"), 4, msp.today.adding(days: -9), 60, "DECLARED"),
            (.derived(from: "demo.work_credit.\(msp.key).waiting.2"), 5, msp.today.adding(days: -13), 120, "CHECKED"),
        ])
    }

    private func insertRun(id: Identifier, from: CivilDate, to: CivilDate, name: String, at: Instant) async throws -> Identifier {
        try await unit.one(
            Query(
                "insert into budget.indemnity_run (msp_id, id, name, period_from, period_to, created_at) values ($1, $2, $3, $4, $5, $6)",
                .id(msp.id), .id(id), .text(name), .date(from), .date(to), .instant(at)))
        return id
    }

    /// A run by the same code as a real one, without mails: computed, frozen, approved by two, numbered, paid.
    private func close(
        from: CivilDate, to: CivilDate, name: String, sent: CivilDate, status: IndemnityRunStatus = .closed
    ) async throws {
        let id = Identifier.derived(from: "demo.indemnity_run.\(msp.key).\(to)")
        let at = noon(sent)
        _ = try await insertRun(id: id, from: from, to: to, name: "Indemnités du \(name)", at: at)
        let result = try await RunFacts.load(.run(id), unit).result
        try await RunStore.freeze(id, result, checkedBy: nil, unit)
        let number = IndemnityNumber.text(year: sent.year, try await unit.nextNumber(IndemnityNumber.series(year: sent.year)))
        let approvers = [people[0], people[min(2, people.count - 1)]]
        let transfers = TargetCalendar.next(from: sent.adding(days: 2))
        let paid = result.lines.filter { $0.finalCents > 0 }.map(\.person)
        let review = try ApprovedAccounts.review(
            (try await unit.run(all: ApprovedAccounts.queries(msp.id)))[...], approvals: [], needed: IndemnityRunState.usualApprovals)
        let kept = ApprovedAccounts.json(review.kept(for: paid)).text
        try await unit.run(
            all: approvers.enumerated().map { place, person in
                Query(
                    """
                    insert into budget.indemnity_approval (msp_id, run_id, account_id, label, fingerprint, created_at, accounts,
                        professional_id)
                    values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
                    """, .id(msp.id), .id(id), .id(.derived(from: "demo.approver.\(id).\(place)")), .text(person.name),
                    .text(result.fingerprint), .instant(at.adding(minutes: -60 * 24 + place * 95)), .json(kept),
                    .id(person.id))
            } + [
                Query(
                    """
                    update budget.indemnity_run set status = $3, number = $4, checked_at = $5, sent_at = $6, execution_on = $7, paid_on = $7,
                        closed_at = $8, approvals_needed = 2, sendings = 1
                    where msp_id = $1 and id = $2
                    """, .id(msp.id), .id(id), .text(status.rawValue), .text(number), .instant(at.adding(minutes: -60 * 24 * 3)),
                    .instant(at),
                    .date(transfers), .instant(status == .closed ? noon(transfers.adding(days: 20)) : nil)),
                Query(
                    "update budget.indemnity_line set statement_sent_at = $3 where msp_id = $1 and run_id = $2", .id(msp.id), .id(id),
                    .instant(at)),
            ])
        guard !paid.isEmpty else { return }
        let papers = try await RunPapers.load(id, unit)
        let batch = try RunExport.batch(papers, messageId: "\(number)-F1", number: number, at: at, day: transfers, version: .v09)
        try await BankFiles.store(batch, run: id, rank: 1, papers, by: people[0].name, at: at, unit)
        try await StatementPapers.prepare(id, unit)
    }
}
