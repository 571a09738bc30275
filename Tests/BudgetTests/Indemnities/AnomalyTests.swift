import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: anomalies and their treatment")
struct AnomalyTests {
    private typealias F = Fixtures

    @Test("Two meetings at one time: told, and the common minutes are paid once")
    func overlap() {
        // 12:00–13:00 and 12:30–13:30: 30 minutes in common, 60 + 30 = 90 min × 54 €/h = 81,00 €.
        let both = [F.presence("a"), F.presence("b", at: 12, 30)]
        let result = F.run(F.hourly(), F.facts(both))
        #expect(result.anomalies.map(\.kind) == [.overlap])
        #expect(result.anomalies.first?.sources == [both[0].id, both[1].id])
        #expect(result.totalCents == 8_100)
        // One after the other is no overlap.
        let apart = F.run(F.hourly(), F.facts([F.presence("a"), F.presence("b", at: 13)]))
        #expect(apart.anomalies.isEmpty)
        #expect(apart.totalCents == 10_800)
    }

    @Test("A meeting inside a longer one is seen, also behind another")
    func nested() {
        let presences = [F.presence("long", minutes: 180), F.presence("b", at: 12, 15, minutes: 30), F.presence("c", at: 14, minutes: 60)]
        let result = F.run(F.hourly(), F.facts(presences))
        #expect(result.anomalies.count == 2)
        // 12:00–15:00 holds all of them: 180 min × 54 €/h = 162 €.
        #expect(result.totalCents == 16_200)
    }

    @Test("Two people at one time are no overlap")
    func twoPeople() {
        #expect(F.run(F.hourly(), F.facts([F.presence("a"), F.presence("a", by: "paul")])).anomalies.isEmpty)
    }

    @Test("Minutes given to a late arrival are not paid when they were spent in the meeting before")
    func lateFromAnotherMeeting() {
        var rule = F.hourly()
        rule.lateRule = .countFull
        // 12:00–13:00, then thirty minutes late at the meeting of 12:30–13:30.
        let result = F.run(rule, F.facts([F.presence("a"), F.presence("b", at: 12, 30, minutes: 30, late: 30)]))
        #expect(result.anomalies.isEmpty)
        // 60 + (30 + 30 − 30) = 90 minutes.
        #expect(result.totalCents == 8_100)
    }

