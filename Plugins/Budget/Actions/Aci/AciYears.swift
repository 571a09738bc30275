import Kernel

/// Reads exercises, computes them under their rules, and keeps the results that lists and indicators read.
struct AciYears: Sendable {
    let book: RuleBook

    /// An exercise with its calculation, as a page or an endpoint shows it.
    struct View: Sendable {
        let access: Access
        let record: YearRecord
        let outlook: YearOutlook
        /// The statements that the caller added.
        let more: [ResultSet]
    }

    /// Reads and computes in one round trip, with more statements of the caller. Throws 404 without such an exercise.
    func view(_ request: MspRequest, _ key: YearRecord.Key, _ more: [Query] = []) async throws -> View {
        guard let view = try await viewIfAny(request, key, more).view else { throw Refusal.notFound }
        return view
    }

    /// The same; nil when the MSP has no such exercise.
    func viewIfAny(_ request: MspRequest, _ key: YearRecord.Key, _ more: [Query] = []) async throws
        -> (access: Access, view: View?)
    {
        let reading = try await request.read(all: YearRecord.queries(request.msp.id, key) + more)
        guard let record = try YearRecord(reading.results[...]) else { return (reading.access, nil) }
        let outlook = try outlook(record, day: reading.access.local(request.web.now).date)
        let rest = Array(reading.results.dropFirst(YearRecord.queryCount))
        return (reading.access, View(access: reading.access, record: record, outlook: outlook, more: rest))
    }

    /// The rules of an exercise: those that the MSP made for itself, else those of the book.
    func rules(of record: YearRecord) throws -> RuleSet {
        if let document = record.ownRules {
            return try refusing { () throws(DocumentRefusal) in try RuleSet(json: document, isOwn: true) }
        }
        return try rules(for: record.exercise)
    }

    /// The national rules. Throws a conflict that names the exercises covered.
    func rules(for exercise: Int) throws -> RuleSet {
        guard let rules = book.ruleSet(for: exercise) else {
            throw Refusal.conflict(
                "no_rules",
                "Aucun jeu de règles pour l’exercice \(exercise). Exercices couverts\u{A0}: \(book.periods). Copiez un jeu de règles pour cet exercice."
            )
        }
        return rules
    }

    /// Where an exercise stands; one that was transmitted stands where it stood that day.
    func outlook(_ record: YearRecord, day: CivilDate) throws -> YearOutlook {
        if let frozen = record.frozen { return try refusing { () throws(DocumentRefusal) in try frozen.outlook() } }
        let rules = try rules(of: record)
        var facts = record.facts
        facts.filesCounted = rules.filesCounted
        let counted = facts
        return try refusing { () throws(DocumentRefusal) in
            try YearOutlook(counted, rules: rules, day: day, leftOut: record.leftOut)
        }
    }

    /// What the next act is worth; nothing once the exercise has left the house.
    func nextActs(_ view: View) throws -> [NextAct] {
        guard !view.record.isTransmitted else { return [] }
        return try refusing { () throws(DocumentRefusal) in try view.outlook.nextActs() }
    }

    /// What a transmitted exercise would be worth with what was learned since; nil without corrections.
    func corrected(_ record: YearRecord) throws -> Int? {
        guard let frozen = record.frozen, !record.corrections.isEmpty else { return nil }
        return try refusing { () throws(DocumentRefusal) in try frozen.amount(with: record.corrections) }
    }

    /// The faults of a document or a number, as the web says them.
    func refusing<T>(_ body: () throws(DocumentRefusal) -> T) throws -> T {
        do { return try body() } catch { throw Refusal.invalid(error.faults) }
    }

    // MARK: Kept results

    static let jobID = "budget.recompute"

    /// Asks for the exercises to be computed again once this transaction has committed.
    /// - Parameter year: the one that the act is about, when it is one.
    static func askAgain(_ unit: WriteUnit, _ year: Identifier? = nil) {
        unit.touch(topic, .object([("year", .text(year?.description))]))
        unit.enqueue(
            Query("select kernel.enqueue_job($1, 'job', $1, $2)", .id(unit.msp), .text("\(jobID):\(Identifier.make(at: unit.now))")))
        HandedOut.askAgain(unit)
    }

    /// Each night and after each change: every exercise that is not closed. One that was transmitted keeps its amounts.
    var job: Job {
        Job(Self.jobID, everySeconds: 86_400) { unit in
            let years = try await unit.one(
                Query(
                    "select id from budget.aci_year where msp_id = $1 and state <> 'CLOSED' and archived_at is null order by exercise",
                    .id(unit.msp)))
            for row in years { try await keep(try row[0], unit) }
        }
    }

