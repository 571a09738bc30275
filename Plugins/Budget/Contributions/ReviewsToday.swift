import Kernel

extension StoredReview {
    /// « Aujourd’hui »: reviewers from outside whom the link of a dossier did not reach.
    static let undelivered = TodaySource(
        "budget.reviews_undelivered", permission: DossierPermissions.share,
        queries: { msp, now in
            [
                Query(
                    """
                    select r.dossier_id, y.exercise, r.reviewer, r.opened_at from (
                        select * from budget.review where msp_id = $1 and withdrawn_at is null and expires_at > $2) r
                    join budget.dossier d on d.msp_id = $1 and d.id = r.dossier_id
                    join budget.aci_year y on y.msp_id = $1 and y.id = d.year_id
                    cross join lateral (
                    """ + lastMail + """
                        ) x(state, reply, recipient)
                        where x.state in ('REFUSED', 'UNREACHABLE') order by r.opened_at, r.id limit 20
                        """, .id(msp), .instant(now))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                TodayItem(
                    column: .missing, title: "Dossier ACI \(try row[1] as Int) à relire",
                    detail: "message non distribué à \(try row[2] as String)\u{A0}: corriger et renvoyer",
                    day: LocalTime(try row[3], zone: msp.timeZone).date, href: DossierPlaces.dossier(try row[0], msp))
            }
        })
}
