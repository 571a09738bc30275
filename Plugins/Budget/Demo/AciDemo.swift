import Kernel

/// Two exercises of each demonstration MSP: the one that closed and the one that runs (missions.md 17.1, 17.5).
enum AciDemo {
    static func scenario(_ years: AciYears) -> DemoScenario {
        DemoScenario("budget.aci") { msp, unit in
            guard let figures = Figures.of(msp.key) else { return }
            let last = msp.today.year - 1
            // A second load finds everything in place.
            let contract = Identifier.derived(from: "demo.contract.\(msp.key)")
            let known = try await unit.one(
                Query("select 1 from budget.aci_contract where msp_id = $1 and id = $2", .id(msp.id), .id(contract)))
            guard known.isEmpty else { return }
            try await unit.one(Self.contract(contract, msp, figures))
            for (name, value) in [("Hypothèse\u{A0}: point à 7,50 €", "750"), ("Hypothèse\u{A0}: point à 8 €", "800")] {
                let national = try years.rules(for: last + 1)
                let copied = try OwnRules.check(RuleFigures.changed(national.document, ["total.point_value": value]))
                _ = try await OwnRules.copy(copied, name: name, from: "\(last + 2)", to: "", unit)
            }
            guard figures.yearsLeft > 0 else {
                try await unit.run(all: Self.application(contract, msp))
                return
            }
            let starts = Self.starts(msp, figures)
            for exercise in [last, last + 1] where starts.map({ $0.year <= exercise }) ?? false {
                let year = Identifier.derived(from: "demo.aci_year.\(msp.key).\(exercise)")
                try await unit.run(all: Self.year(year, exercise, contract, msp, figures))
                try await years.keep(year, unit)
            }
            try await unit.one(
                Query(
                    """
                    update budget.aci_year set state = 'NOTIFIED', submitted_on = $3, declared_points = simulated_points,
                        declared_cents = simulated_cents
                    where msp_id = $1 and exercise = $2
                    """, .id(msp.id), .int(last), .date(CivilDate(year: last + 1, month: 1, day: 28))))
            try await YearPaper(years: years).keep(Identifier.derived(from: "demo.aci_year.\(msp.key).\(last)"), unit)
        }
    }

    /// What one MSP of the demonstration did.
    private struct Figures {
        let gps: Int
        /// Years left on the contract, in fifths; 0 for an MSP that prepares one.
        let yearsLeft: Int
        let eligible: Int
        let protocols: Int
        let missions: Int
        let trainees: Int
        let quality: Int

        static func of(_ key: String) -> Figures? {
            switch key {
            case "A": Figures(gps: 3, yearsLeft: 3, eligible: 610, protocols: 4, missions: 1, trainees: 2, quality: 1)
            case "B": Figures(gps: 6, yearsLeft: 4, eligible: 1_290, protocols: 7, missions: 2, trainees: 4, quality: 2)
            case "C": Figures(gps: 14, yearsLeft: 2, eligible: 3_080, protocols: 15, missions: 2, trainees: 13, quality: 3)
            case "D": Figures(gps: 8, yearsLeft: 1, eligible: 1_720, protocols: 8, missions: 2, trainees: 6, quality: 2)
            case "E": Figures(gps: 2, yearsLeft: 5, eligible: 430, protocols: 3, missions: 1, trainees: 1, quality: 0)
            case "F": Figures(gps: 4, yearsLeft: 3, eligible: 790, protocols: 5, missions: 1, trainees: 2, quality: 1)
            case "G": Figures(gps: 5, yearsLeft: 2, eligible: 1_080, protocols: 6, missions: 1, trainees: 4, quality: 1)
            case "H": Figures(gps: 3, yearsLeft: 0, eligible: 640, protocols: 0, missions: 0, trainees: 0, quality: 0)
            default: nil
            }
        }
    }

    // MARK: Contract

    /// D's contract ends in five months (story 4), the others' on a 31 December of the next five years.
    private static func ends(_ msp: DemoMsp, _ figures: Figures) -> CivilDate? {
        figures.yearsLeft == 0
            ? nil
            : msp.key == "D" ? msp.today.adding(days: 152) : CivilDate(year: msp.today.year + figures.yearsLeft - 1, month: 12, day: 31)
    }

    /// Five years to the day: the day after the end, five years earlier.
    private static func starts(_ msp: DemoMsp, _ figures: Figures) -> CivilDate? { ends(msp, figures)?.adding(days: 1).fiveYearsEarlier }

