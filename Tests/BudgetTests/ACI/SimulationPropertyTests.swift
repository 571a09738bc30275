import Kernel
import Testing

@testable import Budget

@Suite("ACI properties, random structures")
struct SimulationPropertyTests {
    @Test("Never negative, never above the maximum of the rules, the increase never above its cap")
    func bounds() throws {
        try ACI.forEachRandom(seed: 1) { input, rules in
            let result = try Simulation(input, rules)
            for line in result.lines {
                #expect(line.points >= .zero && line.amountCents >= 0)
                #expect(line.points <= result.maximum(line.indicator))
            }
            #expect(result.amountCents >= 0 && result.advanceCents >= 0)
            #expect(result.increaseRate >= .zero && result.increaseRate <= ExactDecimal(25))
        }
    }

    @Test("The parts add up: the sum of the points gives the amount, rounded once; the rounded lines are within half a cent each")
    func sums() throws {
        try ACI.forEachRandom(seed: 2) { input, rules in
            let result = try Simulation(input, rules)
            let sum = result.lines.reduce(Fraction.zero) { $0 + $1.points }
            #expect(sum == result.pointsAtStake)
            #expect(result.points == (result.prerequisitesMet ? sum : .zero))
            let exact = sum * Fraction(700) * (Fraction.one + Fraction(result.increaseRate) / Fraction(100))
            if result.prerequisitesMet, !result.guaranteedMinimumApplied { #expect(result.amountCents == exact.roundedHalfUp) }
            let lines = result.lines.reduce(0) { $0 + $1.amountCents }
            let gap = Fraction(2 * lines) - sum * Fraction(1400)
            #expect(gap <= Fraction(result.lines.count) && Fraction.zero - gap <= Fraction(result.lines.count))
        }
    }

    @Test("A missing prerequisite zeroes the amount, and only a prerequisite does")
    func prerequisites() throws {
        var (paid, unpaid) = (0, 0)
        try ACI.forEachRandom(seed: 3) { input, rules in
            let result = try Simulation(input, rules)
            let missing = result.lines.filter { $0.indicator.isPrerequisite && $0.points == .zero }.map(\.indicator.id)
            #expect(result.missingPrerequisites == missing)
            #expect((result.amountCents > 0) == missing.isEmpty)
            if missing.isEmpty { paid += 1 } else { unpaid += 1 }
        }
        #expect(paid > 300 && unpaid > 300)
    }

    /// Facts whose rise may lower something: more eligible patients lower the rate of the concertation.
    private static let falling: Set<Fact> = [.eligiblePatients]

    @Test("One unit more of anything never lowers the points, an indicator or the amount, but eligible patients, which lower the rate")
    func monotone() throws {
        try ACI.forEachRandom(600, seed: 4) { input, rules in
            let before = try Simulation(input, rules)
            for fact in Fact.allCases where rules.facts.contains(fact) && (fact.greatest.map { input[fact] < $0 } ?? true) {
                var more = input
                more[fact] += 1
                let after = try Simulation(more, rules)
                if Self.falling.contains(fact) {
                    if before.points(.concertation) != "0" { #expect(after.pointsAtStake <= before.pointsAtStake) }
                    continue
                }
                #expect(after.pointsAtStake >= before.pointsAtStake, "\(fact)")
                #expect(after.amountCents >= before.amountCents, "\(fact)")
                #expect(after.advanceCents >= before.advanceCents, "\(fact)")
                for (old, new) in zip(before.lines, after.lines) { #expect(new.points >= old.points, "\(fact) \(old.indicator.id)") }
            }
        }
    }

    @Test("Longer hours never lower the opening, longer closures never raise it")
    func opening() throws {
        try ACI.forEachRandom(seed: 5) { input, rules in
            let before = try Simulation(input, rules).line(.openingHours)?.points ?? .zero
            var wider = input
            wider.weekdayHours += ExactDecimal("0.7") ?? .zero
            #expect(try Simulation(wider, rules).line(.openingHours)?.points ?? .zero >= before)
            var longer = input
            longer.holidayClosureWeeks += ExactDecimal("0.5") ?? .zero
            longer.otherClosureWeeks += ExactDecimal("0.3") ?? .zero
            #expect(try Simulation(longer, rules).line(.openingHours)?.points ?? .zero <= before)
        }
    }

    @Test("A part of a year is never more than the year, and never more than an earlier start")
    func proration() throws {
        try ACI.forEachRandom(seed: 6) { input, rules in
            guard let start = input.contractStartsOn, start.year == input.exercise else { return }
            var (whole, earlier) = (input, input)
            whole.contractStartsOn = nil
            earlier.contractStartsOn = start.adding(days: -17)
            // Fewer meetings are asked of a shorter contract, so the number must not decide here.
            whole[.meetings] = 6
            earlier[.meetings] = 6
            var later = input
            later[.meetings] = 6
            let results = try [whole, earlier, later].map { try Simulation($0, rules) }
            let points = results.map { $0.line(.concertation)?.points ?? .zero }
            #expect(points[0] >= points[1] && points[1] >= points[2])
            #expect(
                results[0].advanceCents >= results[2].advanceCents
                    || results[2].rules.total.advance.minimum.whole <= results[2].advanceCents)
            let share = YearShare(of: input.exercise, from: start, .days)
            #expect(share.value > .zero && share.value <= .one)
            #expect(YearShare(of: input.exercise, from: start, .months).value <= .one)
        }
    }

    @Test("The answer says what the engine says, in exact decimals")
    func answers() throws {
        try ACI.forEachRandom(400, seed: 7) { input, rules in
            let result = try Simulation(input, rules)
            let writer = JSONWriter()
            result.write(to: writer)
            let json = try JSONValue.parse(writer.bytes)
            #expect(json["amount_cents"]?.intValue == result.amountCents)
            let indicators = try #require(json["indicators"]?.arrayValue)
            #expect(indicators.map { $0["id"]?.stringValue } == rules.indicators.map { $0.id.rawValue })
            for (line, value) in zip(result.lines, indicators) {
                let text = try #require(value["points"]?.stringValue)
                #expect(ExactDecimal(text).map { Fraction($0) <= line.points } == true)
                #expect(!text.contains(".") || !text.hasSuffix("0"))
                let first = try #require(value["explanation"]?.arrayValue?.first?.stringValue)
                #expect(Arithmetic.value(first) == line.points, "\(first)")
            }
        }
    }
}
