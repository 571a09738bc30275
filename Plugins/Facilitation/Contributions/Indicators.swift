import Kernel

/// Figures of the module (missions.md 13). A meeting counts in the period in which it really began.
enum Indicators {
    /// Those that are rows of the list of meetings.
    static let meetings = [
        RecordCount(
            "K04", label: "Réunions pluriprofessionnelles tenues", unit: "réunions",
            definition: "Nombre de réunions tenues ou closes, hors temps conviviaux et entretiens, commencées dans la période.",
            disclosure: .aggregate, on: "actual_start",
            where: held(MeetingType.allCases.filter { $0 != .convivial && $0 != .interview })),
        RecordCount(
            "K07", label: "RCP tenues", unit: "réunions",
            definition: "Nombre de réunions de concertation tenues ou closes, commencées dans la période.", disclosure: .aggregate,
            on: "actual_start", where: held([.rcp])),
    ]

    private static func held(_ types: [MeetingType]) -> RecordCount.Rows {
        ["status": [MeetingStatus.held.rawValue, MeetingStatus.closed.rawValue], "meeting_type": types.map(\.rawValue)]
    }

    static let all: [Indicator] = [
        indicator(
            "K05", "Heures de réunion", unit: "heures", disclosure: .aggregate,
            definition: "Somme des minutes de présence des participants aux réunions tenues, divisée par 60.",
            """
            select coalesce(sum(a.minutes), 0)::bigint as numerator, 60::bigint as denominator
            from facilitation.meeting m join facilitation.attendance a on a.msp_id = m.msp_id and a.meeting_id = m.id and a.state = 'PRESENT'
            where m.msp_id = $1 and m.status in ('HELD', 'CLOSED') and m.actual_start >= $2 and m.actual_start < $3 and m.archived_at is null
            """),
        indicator(
            "K06", "Taux de participation", unit: "%", disclosure: .aggregate,
            definition: "Personnes invitées et présentes, rapportées aux personnes invitées, pour les réunions tenues.",
            """
            select count(*) filter (where a.state = 'PRESENT')::bigint as numerator, count(*)::bigint as denominator
            from facilitation.meeting m
            join facilitation.meeting_invitation v on v.msp_id = m.msp_id and v.meeting_id = m.id and v.archived_at is null
            left join facilitation.attendance a on a.msp_id = v.msp_id and a.meeting_id = v.meeting_id
                and (a.professional_id = v.professional_id or a.guest_id = v.guest_id)
            where m.msp_id = $1 and m.status in ('HELD', 'CLOSED') and m.actual_start >= $2 and m.actual_start < $3 and m.archived_at is null
            """),
        indicator(
            "K08", "Situations discutées", unit: "situations", disclosure: .aggregate,
            definition: "Discussions de situations en réunion dans la période\u{202F}; une situation qui revient compte à chaque fois.",
            discussed("count(*)")),
        indicator(
            "K08D", "Situations distinctes", unit: "situations", disclosure: .aggregate,
            definition: "Situations discutées au moins une fois dans la période, chacune comptée une fois par son numéro.",
            discussed("count(distinct k.case_id)")),
        indicator(
            "K10", "Décisions suivies d’effet", unit: "%", disclosure: .internalOnly,
            definition: "Actions décidées dans la période et faites à temps, rapportées aux actions décidées et non abandonnées.",
            """
            select count(*) filter (where d.follow_up_state = 'DONE' and (d.due_on is null or d.done_on <= d.due_on))::bigint as numerator,
                count(*)::bigint as denominator
            from facilitation.meeting m join facilitation.decision d on d.msp_id = m.msp_id and d.meeting_id = m.id
            where m.msp_id = $1 and m.actual_start >= $2 and m.actual_start < $3 and d.kind = 'ACTION' and d.follow_up_state <> 'CANCELLED'
                and d.archived_at is null
            """),
    ]

    private static func discussed(_ count: SQL) -> SQL {
        "select " + count + """
            ::bigint as numerator, null::bigint as denominator
            from facilitation.meeting m
            join facilitation.meeting_case k on k.msp_id = m.msp_id and k.meeting_id = m.id and k.discussed and k.archived_at is null
            where m.msp_id = $1 and m.status in ('HELD', 'CLOSED') and m.actual_start >= $2 and m.actual_start < $3 and m.archived_at is null
            """
    }

    private static func indicator(
        _ code: String, _ label: String, unit: String, disclosure: Indicator.Disclosure, definition: String, _ sql: SQL
    ) -> Indicator {
        Indicator(
            code, label: label, unit: unit, definition: definition, disclosure: disclosure, permission: Permissions.readMeetings
        ) { msp, from, to in Query(sql, .id(msp), .instant(from), .instant(to)) }
    }
}