    private static func contract(_ id: Identifier, _ msp: DemoMsp, _ figures: Figures) -> Query {
        let (starts, ends) = (starts(msp, figures), ends(msp, figures))
        return Query(
            """
            insert into budget.aci_contract (msp_id, id, title, state, cpam, ars_delegation, health_project_filed_on, signed_on, starts_on,
                ends_on, number)
            values ($1, $2, 'Contrat ACI', $3, 'CPAM de Rivages et Plaines', 'Délégation départementale', $4, $5, $6, $7, $8)
            """, .id(msp.id), .id(id), .text(ends == nil ? "PREPARING" : "RUNNING"),
            .date((starts ?? msp.today.adding(days: -60)).adding(days: -200)), .date(starts?.adding(days: -20)), .date(starts), .date(ends),
            .text(ends == nil ? nil : "ACI-91-\(msp.key)"))
    }

    /// Nine of fourteen pieces are there (story 7).
    private static func application(_ contract: Identifier, _ msp: DemoMsp) -> [Query] {
        ContractItem.list.codes.enumerated().filter { ready.contains($0.element.code) }.map { index, item in
            Query(
                """
                insert into budget.contract_item (msp_id, id, contract_id, code, state, done_on) values ($1, $2, $3, $4, 'READY', $5)
                """, .id(msp.id), .id(.derived(from: "demo.contract_item.\(msp.key).\(item.code)")), .id(contract), .text(item.code),
                .date(msp.today.adding(days: -10 * (index + 1))))
        }
    }

    private static let ready: Set<String> = [
        "HEALTH_PROJECT", "ARS_VALIDATION", "STATUTES", "FINESS", "PATIENTS", "OPENING_HOURS", "UNSCHEDULED_CARE", "COORDINATOR",
        "SOFTWARE",
    ]

    // MARK: Exercise

    private static func year(_ id: Identifier, _ exercise: Int, _ contract: Identifier, _ msp: DemoMsp, _ figures: Figures) -> [Query] {
        let isSmall = figures.gps < 3
        return [
            Query(
                """
                insert into budget.aci_year (msp_id, id, exercise, title, state, contract_id, eligible_patients, unscheduled_care,
                    weekday_hours, saturday_morning, holiday_closure_weeks, other_closure_weeks)
                values ($1, $2, $3, $4, 'COLLECTING', $5, $6, true, $7, true, 0, 0)
                """, .id(msp.id), .id(id), .int(exercise), .text("Exercice \(exercise)"), .id(contract), .int(figures.eligible),
                .decimal(ExactDecimal(isSmall ? 11 : 12)))
        ] + achievements(id, exercise, msp, figures)
    }

    private static let protocolTitles = [
        "Suivi AVK et AOD", "Pied diabétique", "Chutes à domicile", "Dénutrition de la personne âgée", "Plaies chroniques",
        "Retour d’hospitalisation, insuffisance cardiaque", "Surpoids de l’enfant", "Soins non programmés",
    ]

    private static func achievements(_ year: Identifier, _ exercise: Int, _ msp: DemoMsp, _ figures: Figures) -> [Query] {
        var all: [(fact: Fact, quantity: Int, title: String, month: Int)] = [
            (.standardSystem, 1, "Logiciel partagé labellisé", 1), (.crisisPlan, 1, "Plan de préparation aux crises sanitaires", 2),
            (.usersLevel1, 1, "Questionnaire de satisfaction des usagers", 6),
            (.externalCoordination, 1, "Procédure de transmission aux hôpitaux et au médico-social", 3),
        ]
        for index in 0..<min(figures.protocols, protocolTitles.count) {
            all.append((.protocols, 1, "Protocole «\u{A0}\(protocolTitles[index])\u{A0}»", 1 + index * 11 / max(1, figures.protocols)))
        }
        for index in 0..<figures.missions {
            all.append((.publicHealthMissions, 1, index == 0 ? "Vaccination" : "Personnes âgées", 4 + index * 4))
        }
        for index in 0..<min(4, figures.trainees) { all.append((.trainees, 1, "Stage n° \(index + 1)", 2 + index * 3)) }
        for level in 0..<figures.quality {
            all.append(
                ([.qualityLevel1, .qualityLevel2, .qualityLevel3][level], 1, "Démarche qualité, niveau \(level + 1)", 3 + level * 4))
        }
        if figures.gps > 5 { all.append((.unscheduledCareService, 2, "Participation de tous les médecins au SAS", 1)) }
        return all.enumerated().compactMap { index, achieved in
            guard let day = CivilDate(year: exercise, month: achieved.month, day: 12), day <= msp.today else { return nil }
            return Query(
                "insert into budget.achievement (msp_id, id, year_id, fact, quantity, title, done_on) values ($1, $2, $3, $4, $5, $6, $7)",
                .id(msp.id), .id(.derived(from: "demo.achievement.\(year).\(index)")), .id(year), .text(achieved.fact.path),
                .int(achieved.quantity), .text(achieved.title), .date(day))
        }
    }
}

extension CivilDate {
    fileprivate var fiveYearsEarlier: CivilDate? { CivilDate(year: year - 5, month: month, day: min(day, 28)) }
}
