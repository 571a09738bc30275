import Kernel

/// Figures of the indemnities (missions.md 13). A run counts in the period in which its own ends, once it is paid.
enum IndemnityIndicators {
    static let all: [Indicator] = [
        indicator(
            "K33", "Professionnels indemnisés", unit: "personnes", disclosure: .aggregate,
            definition: "Personnes qui ont reçu une indemnité dans une campagne payée dont la période se termine dans la période.",
            "select count(distinct l.professional_id) filter (where l.gross_cents > l.reduction_cents)::bigint as numerator, null::bigint as denominator"
        ),
        indicator(
            "K34", "Heures indemnisées", unit: "heures", disclosure: .internalOnly,
            definition: "Minutes de réunion et hors réunion payées dans ces campagnes, divisées par 60.",
            "select coalesce(sum(l.meeting_minutes + l.credit_minutes), 0)::bigint as numerator, 60::bigint as denominator"),
        indicator(
            "K34E", "Indemnité par heure", unit: "€", disclosure: .internalOnly,
            definition: "Montants versés dans ces campagnes, rapportés aux heures indemnisées.",
            """
            select (coalesce(sum(l.gross_cents - l.reduction_cents), 0) * 60)::bigint as numerator,
                (coalesce(sum(l.meeting_minutes + l.credit_minutes), 0) * 100)::bigint as denominator
            """),
    ]

    private static func indicator(
        _ code: String, _ label: String, unit: String, disclosure: Indicator.Disclosure, definition: String, _ figures: SQL
    ) -> Indicator {
        Indicator(
            code, label: label, unit: unit, definition: definition, disclosure: disclosure, permission: IndemnityPermissions.readRuns
        ) { msp, from, to in
            Query(
                figures + """

                    from budget.indemnity_run r
                    join budget.indemnity_line l on l.msp_id = r.msp_id and l.run_id = r.id
                    where r.msp_id = $1 and r.status in ('PAID', 'CLOSED') and r.archived_at is null
                        and r.period_to >= ($2::timestamptz at time zone (select kernel.current_zone()))::date
                        and r.period_to < ($3::timestamptz at time zone (select kernel.current_zone()))::date
                    """, .id(msp), .instant(from), .instant(to))
        }
    }
}
