import Kernel

/// Lines of « Aujourd’hui »: what waits for whom, without an amount.
enum IndemnityToday {
    static let sources = [
        runsToCheck, runsToApprove, runsToSettle, runsToPay, accountsToConfirm, corrections, creditsToCheck, creditsToApprove,
    ]

    private static let runsToCheck = runs(
        "budget.runs_to_check", permission: IndemnityPermissions.prepareRuns, status: "DRAFT", detail: "Campagne à contrôler")
    private static let runsToApprove = runs(
        "budget.runs_to_approve", permission: IndemnityPermissions.approveRuns, status: "CHECKED", detail: "Campagne à valider")
    private static let runsToSettle = runs(
        "budget.runs_to_settle", permission: IndemnityPermissions.settleRuns, status: "APPROVED", detail: "Campagne à transmettre")
    private static let runsToPay = runs(
        "budget.runs_to_pay", permission: IndemnityPermissions.settleRuns, status: "SENT_TO_ACCOUNTANT",
        detail: "Campagne transmise\u{00A0}: virements à faire, puis à noter payés")
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
                                where r.status = 'CHECKED' and a.msp_id = r.msp_id and a.run_id = r.id and a.account_id = kernel.current_account())
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

    /// Accounts that somebody else wrote: from the day they change while money may go there, and at once when the person paid did not
    /// write it.
    private static let accountsToConfirm = TodaySource(
        "budget.accounts_to_confirm", permission: IndemnityPermissions.writeAccounts,
        queries: { msp, _ in
            [
                Query(
                    """
                    select p.shown_name as name, b.changed_by_name, b.changed_at
                    from budget.bank_account b
                    left join kernel.professional p on p.msp_id = b.msp_id and p.id = b.professional_id
                    where b.msp_id = $1 and b.digest is not null and b.changed_by <> kernel.current_account()
                        and (p.account_id is distinct from b.changed_by or exists (
                            select from budget.indemnity_line l
                            join budget.indemnity_run r on r.msp_id = l.msp_id and r.id = l.run_id
                                and r.status in ('APPROVED', 'SENT_TO_ACCOUNTANT')
                            where l.msp_id = $1 and l.professional_id = b.professional_id and l.gross_cents > l.reduction_cents))
                        and not exists (select from budget.bank_account_confirmation c
                            where c.msp_id = $1 and c.digest = b.digest and c.account_id <> b.changed_by)
                        and not exists (select from budget.indemnity_approval a
                            where a.msp_id = $1 and a.account_id <> b.changed_by
                                and a.accounts ->> coalesce(b.professional_id::text, 'structure') = b.digest)
                    order by b.changed_at, b.id limit 10
                    """, .id(msp))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                let (name, by, at): (String?, String?, Instant) = (try row[0], try row[1], try row[2])
                return TodayItem(
                    column: .missing, title: name.map { "Compte bancaire de \($0)" } ?? "Compte bancaire de la structure",
                    detail: by.map { "changé par \($0)\u{00A0}: à confirmer" } ?? "changé\u{00A0}: à confirmer",
                    day: LocalTime(at, zone: msp.timeZone).date, href: msp.path(IndemnityPlaces.accounts))
            }
        })

    /// Facts that changed after a run was sent: to take into the next one, or to leave with a reason.
    private static let corrections = TodaySource(
        "budget.run_corrections", permission: IndemnityPermissions.readLines,
        queries: { msp, _ in [RunCorrections.query(msp), RunCorrections.sheetsOpen(msp)] },
        items: { results, msp, now in
            let today = LocalTime(now, zone: msp.timeZone).date
            let open = try RunCorrections.read(results[0]).filter { $0.openCents != 0 }
            let runs = Dictionary(grouping: open, by: \.run).sorted { $0.key < $1.key }
            let waiting = try results[1].map { row in
                TodayItem(
                    column: .missing, title: try row[1], detail: "Feuille rouverte après la transmission\u{00A0}: à verrouiller",
                    day: today, href: msp.path(IndemnityPlaces.run(try row[0])))
            }
            return runs.map { run, found in
                TodayItem(
                    column: .missing, title: "Faits changés depuis \(found[0].runName)",
                    detail:
                        "\(French.plural(found.count, "personne", "personnes"))\u{00A0}: à reprendre dans la prochaine campagne, ou à laisser avec un motif",
                    day: today, href: msp.path(IndemnityPlaces.run(run)))
            }
                + waiting
        })

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
