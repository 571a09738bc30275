import Kernel

/// What one person sees of his or her own indemnities, read in one round trip. Every statement is bound to the caller's own line
/// of the team: nobody else's money can come out.
struct OwnIndemnities: Sendable {
    struct Paid: Sendable {
        let run: Identifier
        let name: String
        let number: String?
        let from: CivilDate
        let to: CivilDate
        let status: IndemnityRunStatus
        let paidOn: CivilDate?
        let line: IndemnityLine
    }

    struct Credit: Sendable {
        let id: Identifier
        let day: CivilDate
        let minutes: Int
        let title: String
        let status: String
        let refusal: String?
    }

    let year: Int
    /// Lines of runs that were approved by two people or went further; a run under way is nobody's promise yet.
    let lines: [Paid]
    let credits: [Credit]
    /// What the present rules give for the times that no run counts yet; nil without any.
    let coming: IndemnityLine?
    /// True when a rule shares a surplus or caps the whole: the person's part is not known before the run.
    let isOnlyPartlyKnown: Bool
    let account: PayeeAccount?

    var paidCents: Int { lines.filter { $0.status == .paid || $0.status == .closed }.reduce(0) { $0 + $1.line.finalCents } }
    var onItsWayCents: Int { lines.filter { $0.status == .approved || $0.status == .sent }.reduce(0) { $0 + $1.line.finalCents } }
    var comingCents: Int { coming?.finalCents ?? 0 }
    var totalCents: Int { paidCents + onItsWayCents + comingCents }

    static var queryCount: Int { RunFacts.queryCount + 4 }

    static func queries(_ msp: Identifier, year: Int) -> [Query] {
        let (from, to) = days(year)
        return RunFacts.queries(msp, .own(from, to)) + [
            Query(
                """
                select r.id, r.name, r.number, r.period_from, r.period_to, r.status, r.paid_on, l.professional_id, l.gross_cents,
                    l.reduction_cents, l.items::text, l.explanation::text
                from kernel.professional p
                join budget.indemnity_line l on l.msp_id = p.msp_id and l.professional_id = p.id
                join budget.indemnity_run r on r.msp_id = l.msp_id and r.id = l.run_id and r.archived_at is null
                    and r.status in ('APPROVED', 'SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED')
                where p.msp_id = $1 and p.account_id = kernel.current_account() and extract(year from r.period_to) = $2
                order by r.period_to desc, r.id
                """, .id(msp), .int(year)),
            Query(
                """
                select c.id, c.day, c.minutes, c.title, c.status, c.refusal from budget.work_credit c
                where c.msp_id = $1 and c.archived_at is null and c.day between $2 and $3 and
                """ + " " + (CreditRecord.record.ownRows("c.") ?? "false") + " order by c.day desc, c.id limit 200", .id(msp), .date(from),
                .date(to)),
            Query(
                """
                select b.professional_id, b.holder, b.iban, b.bic, b.siren, coalesce(b.changed_by, b.updated_by, b.created_by),
                    b.changed_by_name, coalesce(b.changed_at, b.updated_at, b.created_at)
                from kernel.professional p
                join budget.bank_account b on b.msp_id = p.msp_id and b.professional_id = p.id
                where p.msp_id = $1 and p.account_id = kernel.current_account()
                """, .id(msp)),
            Query("select digest, account_id from budget.bank_account_confirmation where msp_id = $1", .id(msp)),
        ]
    }

    init(_ results: [ResultSet], year: Int) throws {
        guard results.count >= Self.queryCount else { throw Refusal.notFound }
        self.year = year
        let facts = try RunFacts(results[..<RunFacts.queryCount])
        let rest = Array(results[RunFacts.queryCount...])
        lines = try rest[0].compactMap { row in
            let (items, words): (String, String) = (try row["items"], try row["explanation"])
            guard
                let line = IndemnityLine(
                    person: try row["professional_id"], grossCents: try row["gross_cents"], reductionCents: try row["reduction_cents"],
                    items: try JSONValue.parse(items), explanation: try JSONValue.parse(words))
            else { return nil }
            return Paid(
                run: try row["id"], name: try row["name"], number: try row["number"], from: try row["period_from"],
                to: try row["period_to"], status: IndemnityRunStatus(rawValue: try row["status"]) ?? .approved, paidOn: try row["paid_on"],
                line: line)
        }
        credits = try rest[1].map { row in
            Credit(
                id: try row["id"], day: try row["day"], minutes: try row["minutes"], title: try row["title"],
                status: try row["status"], refusal: try row["refusal"])
        }
        account = try ApprovedAccounts.review(rest[2...], approvals: [], needed: 1).accounts.values.first
        // One's own facts alone: what depends on the others (surplus, cap of all) is left out and said so.
        var rules = facts.rules
        isOnlyPartlyKnown = rules.contains { $0.capTotal != nil || $0.parts.contains { $0.share != nil } }
        for index in rules.indices { rules[index].capTotal = nil }
        var own = facts.facts
        own.surplusCents = 0
        own.adjustments = []
        coming = IndemnityCalculation.run(rules: rules, facts: own).lines.first { !$0.items.isEmpty }
    }

    private static func days(_ year: Int) -> (CivilDate, CivilDate) {
        let first = CivilDate(year: year, month: 1, day: 1) ?? CivilDate(daysSinceEpoch: 0)
        return (first, CivilDate(year: year, month: 12, day: 31) ?? first)
    }

    /// `?annee=2026`; the present year without it.
    static func year(_ text: String?, present: Int) throws -> Int {
        guard let text, !text.isEmpty else { return present }
        guard let year = Int(text), (2000...present + 1).contains(year) else {
            throw Refusal.malformed("year", "Indiquez une année entre 2000 et \(present + 1).")
        }
        return year
    }
}
