import HTML
import Kernel
import KernelUI

/// « Mes indemnités »: the running total of the year, each line with its reason, the time one declares, one's bank account.
enum OwnPage {
    static func show(_ request: MspRequest) async throws -> PageResponse {
        try await page(request, form: FormValues(), faults: [], status: 200)
    }

    static func account(_ request: MspRequest) async throws -> PageResponse {
        let form = request.web.form
        do {
            let entry = try BankAccounts.entry(
                holder: form["holder"] ?? "", iban: form["iban"] ?? "", bic: form["bic"], siren: nil, isOwn: false)
            try await request.write { unit in
                guard let own = unit.access.professional else {
                    throw Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")
                }
                try await BankAccounts.save(entry, of: own, unit)
            }
            return .redirect(request.path(IndemnityPlaces.own), Message(.done, "Votre compte bancaire est enregistré."))
        } catch let refusal as Refusal {
            guard refusal.status == 422 else { throw refusal }
            return try await page(request, form: form, faults: refusal.faults, status: 422)
        }
    }

    /// Says that the account somebody else wrote is one's own.
    static func confirm(_ request: MspRequest) async throws -> PageResponse {
        let digest = request.web.form["digest"] ?? ""
        try await request.write { unit in try await confirmOwn(digest, unit) }
        return .redirect(request.path(IndemnityPlaces.own), Message(.done, "Vous avez confirmé votre compte."))
    }

    static func confirmOwn(_ digest: String, _ unit: WriteUnit) async throws {
        guard let own = unit.access.professional else {
            throw Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")
        }
        try await BankAccounts.confirm(own, digest: digest, unit)
    }

    /// One's own statement of one run: as it is kept once the run is paid, before a print of the day.
    static func statement(_ request: MspRequest) async throws -> PageResponse {
        let run = try request.web.id("id")
        if let kept = try await StatementPapers.give(run: run, person: nil, request) { return .download(Download(kept, isInline: true)) }
        let reading = try await request.read(
            Query(
                """
                select r.name, r.number, r.period_from, r.period_to, r.execution_on, r.rules::text, p.shown_name,
                    coalesce((
                        select s.profession from kernel.team_stay s
                        where s.msp_id = $1 and s.professional_id = p.id and s.from_on <= r.period_to order by s.from_on desc limit 1
                    ), p.profession) || coalesce(':' || p.civility, ''), l.professional_id, l.gross_cents, l.reduction_cents, l.items::text, l.explanation::text,
                    f.transfers::text, b.iban
                from kernel.professional p
                join budget.indemnity_line l on l.msp_id = p.msp_id and l.professional_id = p.id and l.run_id = $2
                join budget.indemnity_run r on r.msp_id = l.msp_id and r.id = l.run_id and r.archived_at is null
                    and r.status in ('APPROVED', 'SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED')
                left join budget.bank_file f on f.msp_id = $1 and f.run_id = r.id and f.state = 'CURRENT'
                left join budget.bank_account b on b.msp_id = $1 and b.professional_id = p.id
                where p.msp_id = $1 and p.account_id = kernel.current_account()
                """, .id(request.msp.id), .id(run)))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let (rules, items, words): (String, String, String) = (try row[5], try row[11], try row[12])
        guard
            let line = IndemnityLine(
                person: try row[8], grossCents: try row[9], reductionCents: try row[10], items: try JSONValue.parse(items),
                explanation: try JSONValue.parse(words))
        else { throw Refusal.notFound }
        let (from, to): (CivilDate, CivilDate) = (try row[2], try row[3])
        let (transfers, iban): (String?, String?) = (try row[13], try row[14])
        let transfer = try transfers.flatMap { text in try BankFiles.Transfer.all(text).first { $0.person == line.person } }
        let statement = IndemnityStatement.Statement(
            msp: reading.access.msp, person: try row[6], profession: CodeList.profession(of: try row[7]), run: try row[0],
            number: try row[1], period: "du \(French.date(from)) au \(French.date(to))",
            rules: (try JSONValue.parse(rules).arrayValue ?? []).compactMap { try? IndemnityRule.read($0).get() },
            line: line,
            executionOn: try row[4], isPaid: false, transfer: transfer, account: iban.map(BankAccounts.masked))
        return .pdf(IndemnityStatement.document(statement), name: "releve-\(to)")
    }

    private static func page(_ request: MspRequest, form: FormValues, faults: [FieldFault], status: Int) async throws -> PageResponse {
        let year = try OwnIndemnities.year(request.web.query["annee"], present: try await request.presentYear())
        let reading = try await request.read(all: OwnIndemnities.queries(request.msp.id, year: year))
        let own = try OwnIndemnities(reading.results, year: year)
        let access = reading.access
        let today = access.local(request.web.now).date
        let base = request.path(IndemnityPlaces.own)
        return .page(
            Page(
                access: access, title: "Mes indemnités", status: status,
                body: { html in
                    OwnDrawing(own: own, access: access, today: today, base: base, form: form, faults: faults, html: html).draw()
                }))
    }
}
