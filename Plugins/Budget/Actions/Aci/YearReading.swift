import Kernel
import Postgres

/// An exercise as stored, with everything that its calculation needs: read in one round trip.
struct YearRecord: Sendable {
    let id: Identifier
    let exercise: Int
    let state: String
    let revision: Int
    var facts: YearFacts
    /// The rules that the MSP made for itself, when the exercise uses them.
    let ownRules: JSONValue?
    let contractEnd: CivilDate?
    let commitments: [Commitment]
    let declaredCents: Int?
    /// The exercise as it was transmitted; nil before.
    let frozen: FrozenYear?
    /// What was learned since, in the order of time.
    let corrections: [YearCorrection]

    /// What the team decided about an indicator.
    struct Commitment: Sendable {
        let id: Identifier
        let indicator: AciIndicatorID
        let isChosen: Bool
        let target: Int?
        let comment: String?
    }

    var leftOut: Set<AciIndicatorID> { frozen?.leftOut ?? Set(commitments.filter { !$0.isChosen }.map(\.indicator)) }

    /// States in which the exercise has left the house.
    static let frozenStates: Set<String> = ["SUBMITTED", "QUESTIONED", "NOTIFIED", "PAID", "CONTESTED", "CLOSED"]
    var isTransmitted: Bool { Self.frozenStates.contains(state) }

    /// Which exercise is read.
    enum Key: Sendable {
        case id(Identifier)
        case exercise(Int)
        /// The latest one that began before the end of a year, for the page without an address of its own.
        case latest(Int)
    }

    static let queryCount = 8

    /// The exercise of a key, as a condition on `budget.aci_year y` with the MSP as `$1` and the parameter as `$2`.
    static func condition(_ key: Key) -> (SQL, Parameter) {
        let (condition, parameter): (SQL, Parameter) =
            switch key {
            case .id(let id): ("y.id = $2", .id(id))
            case .exercise(let exercise): ("y.exercise = $2", .int(exercise))
            case .latest(let year):
                (
                    "y.exercise = (select max(z.exercise) from budget.aci_year z where z.msp_id = $1 and z.exercise <= $2 and z.archived_at is null)",
                    .int(year)
                )
            }
        return ("y.msp_id = $1 and " + condition + " and y.archived_at is null", parameter)
    }

    /// Statements, in the order that `init(results:)` reads.
    static func queries(_ msp: Identifier, _ key: Key, locking: Bool = false) -> [Query] {
        let (year, parameter) = condition(key)
        return [
            Query(head + " where " + year + (locking ? " for update of y" : ""), .id(msp), parameter),
            TeamStay.query(msp),
            Query(
                """
                select a.id, a.fact, a.quantity, a.title, a.done_on
                from budget.achievement a join budget.aci_year y on y.msp_id = a.msp_id and y.id = a.year_id
                where a.msp_id = $1 and a.archived_at is null and
                """ + " " + year + " order by a.done_on, a.id", .id(msp), parameter),
            Query(
                """
                select m.id, m.day, m.cases, m.evidence_seq, m.case_ids
                from budget.meeting m join budget.aci_year y on y.msp_id = m.msp_id
                    and m.day between make_date(y.exercise, 1, 1) and make_date(y.exercise, 12, 31)
                where m.msp_id = $1 and m.meeting_type = 'RCP' and m.evidence_seq is not null and
                """ + " " + year + " order by m.day, m.id", .id(msp), parameter),
            Query(
                """
                select c.id, c.indicator, c.chosen, c.target, c.comment
                from budget.commitment c join budget.aci_year y on y.msp_id = c.msp_id and y.id = c.year_id
                where c.msp_id = $1 and c.archived_at is null and
                """ + " " + year + " order by c.indicator", .id(msp), parameter),
            Query(
                """
                select s.document::text
                from budget.aci_snapshot s join budget.aci_year y on y.msp_id = s.msp_id and y.id = s.year_id
                where s.msp_id = $1 and
                """ + " " + year, .id(msp), parameter),
            Query(
                """
                select o.fact, o.before_value, o.after_value, o.reason, o.created_at, o.author
                from budget.aci_correction o join budget.aci_year y on y.msp_id = o.msp_id and y.id = o.year_id
                where o.msp_id = $1 and
                """ + " " + year + " order by o.created_at, o.id", .id(msp), parameter),
            // A piece put aside takes what it said with it.
            Query(
                """
                select d.id, d.from_on, d.to_on, d.meetings, d.files, x.title
                from budget.rcp_declaration d join budget.aci_year y on y.msp_id = d.msp_id and y.id = d.year_id
                join budget.exhibit x on x.msp_id = d.msp_id and x.id = d.exhibit_id and x.archived_at is null
                    and x.state in ('PROVIDED', 'CHECKED')
                where d.msp_id = $1 and d.archived_at is null and
                """ + " " + year + " order by d.from_on, d.id", .id(msp), parameter),
        ]
    }

