import Kernel

/// The statements behind `RunFacts`, all bound to one period.
extension RunFacts {
    static var queryCount: Int { 10 }

    /// In the order in which `init(_:)` reads their answers.
    static func queries(_ msp: Identifier, _ period: Period) -> [Query] {
        let (with, first): (SQL, [Parameter]) =
            switch period {
            case .run(let run): (ofRun, [.id(msp), .id(run)])
            case .days(let from, let to, _), .own(let from, let to): (ofDays, [.id(msp), .date(from), .date(to)])
            }
        let (own, unclaimed): (SQL, SQL) =
            switch period {
            case .run: (SQL.empty, elsewhereUnclaimed)
            case .days(_, _, let isWhole): (SQL.empty, isWhole ? SQL.empty : elsewhereUnclaimed)
            case .own: (ownOnly, elsewhereUnclaimed)
            }
        func query(_ text: SQL) -> Query { Query(with + text, parameters: first) }
        return [
            query("select a, b, surplus from period"), Query(peopleQuery, .id(msp)), Query(rolesQuery, .id(msp)),
            query(presenceQuery + own + unclaimed), query(creditQuery + own + unclaimed), foreign(msp, period), query(ruleQuery),
            query(grantedQuery), query(adjustmentQuery), TeamStay.query(msp),
        ]
    }

    private static let ofRun: SQL = """
        with period as (
            select r.id as run, r.period_from as a, r.period_to as b, coalesce(r.surplus_cents, 0) as surplus
            from budget.indemnity_run r where r.msp_id = $1 and r.id = $2)

        """
    private static let ofDays: SQL = """
        with period as (select null::uuid as run, $2::date as a, $3::date as b, 0::bigint as surplus where $1::uuid is not null)

        """

    /// `t` is the fact: an attendance line or a credit.
    private static let elsewhereUnclaimed: SQL = """

            and not exists (select from budget.indemnity_claim c
                where c.msp_id = $1 and c.fact_id = t.id and c.run_id is distinct from period.run)
        """
    private static let ownOnly: SQL = """

            and t.professional_id = (select w.id from kernel.professional w
                where w.msp_id = $1 and w.account_id = kernel.current_account())
        """

    private static let peopleQuery: SQL = """
        select id, shown_name, signed_project_on, civility
        from kernel.professional where msp_id = $1
        order by last_name collate kernel.french, first_name collate kernel.french, id
        """

    private static let rolesQuery: SQL = """
        select professional_id, role, from_on, to_on
        from kernel.roles_of_team($1, array['MANAGER', 'LEADER', 'ACTION_LEAD', 'COORDINATOR'])
        """

    private static let presenceQuery: SQL = """
        select t.id, t.professional_id, t.meeting_id, m.meeting_type, m.day, t.from_at, t.to_at, t.minutes, m.starts_at, m.ends_at,
            m.indemnifiable, t.signed, m.sheet_locked
        from period join budget.meeting m on m.msp_id = $1 and m.day between period.a and period.b and m.starts_at is not null
        join budget.presence t on t.msp_id = m.msp_id and t.meeting_id = m.id
        join kernel.professional p on p.msp_id = t.msp_id and p.id = t.professional_id
        where true
        """

    private static let creditQuery: SQL = """
        select t.id, t.professional_id, t.day, t.minutes, t.title, t.task, t.units, t.status
        from period join budget.work_credit t on t.msp_id = $1 and t.day between period.a and period.b and t.archived_at is null
            and t.status <> 'REFUSED'
        join kernel.professional p on p.msp_id = t.msp_id and p.id = t.professional_id
        where true
        """

    /// Times that another MSP noted too: the platform's, read beside the facts. The days of a run are its own; of all its MSP's times, those
    /// of other days meet no fact.
    private static func foreign(_ msp: Identifier, _ period: Period) -> Query {
        switch period {
        case .run:
            Query("select subject_id, professional_id from kernel.times_elsewhere($1, '-infinity', 'infinity')", .id(msp))
        case .days(let from, let to, _), .own(let from, let to):
            Query(
                """
                select subject_id, professional_id
                from kernel.times_elsewhere($1, $2::date - interval '1 day', $3::date + interval '2 days')
                """, .id(msp), .date(from), .date(to))
        }
    }

    private static let ruleQuery: SQL =
        "select "
        + StoredRule.columns + """

            from period join budget.indemnity_rule k on k.msp_id = $1 and k.status in ('VOTED', 'ENDED') and k.archived_at is null
                and k.valid_from <= period.b and coalesce(k.valid_to, period.b) >= period.a
            order by k.valid_from, k.version
            """

    /// Runs of the same year that end before this one (or with it, made earlier): one order, so that two runs never count each other.
    private static let grantedQuery: SQL = """
        select l.professional_id, sum(l.gross_cents - l.reduction_cents)::bigint
        from period join budget.indemnity_run r on r.msp_id = $1 and r.archived_at is null
            and r.status in ('APPROVED', 'SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED') and r.id is distinct from period.run
            and extract(year from r.period_to) = extract(year from period.b)
            and (r.period_to < period.b or (r.period_to = period.b and r.id < period.run))
        join budget.indemnity_line l on l.msp_id = r.msp_id and l.run_id = r.id
        group by l.professional_id
        """

    private static let adjustmentQuery: SQL = """
        select j.professional_id, j.cents, j.reason from period
        join budget.indemnity_adjustment j on j.msp_id = $1 and j.run_id = period.run and j.archived_at is null
        order by j.id
        """
}
