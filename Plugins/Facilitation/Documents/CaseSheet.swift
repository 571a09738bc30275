import Kernel

/// « Fiche RCP », head only (missions.md 12.1): no identity and no clinical word, decisions in coded form.
enum CaseSheet {
    static let paper = Paper(
        "case_sheet", title: "Fiche de situation", path: "fiche",
        sections: [
            .facts(["theme", "aim", "consent", "requester_id", "state"]), .custom(discussed),
            .facts("Suites", ["outputs", "patient_informed", "record_reported", "review_on"]), .custom(decided),
            .custom { _ in [.text("Cette fiche ne contient ni identité ni information clinique.")] },
        ], queries: queries)

    /// Days on which it was discussed, and by professions how many people took part.
    private static func discussed(_ view: PaperView) throws -> [PaperPart] {
        let days = try view.results[0].map { French.date(view.access.local(try $0[0]).date) }
        let professions = try view.results[1].map { (CodeList.profession.label(try $0[0]), "\(try $0[1] as Int)" as String?) }
        return [.facts([("Discutée le", French.list(days))]), .section("Participants par profession", [.facts(professions)])]
    }

    /// Kind and follow-up of its decisions; their words stay in the minutes.
    private static func decided(_ view: PaperView) throws -> [PaperPart] {
        [
            .section(
                "Décisions",
                [
                    .list(
                        try view.results[2].map {
                            "\(Codes.decisionKind.label(try $0[0])) (\(Codes.followUp.label(try $0[1]).lowercased()))"
                        })
                ])
        ]
    }

    private static func queries(_ msp: Identifier, _ situation: Identifier) -> [Query] {
        let sql: [SQL] = [
            """
            select m.actual_start from facilitation.meeting_case k
            join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
            where k.msp_id = $1 and k.case_id = $2 and k.discussed and k.archived_at is null and m.actual_start is not null
            order by m.actual_start
            """,
            """
            select t.profession, count(distinct t.id)::integer
            from (select coalesce(kernel.profession_at($1, p.id, m.actual_start), p.profession) as profession, p.id
            from facilitation.meeting_case k
            join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
            join facilitation.attendance a on a.msp_id = k.msp_id and a.meeting_id = k.meeting_id and a.state = 'PRESENT'
            join kernel.professional p on p.msp_id = a.msp_id and p.id = a.professional_id
            where k.msp_id = $1 and m.msp_id = $1 and k.case_id = $2 and k.discussed and k.archived_at is null) t
            group by t.profession order by t.profession
            """,
            """
            select d.kind, d.follow_up_state from facilitation.decision d
            where d.msp_id = $1 and d.case_id = $2 and d.archived_at is null order by d.created_at, d.id
            """,
        ]
        return sql.map { Query($0, .id(msp), .id(situation)) }
    }
}
