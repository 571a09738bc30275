import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: amounts of each method")
struct CalculationTests {
    private typealias F = Fixtures

    @Test("Flat hourly rate: 45 min at 75 €/h are 56,25 €, and the statement says so")
    func hourly() {
        // 75 × 45 / 60 = 75 × 0,75 = 56,25.
        let result = F.run(F.hourly(7_500), F.facts([F.presence("Réunion d’équipe du 12 mars 2026", minutes: 45)]))
        #expect(result.lines.map(\.finalCents) == [5_625])
        #expect(result.anomalies.isEmpty)
        #expect(
            result.lines.first.map { F.plain($0.items[0].explanation) }
                == "Réunion d’équipe du 12 mars 2026 : 45 min × 75,00 €/h = 56,25 €")
        #expect(result.lines.first.map { F.plain($0.explanation[0]) } == "Total (règle « Règle 2026 », version 1) = 56,25 €")
    }

    @Test("620 hours at 54 €/h are the 33 480 € of the reference budget (missions.md 17.4)")
    func referenceBudget() {
        // 31 people, 20 meetings of one hour each: 620 h × 54 € = 33 480 €.
        let presences = (0..<31).flatMap { person in
            (0..<20).map { F.presence("m\($0)", by: "p\(person)", on: F.day("2026-01-05").adding(days: $0)) }
        }
        #expect(F.run(F.hourly(), F.facts(presences)).totalCents == 3_348_000)
    }

    @Test("By profession: 80 € for doctors, 50 € for the others, the first row that fits")
    func byProfession() {
        let part = IndemnityPart(
            method: .hourlyByProfession, meetingTypes: ["TEAM"],
            rates: [IndemnityRate(profession: "GP", cents: 8_000), IndemnityRate(cents: 5_000)])
        let result = F.run(
            F.rule(.hourlyByProfession, [part]),
            F.facts([
                F.presence("a", by: "docteur", as: F.doctor(), minutes: 90), F.presence("a", by: "claire", minutes: 90),
            ]))
        // 1 h 30 × 80 = 120; 1 h 30 × 50 = 75.
        #expect(Set(result.lines.map(\.finalCents)) == [12_000, 7_500])
    }

    @Test("Without a row for the profession nothing is paid and the run waits")
    func noRate() {
        let part = IndemnityPart(
            method: .hourlyByProfession, meetingTypes: ["TEAM"], rates: [IndemnityRate(profession: "GP", cents: 8_000)])
        let rule = F.rule(.hourlyByProfession, [part])
        #expect(F.run(rule, F.facts([F.presence("a")])).anomalies.map(\.kind) == [.noRate])
        #expect(F.run(rule, F.facts([F.presence("a")])).totalCents == 0)
        #expect(F.run(rule, F.facts([F.presence("a", as: F.doctor())])).anomalies.isEmpty)
    }

    @Test("Per meeting: a flat sum above the minimum of presence, nothing below")
    func perMeeting() {
        let part = IndemnityPart(
            method: .flatPerMeeting, meetingTypes: ["TEAM", "RCP"],
            rates: [IndemnityRate(meetingType: "RCP", cents: 6_000), IndemnityRate(cents: 4_000)])
        let result = F.run(
            F.rule(.flatPerMeeting, [part]),
            F.facts([
                F.presence("a", minutes: 20, length: 60), F.presence("b", minutes: 14, length: 60, on: F.day("2026-03-13")),
                F.presence("c", type: "RCP", on: F.day("2026-03-14")),
            ]))
        // 40 + 0 + 60.
        #expect(result.totalCents == 10_000)
        #expect(
            result.lines.first.map { F.plain($0.items[1].explanation) } == "b : 14 min de présence, sous le minimum de 15 min : non comptée"
        )
    }

    @Test("Per task: units times the flat sum of the task")
    func perTask() {
        let part = IndemnityPart(method: .perTask, rates: [IndemnityRate(task: "MANAGER_MANDATE", cents: 25_050)])
        var facts = F.facts()
        facts.tasks = [
            TaskDone(
                id: F.id("t"), person: F.id("claire"), capacity: F.nurse(), task: "MANAGER_MANDATE", title: "Mandat de gérance",
                day: F.day("2026-06-30"), units: 6)
        ]
        // 6 × 250,50 = 1 503,00.
        let result = F.run(F.rule(.perTask, [part]), facts)
        #expect(result.totalCents == 150_300)
        #expect(result.lines.first.map { F.plain($0.items[0].explanation) } == "Mandat de gérance : 6 × 250,50 € = 1 503,00 €")
        facts.tasks[0].task = "OTHER"
        #expect(F.run(F.rule(.perTask, [part]), facts).anomalies.map(\.kind) == [.noRate])
    }

    @Test("Share of surplus by points, manager weighted 1,5, to the last cent")
    func surplus() {
        let share = SurplusShare(
            percent: ExactDecimal(50), pointsPerHour: ExactDecimal(1),
            weights: [SurplusShare.Weight(role: "MANAGER", factor: ExactDecimal("1.5") ?? .zero)])
        let rule = F.rule(.shareOfSurplus, [IndemnityPart(method: .shareOfSurplus, meetingTypes: ["TEAM"], share: share)])
        let manager = Capacity(profession: "GP", roles: ["MANAGER"], standing: .associate)
        var facts = F.facts([F.presence("a", by: "gérant", as: manager), F.presence("a"), F.presence("a", by: "paul")])
        facts.surplusCents = 20_000_01
        // 20 000,01 × 50 % = 10 000,005, down: 10 000,00. Points 1,5 + 1 + 1 = 3,5. 10 000 × 1,5/3,5 = 4 285,714…;
        // 10 000 × 1/3,5 = 2 857,142857… twice. Whole cents: 4285,71 + 2857,14 + 2857,14 = 9 999,99; remainders .43, .29, .29:
        // the cent left goes to the manager.
        let result = F.run(rule, facts)
        #expect(result.totalCents == 1_000_000)
        #expect(result.lines.first { $0.person == F.id("gérant") }?.finalCents == 428_572)
        #expect(result.lines.filter { $0.person != F.id("gérant") }.map(\.finalCents) == [285_714, 285_714])
        #expect(
            result.explanation.map(F.plain)
                == [
                    "Excédent 20 000,01 € × 50 % = 10 000,00 € à partager ; 3,5 points au total ; les centimes restants vont aux plus forts restes."
                ])
        facts.surplusCents = 0
        #expect(F.run(rule, facts).anomalies.map(\.kind) == [.nothingToShare])
    }

    @Test("Fixed points go to every beneficiary that the rule accepts")
    func fixedPoints() {
        var rule = F.rule(
            .shareOfSurplus,
            [IndemnityPart(method: .shareOfSurplus, share: SurplusShare(percent: ExactDecimal(100), pointsFixed: ExactDecimal(1)))])
        rule.eligible = .associates
        var facts = F.facts()
        facts.surplusCents = 100
        facts.beneficiaries = ["a": Standing.associate, "b": .associate, "c": .associate, "d": .signatory].reduce(into: [:]) {
            $0[F.id($1.key)] = Capacity(standing: $1.value)
        }
        // 100 cents in three: 33 each, one cent left, equal remainders: the smallest identifier gets it.
        let result = F.run(rule, facts)
        #expect(result.lines.map(\.finalCents) == [34, 33, 33])
        #expect(result.lines.map(\.person) == ["a", "b", "c"].map(F.id).sorted())
    }

    @Test("Mixed: hours, a flat sum for concertations and a task add up, rounded once")
    func mixed() {
        let rule = F.rule(
            .mixed,
            [
                IndemnityPart(method: .hourlyFlat, meetingTypes: ["TEAM"], rates: [IndemnityRate(cents: 5_431)]),
                IndemnityPart(method: .flatPerMeeting, meetingTypes: ["RCP"], rates: [IndemnityRate(cents: 4_000)]),
            ])
        var facts = F.facts([F.presence("a", minutes: 15), F.presence("b", minutes: 15, type: "RCP", on: F.day("2026-03-13"))])
        facts.credits = [
            CreditTime(
                id: F.id("k"), person: F.id("claire"), capacity: F.nurse(), title: "Protocole", day: F.day("2026-02-01"), minutes: 15)
        ]
        // 15 min × 54,31 = 13,5775 twice = 27,155; + 40 = 67,155, half up: 67,16. Rounding each would have given 67,16 too
        // (13,58 × 2 + 40); with three of them 40,7325 gives 40,73 and not 3 × 13,58 = 40,74.
        let result = F.run(rule, facts)
        #expect(result.totalCents == 6_716)
        #expect(
            result.lines.first.map { F.plain($0.explanation[0]) }
                == "Total (règle « Règle 2026 », version 1) = 67,155 € ; arrondi au centime le plus proche : 67,16 €")
        let three = F.run(
            F.hourly(5_431), F.facts((0..<3).map { F.presence("m\($0)", minutes: 15, on: F.day("2026-03-0\($0 + 1)")) }))
        #expect(three.totalCents == 4_073)
        #expect(result.lines.first?.minutes(.meeting) == 15)
        #expect(result.lines.first?.minutes(.credit) == 15)
    }

    @Test("No indemnity: people have a line that says why, and nothing to pay")
    func none() {
        let result = F.run(F.rule(.none, []), F.facts([F.presence("a")]))
        #expect(result.totalCents == 0)
        #expect(result.lines.first?.items[0].explanation.contains("ne prévoit aucune indemnité") == true)
        #expect(result.anomalies.isEmpty)
    }

    @Test("Types that the rule does not name, and meetings that open no right, count for nothing and say so")
    func notPaid() {
        var closed = F.presence("b", on: F.day("2026-03-13"))
        closed.isIndemnifiable = false
        let result = F.run(F.hourly(), F.facts([F.presence("a", type: "CONVIVIAL"), closed]))
        #expect(result.totalCents == 0)
        #expect(result.anomalies.isEmpty)
        #expect(result.lines.first?.items.count == 2)
    }

    @Test("Each time follows the version in force on its day")
    func versions() {
        var first = F.hourly(5_000)
        first.validTo = F.day("2026-03-31")
        var second = F.hourly(6_000)
        second.version = 2
        second.validFrom = F.day("2026-04-01")
        let presences = [F.presence("a", on: F.day("2026-03-31")), F.presence("b", on: F.day("2026-04-01"))]
        let result = IndemnityCalculation.run(rules: [second, first], facts: F.facts(presences))
        #expect(result.totalCents == 11_000)
        #expect(result.rules.map(\.version) == [1, 2])
        #expect(result.lines.first?.explanation.count == 2)
        let without = IndemnityCalculation.run(rules: [second], facts: F.facts(presences))
        #expect(without.totalCents == 6_000)
        #expect(without.anomalies.map(\.kind) == [.noRule])
    }

    @Test("An adjustment needs a reason, and never makes an amount negative")
    func adjustments() {
        var facts = F.facts([F.presence("a")])
        facts.adjustments = [IndemnityAdjustment(person: F.id("claire"), cents: -1_400, reason: "Trop-perçu du semestre précédent")]
        #expect(F.run(F.hourly(), facts).totalCents == 4_000)
        facts.adjustments[0].reason = " "
        #expect(F.run(F.hourly(), facts).totalCents == 5_400)
        #expect(F.run(F.hourly(), facts).anomalies.map(\.kind) == [.adjustment])
        facts.adjustments[0] = IndemnityAdjustment(person: F.id("claire"), cents: -6_000, reason: "Erreur")
        #expect(F.run(F.hourly(), facts).totalCents == 0)
        #expect(F.run(F.hourly(), facts).anomalies.map(\.kind) == [.adjustment])
    }
}
