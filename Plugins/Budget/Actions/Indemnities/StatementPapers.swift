import Kernel

/// Statements of a run that was paid: drawn by the act, printed outside of any transaction when somebody asks for the first time, given
/// byte for byte from then on.
enum StatementPapers {
    /// Draws the statement of everybody of the run, as it is now. Its page is kept, not a print of it: the payment would wait for the printer.
    static func prepare(_ run: Identifier, _ unit: WriteUnit) async throws {
        let papers = try await RunPapers.load(run, unit)
        for line in papers.screen.lines { unit.enqueue(page(line, papers, unit)) }
    }

    private static func page(_ line: IndemnityLine, _ papers: RunPapers, _ unit: WriteUnit) -> Query {
        let document = IndemnityStatement.document(papers.statement(line))
        return Query(
            """
            insert into budget.indemnity_statement (msp_id, run_id, professional_id, title, page, prepared_at)
            values ($1, $2, $3, $4, $5, $6) on conflict (msp_id, run_id, professional_id) do nothing
            """, .id(unit.msp), .id(papers.screen.id), .id(line.person), .text(document.title), .bytes(document.html), .instant(unit.now))
    }

    /// Prints the page that was drawn and keeps the file, unless it is kept already; nil without a page.
    static func seal(run: Identifier, person: Identifier, _ unit: WriteUnit) async throws -> Identifier? {
        // Only a page that is not printed yet can be locked: the other answer tells of a file that is there already.
        let results = try await unit.run(
            Query(
                """
                select s.page, s.title, r.period_to from budget.indemnity_statement s
                join budget.indemnity_run r on r.msp_id = s.msp_id and r.id = s.run_id
                where s.msp_id = $1 and s.run_id = $2 and s.professional_id = $3 and s.file_id is null for update of s
                """, .id(unit.msp), .id(run), .id(person)),
            Query(
                "select file_id from budget.indemnity_statement where msp_id = $1 and run_id = $2 and professional_id = $3", .id(unit.msp),
                .id(run), .id(person)))
        guard let row = results[0].first else { return try results[1].first?[0] ?? nil }
        let document = PrintDocument(frozen: try row[0], title: try row[1], mspName: unit.access.msp.name)
        let exhibit = try unit.seal(document, name: "releve-\(try row[2] as CivilDate)")
        try await unit.one(
            Query(
                """
                update budget.indemnity_statement set file_id = $4, page = null
                where msp_id = $1 and run_id = $2 and professional_id = $3 and file_id is null
                """, .id(unit.msp), .id(run), .id(person), .id(exhibit.file)))
        return exhibit.file
    }

    // MARK: Giving

    /// The statement of a run that was paid, as it is kept; printed now where that was not done yet. Nil before the payment.
    /// - Parameter person: nil for who asks.
    static func give(run: Identifier, person: Identifier?, _ request: MspRequest) async throws -> KeptFile? {
        let reading = try await request.read(
            Query(
                """
                select l.professional_id, r.status, s.file_id
                from (select * from budget.indemnity_line where msp_id = $1 and run_id = $2) l
                join budget.indemnity_run r on r.msp_id = $1 and r.id = l.run_id and r.archived_at is null
                join kernel.professional p on p.msp_id = $1 and p.id = l.professional_id
                left join budget.indemnity_statement s on s.msp_id = $1 and s.run_id = l.run_id and s.professional_id = l.professional_id
                where p.id = $3 or $3::uuid is null and p.account_id = kernel.current_account()
                """, .id(request.msp.id), .id(run), .id(person)))
        guard let row = reading.results[0].first else { return nil }
        if let file: Identifier = try row[2] { return try await request.file(file) }
        let status = IndemnityRunStatus(rawValue: try row[1]) ?? .draft
        guard [.paid, .closed].contains(status) else { return nil }
        let whose: Identifier = try row[0]
        let made = try await request.write { unit in
            // A run that was paid before statements were kept: as it is on the day that somebody asks.
            if try await seal(run: run, person: whose, unit) == nil {
                let papers = try await RunPapers.load(run, unit)
                guard let line = papers.screen.line(of: whose) else { throw Refusal.notFound }
                try await unit.one(page(line, papers, unit))
            }
            return try await seal(run: run, person: whose, unit)
        }
        guard let made else { throw Refusal.notFound }
        return try await request.file(made)
    }
}
