import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: minutes that count")
struct CountedMinutesTests {
    private typealias F = Fixtures

    private func counted(
        _ minutes: Int, late: Int = 0, of length: Int, rule late_: LateRule = .countReal, step: Int = 15, minimum: Int = 15,
        elsewhere: Int = 0
    ) -> Int {
        var rule = F.hourly()
        rule.lateRule = late_
        rule.rounding.step = step
        rule.minimumPresence = minimum
        return CountedMinutes(F.presence("a", minutes: minutes, late: late, length: length), rule: rule, alreadyCounted: elsewhere).minutes
    }

    @Test("Rounded to the nearest quarter of an hour, a half step up", arguments: [(52, 45), (53, 60), (60, 60), (22, 15), (23, 30)])
    func nearest(minutes: Int, expected: Int) {
        // 52 = 3 × 15 + 7, below the half of 15; 53 = 3 × 15 + 8, above it.
        #expect(counted(minutes, of: 120) == expected)
    }

    @Test("Down and up, and no rounding with a step of one minute")
    func directions() {
        #expect(MinuteRounding(step: 15, direction: .down).apply(59) == 45)
        #expect(MinuteRounding(step: 15, direction: .up).apply(46) == 60)
        #expect(MinuteRounding(step: 10, direction: .nearest).apply(5) == 10)
        #expect(MinuteRounding(step: 1, direction: .up).apply(47) == 47)
        #expect(MinuteRounding.quarterHour.apply(-5) == 0)
    }

    @Test("Below the minimum nothing counts, at the minimum it does")
    func minimum() {
        #expect(counted(14, of: 60, step: 1) == 0)
        #expect(counted(15, of: 60, step: 1) == 15)
    }

    @Test("Late arrival: real time, from the start, or nothing under half of the meeting")
    func late() {
        #expect(counted(40, late: 20, of: 60, step: 1) == 40)
        #expect(counted(40, late: 20, of: 60, rule: .countFull, step: 1) == 60)
        // Came 20 minutes late and left 10 minutes early: the 10 minutes stay lost.
        #expect(counted(30, late: 20, of: 60, rule: .countFull, step: 1) == 50)
        #expect(counted(30, late: 30, of: 60, rule: .zeroUnderHalf, step: 1) == 30)
        #expect(counted(29, late: 31, of: 60, rule: .zeroUnderHalf, step: 1) == 0)
    }

    @Test("Coming for five minutes to a meeting counted from its start is still below the minimum")
    func lateMinimum() {
        #expect(counted(5, late: 55, of: 60, rule: .countFull, step: 1) == 0)
    }

    @Test("Never more than the meeting, never minutes counted elsewhere")
    func bounds() {
        #expect(counted(90, of: 60, step: 1) == 60)
        #expect(counted(60, of: 60, step: 1, elsewhere: 20) == 40)
        #expect(counted(60, of: 60, step: 1, elsewhere: 50) == 0)
        #expect(counted(-10, of: 60) == 0)
    }

    @Test("The steps tell how the minutes came about")
    func steps() {
        var rule = F.hourly()
        rule.lateRule = .countFull
        let counted = CountedMinutes(F.presence("a", minutes: 32, late: 20, length: 60), rule: rule, alreadyCounted: 0)
        #expect(
            counted.steps.map(F.plain) == [
                "présence 32 min, comptée 52 min depuis le début de la réunion",
                "52 min arrondies au quart d’heure le plus proche : 45 min",
            ])
    }
}