    /// Computes one exercise and keeps the result. The row is locked first, so that two writers cannot keep an older result last.
    func keep(_ year: Identifier, _ unit: WriteUnit) async throws { try await keep(.id(year), unit) }

    /// The same for the exercise of a civil year, if the MSP has it.
    func keep(exercise: Int, _ unit: WriteUnit) async throws { try await keep(.exercise(exercise), unit) }

    private func keep(_ key: YearRecord.Key, _ unit: WriteUnit) async throws {
        let results = try await unit.run(all: YearRecord.queries(unit.msp, key, locking: true) + PieceReading.queries(unit.msp, key))
        guard let record = try YearRecord(results[...]), record.state != "CLOSED" else { return }
        let year = record.id
        guard let outlook = try? outlook(record, day: unit.access.local(unit.now).date) else { return }
        if record.isTransmitted {
            // One transmitted before this was kept: as it stands now, once.
            if record.frozen == nil { freeze(record, outlook, unit) }
            let match = try PieceReading.match(record, outlook, results[YearRecord.queryCount...])
            return unit.enqueue(
                Query(
                    "update budget.aci_year set pieces_wanted = $3, pieces_present = $4 where msp_id = $1 and id = $2", .id(unit.msp),
                    .id(year), .int(match.wanted), .int(match.present)))
        }
        if record.commitments.count < outlook.rules.indicators.count { unit.enqueue(commitments(year, outlook.rules, unit)) }
        let match = try PieceReading.match(record, outlook, results[YearRecord.queryCount...])
        unit.enqueue(
            Query(
                """
                update budget.aci_year set rules_code = $3, simulated_points = $4, full_points = $5, simulated_cents = $6, pace_cents = $7,
                    full_cents = $8, advance_cents = $9, computed_at = $10, pieces_wanted = $11, pieces_present = $12,
                    rules_name = $13
                where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(year), .text(outlook.rules.id), .decimal(outlook.today.points.decimal.rounded(scale: 6)),
                .decimal(outlook.fullPoints.decimal.rounded(scale: 6)), .int(outlook.today.amountCents), .int(outlook.atPace.amountCents),
                .int(outlook.fullCents), .int(outlook.today.advanceCents), .instant(unit.now), .int(match.wanted),
                .int(match.present), .text(String(outlook.rules.name.prefix(160)))))
    }

    /// Keeps an exercise as it is transmitted, for good.
    /// - Parameter paper: the file of the exercise as it is transmitted.
    func freeze(_ year: Identifier, paper: Identifier? = nil, _ unit: WriteUnit) async throws {
        let results = try await unit.run(
            all: YearRecord.queries(unit.msp, .id(year), locking: true) + [DossierContract.query(unit.msp, year)])
        guard let record = try YearRecord(results[...]), record.frozen == nil else { return }
        freeze(
            record, try outlook(record, day: unit.access.local(unit.now).date),
            contract: try DossierContract(results[YearRecord.queryCount].first), paper: paper, unit)
    }

    private func freeze(
        _ record: YearRecord, _ outlook: YearOutlook, contract: DossierContract? = nil, paper: Identifier? = nil, _ unit: WriteUnit
    ) {
        let frozen = FrozenYear(outlook, isOwnRules: record.ownRules != nil, contract: contract)
        unit.enqueue(
            Query(
                """
                insert into budget.aci_snapshot (msp_id, year_id, document, amount_cents, advance_cents, taken_at, taken_by, file_id)
                values ($1, $2, $3::json, $4, $5, $6, $7, $8) on conflict do nothing
                """, .id(unit.msp), .id(record.id), .json(frozen.json.text), .int(frozen.amountCents), .int(frozen.advanceCents),
                .instant(unit.now), .id(unit.access.account), .id(paper)))
    }

    /// One line for each indicator, chosen until the team says otherwise.
    private func commitments(_ year: Identifier, _ rules: RuleSet, _ unit: WriteUnit) -> Query {
        Query(
            """
            insert into budget.commitment (msp_id, id, year_id, indicator)
            select y.msp_id, t.id, y.id, t.indicator from budget.aci_year y cross join unnest($3::uuid[], $4::text[]) t(id, indicator)
            where y.msp_id = $1 and y.id = $2
            on conflict (msp_id, year_id, indicator) do nothing
            """, .id(unit.msp), .id(year), .ids(rules.indicators.map { _ in Identifier.make(at: unit.now) }),
            .texts(rules.indicators.map(\.id.rawValue)))
    }
}
