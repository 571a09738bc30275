import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: caps and cents")
struct CapTests {
    private typealias F = Fixtures

    @Test("Largest remainder: whole cents, the rest to the largest remainders, then to the smaller key")
    func allocation() {
        // 100 in proportion to 1, 1, 1: 33,33 each; equal remainders, « a » comes first.
        #expect(CentAllocation.split(100, by: ["a": Int128(1), "b": 1, "c": 1]) == ["a": 34, "b": 33, "c": 33])
        // 10 in proportion to 7, 2, 1: 7, 2, 1 exactly.
        #expect(CentAllocation.split(10, by: ["a": Int128(7), "b": 2, "c": 1]) == ["a": 7, "b": 2, "c": 1])
        // 7 in proportion to 3, 3, 1 of 7: exact. 8: 3,43 3,43 1,14: one left, « a » before « b ».
        #expect(CentAllocation.split(8, by: ["b": Int128(3), "a": 3, "c": 1]) == ["a": 4, "b": 3, "c": 1])
        #expect(CentAllocation.split(5, by: ["a": Int128(0), "b": 0]) == ["a": 0, "b": 0])
        #expect(CentAllocation.split(0, by: ["a": Int128(1)]) == ["a": 0])
        #expect(CentAllocation.split(3, by: ["a": ExactDecimal("0.5") ?? .zero, "b": ExactDecimal(1)]) == ["a": 1, "b": 2])
    }

    @Test("Cap per person, and what earlier runs granted under it")
    func perPerson() {
        var rule = F.hourly()
        rule.capPerPerson = 5_000
        var facts = F.facts([F.presence("a")])
        #expect(F.run(rule, facts).totalCents == 5_000)
        facts.grantedBefore = [F.id("claire"): 1_200]
        let result = F.run(rule, facts)
        #expect(result.totalCents == 3_800)
        #expect(result.lines.first?.grossCents == 5_400)
        #expect(result.lines.first?.reductionCents == 1_600)
        #expect(
            result.lines.first?.explanation.last.map(F.plain)
                == "Plafond par personne 50,00 €, dont 12,00 € déjà accordés : 54,00 € ramenés à 38,00 €")
        rule.capPerPerson = 6_600
        #expect(F.run(rule, facts).lines.first?.reductionCents == 0)
    }

    @Test("Cap of all: everybody reduced in proportion, to the cent")
    func total() {
        var rule = F.hourly()
        rule.capTotal = 10_000
        let facts = F.facts([
            F.presence("a", minutes: 60), F.presence("b", by: "paul", minutes: 120), F.presence("c", by: "zoé", minutes: 30),
        ])
        // 54 + 108 + 27 = 189 €. 10 000 × 54/189 = 2 857,14; 10 000 × 108/189 = 5 714,28…; 10 000 × 27/189 = 1 428,57.
        // Whole: 2857 + 5714 + 1428 = 9999; remainders 0,142 0,285 0,571: the cent goes to the last.
        let result = F.run(rule, facts)
        let amounts = Dictionary(uniqueKeysWithValues: result.lines.map { ($0.person, $0.finalCents) })
        #expect(amounts == [F.id("claire"): 2_857, F.id("paul"): 5_714, F.id("zoé"): 1_429])
        #expect(result.totalCents == 10_000)
        #expect(result.grossCents == 18_900)
        #expect(
            result.explanation.map(F.plain) == [
                "Plafond de l’ensemble 100,00 € : les 189,00 € calculés sont ramenés à 100,00 €, au prorata ; les centimes restants vont aux plus forts restes."
            ])
    }

    @Test("A cap holds across two versions of the rule in one period")
    func acrossVersions() {
        var first = F.hourly()
        first.capPerPerson = 6_000
        first.validTo = F.day("2026-03-31")
        var second = F.hourly()
        second.version = 2
        second.capPerPerson = 6_000
        second.validFrom = F.day("2026-04-01")
        let facts = F.facts([F.presence("a", on: F.day("2026-03-31")), F.presence("b", on: F.day("2026-04-01"))])
        #expect(IndemnityCalculation.run(rules: [first, second], facts: facts).totalCents == 6_000)
    }
}
