import Kernel

/// What the ACI year brings to the house.
enum AciPart {
    static func contributions(_ years: AciYears) -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = AciPermissions.all
        given.records = [
            AciYearRecord.record(years), AchievementRecord.record, RcpDeclarationRecord.record, CommitmentRecord.record(years.book),
            ContractRecord.record,
            RuleSetRecord.record,
        ]
        given.pages = AciPages(years: years).pages
        given.endpoints = YearEndpoints(years: years).all
        given.openEndpoints = [AciSimulation.endpoint(years.book)]
        given.navigation = [
            NavigationItem(
                "ACI", path: "aci", permission: AciPermissions.read, weight: 10, inBottomBar: true, shortcut: "a",
                words: "points euros exercice cockpit santé"),
            NavigationItem("Contrats ACI", path: "contrats", permission: AciPermissions.readContract, weight: 70, words: "CPAM convention"),
            NavigationItem(
                "Règles de l’ACI", path: "regles-nationales", permission: AciPermissions.readRules, weight: 80, words: "avenant barème"),
        ]
        given.handlers = Hearing.handlers(years)
        given.consequences = [years.consequence]
        given.indicators = indicators
        given.today = [missing]
        given.firstSteps = [
            FirstStep(
                "budget.aci_year", label: "Ouvrir l’exercice ACI", reason: "Ce que fait l’équipe devient des points et des euros.",
                minutes: 5, path: "budget/annees/nouveau", permission: AciPermissions.write, weight: 50,
                done: "exists (select from budget.aci_year y where y.msp_id = $1 and y.archived_at is null)",
                // Before the contract there is no exercise.
                concerns: "exists (select from kernel.msp_profile f where f.msp_id = $1 and f.status in ('ACI_SIGNED', 'SUSPENDED'))")
        ]
        given.jobs = [years.job, YearPaper(years: years).job, HandedOut.job(years)]
        given.demo = [AciDemo.scenario(years)]
        given.commands = [SimulateCommand.command(years.book), RulesCommand.command(years.book)]
        return given
    }

    /// Figures of the catalogue (missions.md 13).
    private static let indicators = [
        kept(
            "K30", "ACI simulé", unit: "€", disclosure: .aggregate, permission: AciPermissions.read,
            definition: "Montant simulé de l’exercice, en euros, tel que calculé pour la dernière fois.",
            "select coalesce(sum(simulated_cents), 0)::bigint as numerator, 100::bigint as denominator"),
        kept(
            "K30D", "ACI déclaré", unit: "€", disclosure: .aggregate, permission: AciPermissions.read,
            definition: "Montant simulé le jour de la transmission à la CPAM, en euros.",
            "select coalesce(sum(declared_cents), 0)::bigint as numerator, 100::bigint as denominator"),
        kept(
            "K31", "Taux d’atteinte de l’ACI", unit: "%", disclosure: .internalOnly, permission: AciPermissions.read,
            definition: "Points simulés rapportés aux points possibles pour la structure, tels que calculés pour la dernière fois.",
            "select round(coalesce(sum(simulated_points), 0))::bigint as numerator, round(sum(full_points))::bigint as denominator"),
    ]

    /// A figure of the exercise of the period's year, as last kept.
    static func kept(
        _ code: String, _ label: String, unit: String, disclosure: Indicator.Disclosure, permission: String, definition: String,
        _ figures: SQL
    ) -> Indicator {
        Indicator(code, label: label, unit: unit, definition: definition, disclosure: disclosure, permission: permission) { msp, from, to in
            Query(
                figures + """
                     from budget.aci_year
                    where msp_id = $1 and archived_at is null and exercise = extract(year from $2::timestamptz + interval '12 hours')
                        and $3::timestamptz is not null
                    """, .id(msp), .instant(from), .instant(to))
        }
    }

    /// « Aujourd’hui »: what the running exercise misses.
    private static var missing: TodaySource {
        TodaySource(
            "budget.aci_missing", permission: AciPermissions.write,
            queries: { msp, _ in
                [
                    Query(
                        """
                        select id, exercise, simulated_cents, full_cents from budget.aci_year
                        where msp_id = $1 and archived_at is null and state in ('OPEN', 'COLLECTING') and full_cents > simulated_cents
                        order by exercise limit 2
                        """, .id(msp))
                ]
            },
            items: { results, msp, _ in
                try results[0].map { row in
                    let exercise: Int = try row["exercise"]
                    let left = (try row["full_cents"] as Int) - (try row["simulated_cents"] as Int)
                    // Pieces leave by 31 January of the next year (aci.md, calendar).
                    let due = CivilDate(year: exercise + 1, month: 1, day: 31) ?? CivilDate(daysSinceEpoch: 0)
                    return TodayItem(
                        column: .missing, title: "ACI \(exercise)", detail: "\(French.wholeEuros(cents: left)) encore possibles", day: due,
                        href: "/m/\(msp.slug)/\(BudgetPlaces.cockpit(try row["id"]))")
                }
            })
    }
}