    @Test("A time declared by another structure is told without a word of it")
    func foreign() {
        let mine = F.presence("Réunion d’équipe")
        var facts = F.facts([mine])
        facts.foreign = [ForeignInterval(person: mine.person, from: mine.from.adding(minutes: 17), to: mine.to.adding(minutes: 43))]
        let result = F.run(F.hourly(), facts)
        #expect(result.anomalies.map(\.kind) == [.foreignOverlap])
        #expect(result.totalCents == 5_400)
        let sentence = result.anomalies.first.map { F.plain($0.message) }
        #expect(
            sentence
                == "Une autre structure a noté un temps de cette personne pendant « Réunion d’équipe » : le temps est compté ici, à vérifier avec elle."
        )
        // The sentence is the same whatever the other interval: nothing of it can be read back.
        facts.foreign = [ForeignInterval(person: mine.person, from: mine.from.adding(minutes: -300), to: mine.to.adding(minutes: 300))]
        #expect(F.run(F.hourly(), facts).anomalies.first.map { F.plain($0.message) } == sentence)
        // Touching is not overlapping; somebody else's interval says nothing.
        facts.foreign = [
            ForeignInterval(person: mine.person, from: mine.to, to: mine.to.adding(minutes: 60)),
            ForeignInterval(person: F.id("paul"), from: mine.from, to: mine.to),
        ]
        #expect(F.run(F.hourly(), facts).anomalies.isEmpty)
    }

    @Test("Longer than the meeting: the meeting's length is paid")
    func longer() {
        let result = F.run(F.hourly(), F.facts([F.presence("a", minutes: 90, length: 60)]))
        #expect(result.anomalies.map(\.kind) == [.longerThanMeeting])
        #expect(result.totalCents == 5_400)
    }

    @Test("Not signed, sheet still open: not paid until it is done")
    func unsigned() {
        var presence = F.presence("a")
        presence.isSigned = false
        #expect(F.run(F.hourly(), F.facts([presence])).anomalies.map(\.kind) == [.unsigned])
        #expect(F.run(F.hourly(), F.facts([presence])).totalCents == 0)
        presence.isSigned = true
        presence.isSheetLocked = false
        #expect(F.run(F.hourly(), F.facts([presence])).anomalies.map(\.kind) == [.sheetOpen])
        presence.isSheetLocked = true
        #expect(F.run(F.hourly(), F.facts([presence])).totalCents == 5_400)
    }

    @Test("An unsigned presence in the middle takes no minute from the signed one")
    func unsignedOverlap() {
        var first = F.presence("a")
        first.isSigned = false
        let result = F.run(F.hourly(), F.facts([first, F.presence("b", at: 12, 30)]))
        #expect(Set(result.anomalies.map(\.kind)) == [.overlap, .unsigned])
        #expect(result.totalCents == 5_400)
    }

    @Test("The same line, or two lines of one meeting, are paid once")
    func duplicate() {
        var again = F.presence("a")
        again.id = F.id("copy")
        let result = F.run(F.hourly(), F.facts([F.presence("a"), F.presence("a"), again]))
        #expect(result.anomalies.map(\.kind) == [.duplicate, .duplicate])
        #expect(result.totalCents == 5_400)
    }

    @Test("Who benefits: each circle holds the one before", arguments: Eligibility.allCases)
    func eligibility(_ eligible: Eligibility) {
        var rule = F.hourly()
        rule.eligible = eligible
        let paid = Standing.allCases.filter { F.run(rule, F.facts([F.presence("a", as: F.nurse($0))])).totalCents > 0 }
        let expected: [Standing] =
            switch eligible {
            case .associates: [.associate]
            case .signatories: [.associate, .signatory]
            case .all: [.associate, .signatory, .member]
            case .externalsIncluded: [.associate, .signatory, .member, .external]
            }
        #expect(paid == expected)
        for standing in Standing.allCases where !expected.contains(standing) {
            let anomalies = F.run(rule, F.facts([F.presence("a", as: F.nurse(standing))])).anomalies
            #expect(anomalies.map(\.kind) == [.notEligible])
            #expect(anomalies.allSatisfy { !$0.kind.isBlocking })
        }
    }

    @Test("Outside the period and not approved: left out, told, nothing to wait for")
    func leftOut() {
        var facts = F.facts([F.presence("a", on: F.day("2026-07-01"))])
        facts.credits = [
            CreditTime(
                id: F.id("k"), person: F.id("claire"), capacity: F.nurse(), title: "Protocole", day: F.day("2026-02-01"), minutes: 60,
                isApproved: false)
        ]
        let result = F.run(F.hourly(), facts)
        #expect(result.anomalies.map(\.kind) == [.notApproved, .outsidePeriod])
        #expect(result.totalCents == 0)
        facts.credits[0].isApproved = true
        #expect(F.run(F.hourly(), facts).totalCents == 5_400)
    }

    @Test("The run of B: two anomalies, an overlap and a missing signature (missions.md 17.5, 2)")
    func storyTwo() {
        var unsigned = F.presence("RCP de mai", by: "paul", on: F.day("2026-05-07"))
        unsigned.isSigned = false
        let result = F.run(F.hourly(), F.facts([F.presence("a"), F.presence("b", at: 12, 30), unsigned]))
        #expect(result.anomalies.map(\.kind) == [.overlap, .unsigned])
        #expect(result.anomalies.allSatisfy { $0.kind.isBlocking })
        #expect(Set(result.anomalies.map(\.key)).count == 2)
    }
}
