import Kernel

/// Lines of « Aujourd’hui »: what waits for whom, without an amount.
enum IndemnityToday {
    static let sources = [runsToCheck, runsToApprove, runsToSettle, creditsToCheck, creditsToApprove]

    private static let runsToCheck = runs(
        "budget.runs_to_check", permission: IndemnityPermissions.prepareRuns, status: "DRAFT", detail: "Campagne à contrôler")
    private static let runsToApprove = runs(
        "budget.runs_to_approve", permission: IndemnityPermissions.approveRuns, status: "CHECKED", detail: "Campagne à valider")
    private static let runsToSettle = runs(
        "budget.runs_to_settle", permission: IndemnityPermissions.settleRuns, status: "APPROVED", detail: "Campagne à transmettre")
    private static let creditsToCheck = credits(
        "budget.credits_to_check", permission: IndemnityPermissions.checkCredits, status: "DECLARED", words: "à contrôler")
    private static let creditsToApprove = credits(
        "budget.credits_to_approve", permission: IndemnityPermissions.approveCredits, status: "CHECKED", words: "à valider")

    private static func runs(_ id: String, permission: String, status: String, detail: String) -> TodaySource {
        TodaySource(
            id, permission: permission,
            queries: { msp, _ in
                [
                    Query(
                        """
                        select r.id, r.name, r.period_to from budget.indemnity_run r
                        where r.msp_id = $1 and r.status = $2 and r.archived_at is null
                            and not exists (select from budget.indemnity_approval a
                                where a.msp_id = r.msp_id and a.run_id = r.id and a.account_id = kernel.current_account())
                        order by r.period_to, r.id limit 10
                        """, .id(msp), .text(status))
                ]
            },
            items: { results, msp, _ in
                try results[0].map { row in
                    TodayItem(
                        column: .missing, title: try row["name"], detail: detail, day: try row["period_to"],
                        href: msp.path(IndemnityPlaces.run(try row["id"])))
                }
            })
    }

    /// One line for all of them, on the day of the oldest.
    private static func credits(_ id: String, permission: String, status: String, words: String) -> TodaySource {
        TodaySource(
            id, permission: permission,
            queries: { msp, _ in
                [
                    Query(
                        """
                        select count(*)::bigint as waiting, min(day) as oldest from budget.work_credit
                        where msp_id = $1 and status = $2 and archived_at is null
                        """, .id(msp), .text(status))
                ]
            },
            items: { results, msp, _ in
                guard let row = results[0].first, let oldest: CivilDate = try row["oldest"] else { return [] }
                let count: Int = try row["waiting"]
                return [
                    TodayItem(
                        column: .missing, title: "Temps hors réunion \(words)",
                        detail: French.plural(count, "déclaration", "déclarations"), day: oldest,
                        href: "\(msp.path(IndemnityPlaces.credits))?status=\(status)")
                ]
            })
    }
}