    private static let head: SQL = """
        select y.id, y.exercise, y.state, y.revision, y.patients, y.professionals, y.eligible_patients,
            coalesce(y.css_rate, p.precarity_css_pct) as css, coalesce(y.ame_rate, p.precarity_ame_pct) as ame,
            y.national_css_rate, y.national_ame_rate, y.unscheduled_care, y.weekday_hours, y.saturday_morning, y.holiday_closure_weeks,
            y.other_closure_weeks, y.on_call_derogation, y.crisis_declared, y.acquired_on, w.starts_on, c.health_project_filed_on,
            p.gp_patients, r.document::text as document, w.ends_on, y.declared_cents,
            coalesce(y.figures_source, p.source) as figures_source,
            case when y.figures_as_of is null and y.patients is null then p.as_of else y.figures_as_of end as figures_as_of
        from budget.aci_year y
        left join lateral (
            select k.starts_on, k.ends_on, k.health_project_filed_on from budget.aci_contract k
            where k.msp_id = $1 and k.archived_at is null and k.starts_on is not null and k.state not in ('PREPARING', 'REQUESTED')
            order by extract(year from k.starts_on) <= y.exercise and extract(year from k.ends_on) >= y.exercise desc,
                (k.id = y.contract_id) desc nulls last, k.starts_on desc, k.id limit 1
        ) c on true
        -- Contracts that follow each other without a day between are one time: a renewal shortens no year.
        left join lateral (
            select lower(u.time) as starts_on, upper(u.time) - 1 as ends_on
            from (
                select unnest(range_agg(daterange(k.starts_on, k.ends_on, '[]'))) as time from budget.aci_contract k
                where k.msp_id = $1 and k.archived_at is null and k.starts_on is not null and k.state not in ('PREPARING', 'REQUESTED')
            ) u where u.time @> c.starts_on
        ) w on true
        left join lateral (
            select f.gp_patients, f.precarity_css_pct, f.precarity_ame_pct, f.source, f.as_of from kernel.msp_figures f
            where f.msp_id = $1 and f.year <= y.exercise order by f.year desc limit 1
        ) p on true
        left join budget.rule_set r on r.msp_id = y.msp_id and r.id = y.rule_set_id
        """

    /// Reads the answers of `queries`; nil without such an exercise.
    init?(_ results: ArraySlice<ResultSet>) throws {
        let results = Array(results)
        guard results.count >= Self.queryCount, let row = results[0].first else { return nil }
        id = try row["id"]
        exercise = try row["exercise"]
        state = try row["state"]
        revision = try row["revision"]
        contractEnd = try row["ends_on"]
        declaredCents = try row["declared_cents"]
        let document: String? = try row["document"]
        let kept: String? = try results[5].first?[0]
        frozen = try kept.flatMap { FrozenYear(try JSONValue.parse($0)) }
        ownRules = try document.map { try JSONValue.parse($0) }
        corrections = try results[6].compactMap { line in
            guard let fact = Fact.at(try line[0]) else { return nil }
            return YearCorrection(
                fact: fact, before: try line[1], after: try line[2], reason: try line[3], at: try line[4], by: try line[5])
        }
        let members = try results[1].map(TeamStay.init).filter { !$0.isWithdrawn }.map {
            TeamOverTime.Member(profession: $0.profession, isAssociate: $0.isAssociate, joinedOn: $0.fromOn, leftOn: $0.toOn)
        }
        facts =
            try frozen?.facts
            ?? YearFacts(
                exercise: exercise, parameters: try YearParameters(row), sheetPatients: try row["gp_patients"],
                team: TeamOverTime(members: members),
                achievements: try results[2].compactMap { line in
                    guard let fact = Fact.at(try line[1]) else { return nil }
                    return Achievement(id: try line[0], fact: fact, quantity: try line[2], title: try line[3], day: try line[4])
                },
                concertations: try results[3].map {
                    ConcertationFact(
                        id: try $0[0], day: try $0[1], files: try $0[2] as Int? ?? 0, evidence: try $0[3],
                        cases: try $0[4] as [Identifier]? ?? [])
                },
                declared: try results[7].map {
                    DeclaredConcertations(
                        id: try $0[0], from: try $0[1], to: try $0[2], meetings: try $0[3], files: try $0[4], piece: try $0[5])
                })
        commitments = try results[4].compactMap { line in
            guard let indicator = AciIndicatorID(rawValue: try line[1]) else { return nil }
            return Commitment(id: try line[0], indicator: indicator, isChosen: try line[2], target: try line[3], comment: try line[4])
        }
    }
}

extension YearParameters {
    fileprivate init(_ row: Row) throws {
        patients = try row["patients"]
        professionals = try row["professionals"]
        eligiblePatients = try row["eligible_patients"]
        css = try row["css"]
        ame = try row["ame"]
        nationalCSS = try row["national_css_rate"]
        nationalAME = try row["national_ame_rate"]
        unscheduledCare = try row["unscheduled_care"]
        weekdayHours = try row["weekday_hours"]
        saturdayMorning = try row["saturday_morning"]
        holidayClosureWeeks = try row["holiday_closure_weeks"]
        otherClosureWeeks = try row["other_closure_weeks"]
        onCallDerogation = try row["on_call_derogation"]
        crisisDeclared = try row["crisis_declared"]
        acquiredOn = try row["acquired_on"]
        contractStartsOn = try row["starts_on"]
        contractEndsOn = try row["ends_on"]
        figuresSource = try row["figures_source"]
        figuresAsOf = try row["figures_as_of"]
        healthProjectFiledOn = try row["health_project_filed_on"]
    }
}
