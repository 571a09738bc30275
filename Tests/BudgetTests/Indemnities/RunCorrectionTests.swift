import Kernel
import Testing

@testable import Budget

@Suite("Corrections of runs that were sent")
struct RunCorrectionTests {
    private typealias F = Fixtures

    private func correction(paid: Int, now: Int, taken: Int = 0, left: Int = 0) -> RunCorrection {
        RunCorrection(
            run: F.id("campagne"), runName: "IND-2026-001", person: F.id("infirmière"), paidCents: paid, nowCents: now, takenCents: taken,
            leftCents: left)
    }

    @Test("What is open is what the facts give, less what was paid, taken and left")
    func open() {
        #expect(correction(paid: 5_400, now: 10_800).openCents == 5_400)
        #expect(correction(paid: 5_400, now: 10_800, taken: 5_400).openCents == 0)
        #expect(correction(paid: 5_400, now: 10_800, taken: 2_000, left: 3_400).openCents == 0)
        // Taken, then put right again: the difference turns round.
        #expect(correction(paid: 5_400, now: 5_400, taken: 5_400).openCents == -5_400)
    }

    @Test("Nobody's line falls below nothing: the rest waits")
    func takable() {
        #expect(correction(paid: 10_800, now: 0).takable(from: 4_000) == -4_000)
        #expect(correction(paid: 10_800, now: 0).takable(from: 0) == 0)
        #expect(correction(paid: 10_800, now: 0).takable(from: 20_000) == -10_800)
        #expect(correction(paid: 0, now: 5_400).takable(from: 0) == 5_400)
    }

    @Test("The comparison is of results: whatever changed, wherever it was changed")
    func differences() {
        let paid = F.run(F.hourly(), F.facts([F.presence("a")]))
        #expect(RunCorrection.differences(paid: paid, now: paid).isEmpty)
        let more = F.run(F.hourly(), F.facts([F.presence("a"), F.presence("b", by: "docteur", as: F.doctor())]))
        #expect(RunCorrection.differences(paid: paid, now: more).map(\.cents) == [5_400])
        #expect(RunCorrection.differences(paid: more, now: paid).map(\.cents) == [0])
        let none = F.run(F.hourly(), F.facts([]))
        #expect(RunCorrection.differences(paid: paid, now: none).map(\.cents) == [0])
    }
}
