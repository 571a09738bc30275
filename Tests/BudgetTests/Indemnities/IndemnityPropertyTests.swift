import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: what always holds, on 600 seeded runs")
struct IndemnityPropertyTests {
    private typealias F = Fixtures

    /// A run with everything in it: overlaps, missing signatures, caps, versions, surplus.
    private func sample(_ seed: UInt64) -> (rules: [IndemnityRule], facts: IndemnityFacts) {
        var numbers = SeededNumbers(seed)
        func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &numbers)] }
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
        let hourly = IndemnityPart(
            method: .hourlyByProfession, meetingTypes: ["TEAM", "RCP"],
            rates: [IndemnityRate(profession: "GP", cents: number(1...20_000)), IndemnityRate(cents: number(1...20_000))])
        let flat = IndemnityPart(method: .flatPerMeeting, meetingTypes: ["RCP"], rates: [IndemnityRate(cents: number(1...9_999))])
        let share = IndemnityPart(
            method: .shareOfSurplus, meetingTypes: ["TEAM"],
            share: SurplusShare(
                percent: ExactDecimal(coefficient: Int128(number(1...10_000)), scale: 2) ?? .zero,
                pointsPerHour: ExactDecimal(coefficient: Int128(number(0...9_999)), scale: 3) ?? .zero,
                pointsFixed: ExactDecimal(number(0...3)),
                weights: [SurplusShare.Weight(profession: "GP", factor: ExactDecimal(coefficient: 17, scale: 1) ?? .zero)]))
        var rule = F.rule(.mixed, [hourly, flat, share])
        rule.eligible = pick(Eligibility.allCases)
        rule.lateRule = pick(LateRule.allCases)
        rule.rounding = MinuteRounding(step: pick([1, 5, 15, 30]), direction: pick(MinuteRounding.Direction.allCases))
        rule.capPerPerson = pick([nil, number(0...200_000)])
        rule.capTotal = pick([nil, number(0...500_000)])
        rule.validTo = F.day("2026-03-31")
        var next = rule
        next.version = 2
        next.validFrom = F.day("2026-04-01")
        next.validTo = nil
        var facts = F.facts()
        for index in 0..<number(0...40) {
            var presence = F.presence(
                "m\(number(0...12))", by: "p\(number(0...8))",
                as: Capacity(profession: pick(["GP", "NURSE"]), standing: pick(Standing.allCases)),
                at: number(8...18), number(0...59), minutes: number(0...150), late: number(0...30), length: number(10...150),
                type: pick(["TEAM", "RCP", "OTHER"]), on: F.day("2026-03-25").adding(days: number(0...12)))
            presence.id = F.id("line \(index)")
            presence.isSigned = number(0...9) > 0
            facts.presences.append(presence)
        }
        for index in 0..<number(0...6) {
            facts.credits.append(
                CreditTime(
                    id: F.id("credit \(index)"), person: F.id("p\(number(0...8))"), capacity: F.nurse(), title: "c",
                    day: F.day("2026-04-02"),
                    minutes: number(0...300)))
            facts.beneficiaries[F.id("p\(index)")] = F.doctor(pick(Standing.allCases))
        }
        facts.surplusCents = number(0...2_000_000)
        if number(0...1) == 1 { facts.grantedBefore = [F.id("p1"): number(0...100_000)] }
        return ([rule, next], facts)
    }

    @Test("Amounts are never negative, caps are never exceeded, sums are those of the lines", arguments: 0..<600)
    func bounds(seed: Int) {
        let (rules, facts) = sample(UInt64(seed))
        let result = IndemnityCalculation.run(rules: rules, facts: facts)
        for line in result.lines {
            #expect(line.finalCents >= 0)
            #expect(line.reductionCents >= 0)
            #expect(line.items.allSatisfy { $0.amount >= .zero && !$0.explanation.isEmpty })
            if let cap = rules[0].capPerPerson { #expect(line.finalCents <= max(0, cap - (facts.grantedBefore[line.person] ?? 0))) }
        }
        if let cap = rules[0].capTotal { #expect(result.totalCents <= max(0, cap - facts.grantedBefore.values.reduce(0, +))) }
        let shared = result.lines.flatMap(\.items).filter { $0.kind == .surplus }.map(\.amount).reduce(.zero, +)
        #expect(shared <= ExactAmount(cents: facts.surplusCents))
        #expect(result.totalCents == result.grossCents - result.lines.map(\.reductionCents).reduce(0, +))
    }

    @Test("The order of the input never shows", arguments: 0..<200)
    func permutation(seed: Int) {
        let (rules, facts) = sample(UInt64(seed) &+ 10_000)
        let result = IndemnityCalculation.run(rules: rules, facts: facts)
        var numbers = SeededNumbers(UInt64(seed))
        var shuffled = facts
        shuffled.presences.shuffle(using: &numbers)
        shuffled.credits.shuffle(using: &numbers)
        let again = IndemnityCalculation.run(rules: rules.reversed(), facts: shuffled)
        #expect(again == result)
        #expect(again.fingerprint == result.fingerprint)
    }

    @Test(
        "Allocation gives the whole total, within a cent of the exact share, never more than the weight when it reduces", arguments: 0..<300
    )
    func allocation(seed: Int) {
        var numbers = SeededNumbers(UInt64(seed))
        var weights: [Int: Int128] = [:]
        for key in 0..<Int.random(in: 1...60, using: &numbers) { weights[key] = Int128(Int.random(in: 0...3_000_000, using: &numbers)) }
        let sum = weights.values.reduce(0, +)
        guard sum > 0 else { return }
        let total = Int.random(in: 0...Int(sum), using: &numbers)
        let shares = CentAllocation.split(total, by: weights)
        #expect(shares.values.reduce(0, +) == total)
        for (key, weight) in weights {
            let share = Int128(shares[key] ?? -1)
            #expect(share >= 0 && share <= weight)
            // |share − total × weight / sum| < 1, without a division.
            #expect((share * sum - Int128(total) * weight).magnitude < sum.magnitude)
        }
    }

    @Test("Minutes of one person on one clock are never paid beyond the time that passed", arguments: 0..<200)
    func clock(seed: Int) {
        var numbers = SeededNumbers(UInt64(seed) &+ 50_000)
        let presences = (0..<12).map { index in
            let minutes = Int.random(in: 1...120, using: &numbers)
            return F.presence(
                "m\(index)", at: Int.random(in: 8...11, using: &numbers), Int.random(in: 0...59, using: &numbers), minutes: minutes)
        }
        var rule = F.hourly(6_000)
        rule.rounding.step = 1
        rule.minimumPresence = 0
        let paid = F.run(rule, F.facts(presences)).lines.first?.minutes(.meeting) ?? 0
        // The union of the intervals, minute by minute.
        var clock: Set<Int64> = []
        for presence in presences {
            var minute = presence.from.microseconds / 60_000_000
            while minute < presence.to.microseconds / 60_000_000 {
                clock.insert(minute)
                minute += 1
            }
        }
        #expect(paid == clock.count)
    }
}
