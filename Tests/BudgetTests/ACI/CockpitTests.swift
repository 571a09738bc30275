import Kernel
import Testing

@testable import Budget

@Suite("What the cockpit asks the engine")
struct CockpitTests {
    private func act(_ fact: Fact, _ simulation: Simulation) throws -> NextAct? {
        try simulation.nextActs().first { if case .fact(fact, _) = $0.act { true } else { false } }
    }

    private let threeProtocols = ACI.everything.replacing(#""protocols": 8"#, with: #""protocols": 3"#)

    @Test("One protocol more is worth 700 €, 980 € with an IPA, nothing after the eighth")
    func protocols() throws {
        let three = try #require(try act(.protocols, ACI.msp(threeProtocols)))
        #expect(three.amountCents == 70_000 && three.stakeCents == 70_000 && three.points == Fraction(100))
        #expect(three.act == .fact(.protocols, more: 1) && three.indicators == [.protocols])
        let nurse = try #require(try act(.protocols, ACI.msp(threeProtocols + #", "advanced_practice_nurse": true"#)))
        #expect(nurse.amountCents == 98_000)
        #expect(try act(.protocols, ACI.msp(ACI.everything)) == nil)
    }

    @Test("The first trainees come by two; two missions bring the pathway along")
    func steps() throws {
        let trainees = try #require(try act(.trainees, ACI.msp("")))
        #expect(trainees.act == .fact(.trainees, more: 2) && trainees.points == Fraction(450))
        let mission = try #require(
            try act(.publicHealthMissions, ACI.msp(#""public_health_missions": 1, "child_obesity": {"pathway": true}"#)))
        #expect(mission.indicators == [.publicHealthMissions, .childObesity] && mission.points == Fraction(450))
    }

    @Test("While a prerequisite is missing an act is at stake, not paid; the missing one unlocks everything")
    func prerequisites() throws {
        let missing = try ACI.msp(threeProtocols.replacing(#""standard": true, "#, with: ""))
        let one = try #require(try act(.protocols, missing))
        #expect(one.amountCents == 0 && one.stakeCents == 70_000)
        let first = try #require(try missing.nextActs().first)
        #expect(first.act == .fact(.standardSystem, more: 1))
        #expect(first.amountCents == 13_400 * 700)
    }

    @Test("Wider hours are an act")
    func hours() throws {
        let result = try ACI.msp(ACI.everything.replacing(#""weekday_hours": 12"#, with: #""weekday_hours": 9"#))
        let act = try #require(try result.nextActs().first { $0.act == .weekdayHours(ExactDecimal(10)) })
        #expect(act.points == Fraction(90))
    }

    @Test("The precarity increase counts in the worth of an act")
    func increase() throws {
        let rates = #", "precarity": {"css_rate": 17.5}"#
        #expect(try act(.protocols, ACI.msp(threeProtocols + rates))?.amountCents == 77_000)
    }

    @Test("The maximum of each indicator for this structure")
    func maximum() throws {
        let result = try ACI.msp(patients: 8000, "")
        func most(_ id: AciIndicatorID) throws -> Fraction { try result.maximum(#require(result.line(id)).indicator) }
        #expect(try most(.openingHours) == Fraction(800))
        #expect(try most(.protocols) == Fraction(800))
        #expect(try most(.concertation) == Fraction(2000))
        #expect(try most(.coordination) == Fraction(4400))
        #expect(try most(.crisisActions) == .zero)
        #expect(try most(.informationSystem) == Fraction(3100))
    }

    @Test("Two results side by side")
    func comparison() throws {
        let (old, new) = (try ACI.msp(exercise: 2021, #""coordination": true"#), try ACI.msp(exercise: 2023, #""coordination": true"#))
        let comparison = old.compared(to: new)
        #expect(comparison.lines.count == 20)
        let coordination = try #require(comparison.lines.first { $0.id == .coordination })
        #expect(coordination.before == Fraction(2050) && coordination.after == Fraction(2700) && coordination.differenceCents == 455_000)
        #expect(comparison.lines.first { $0.id == .quality }?.before == nil)
        #expect(comparison.advanceCents == new.advanceCents - old.advanceCents)
    }

    @Test("The formula in words, and its figures with source and status")
    func words() throws {
        let rules = try #require(ACI.book.ruleSet(for: 2023))
        func words(_ id: AciIndicatorID) throws -> [String] {
            try rules.words(#require(rules.indicator(id))).map { $0.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ") }
        }
        #expect(
            try words(.coordination) == [
                "Part fixe : 1 000 points si « fonction de coordination en place ».",
                "Part variable jusqu’à 8 000 patients : 1 700 points × patientèle / 4 000, jusqu’à 8 000 si « fonction de coordination en place ».",
                "Part variable au-delà de 8 000 patients : 1 100 points × patientèle / 4 000, au-delà de 8 000 si « fonction de coordination en place ».",
            ])
        for indicator in rules.indicators { #expect(!rules.words(indicator).isEmpty) }
        let lines = rules.parameters(of: try #require(rules.indicator(.coordination)))
        #expect(lines.map(\.value) == ["full", "1000", "1700", "8000", "1100", "8000"])
        #expect(lines[1].sources.contains("G") && lines[1].status == .certain)
    }
}
