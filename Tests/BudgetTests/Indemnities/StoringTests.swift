import Kernel
import Testing

@testable import Budget

/// What is frozen with a run is what was approved: read back, it gives the same fingerprint.
struct StoringTests {
    private func stored(_ line: IndemnityLine) throws -> IndemnityLine? {
        // Through text, as the table keeps it.
        func again(_ value: JSONValue) throws -> JSONValue { try JSONValue.parse(Array(value.text.utf8)) }
        return IndemnityLine(
            person: line.person, grossCents: line.grossCents, reductionCents: line.reductionCents, items: try again(line.itemsJSON),
            explanation: try again(line.explanationJSON))
    }

    @Test("A result read back has the fingerprint that was approved")
    func roundTrip() throws {
        var facts = Fixtures.facts([
            Fixtures.presence("a", minutes: 47), Fixtures.presence("a", by: "jean", minutes: 60), Fixtures.presence("b", at: 12, 30),
        ])
        facts.adjustments = [IndemnityAdjustment(person: Fixtures.id("jean"), cents: -1_050, reason: "Trop versé")]
        var rule = Fixtures.hourly(5_333)
        rule.capTotal = 9_000
        let result = Fixtures.run(rule, facts)
        var read = result
        read.lines = try result.lines.map { try #require(try stored($0)) }
        read.anomalies = try result.anomalies.map { try #require(IndemnityAnomaly(try JSONValue.parse(Array($0.json.text.utf8)))) }
        read.rules = try result.rules.map { try IndemnityRule.read(try JSONValue.parse(Array($0.json.text.utf8))).get() }
        #expect(read == result)
        #expect(read.fingerprint == result.fingerprint)
    }

    @Test("What is stored and cannot be read is no line")
    func unreadable() {
        let broken = IndemnityLine(
            person: Fixtures.id("a"), grossCents: 1, reductionCents: 0, items: .array([.object([("kind", .string("GIFT"))])]),
            explanation: .array([]))
        #expect(broken == nil)
    }

    @Test("A run pays each attendance line once, and claims what gives money alone")
    func paidFacts() {
        let facts = Fixtures.facts([
            Fixtures.presence("a"), Fixtures.presence("b", minutes: 5, length: 60, on: Fixtures.day("2026-04-02")),
            Fixtures.presence("c", type: "CONVIVIAL", on: Fixtures.day("2026-04-09")),
        ])
        #expect(Fixtures.run(Fixtures.hourly(), facts).paidFacts == [Fixtures.id("a/claire")])
    }

    @Test(
        "Numbers of runs keep three figures and grow beyond",
        arguments: [(1, "IND-2026-001"), (999, "IND-2026-999"), (1_000, "IND-2026-1000")])
    func numbers(_ number: Int, _ text: String) {
        #expect(IndemnityNumber.text(year: 2026, number) == text)
    }

    @Test(
        "The half-year that ended last",
        arguments: [("2026-01-01", "2025-07-01"), ("2026-06-30", "2025-07-01"), ("2026-07-01", "2026-01-01")])
    func halfYear(_ today: String, _ from: String) {
        #expect(SimulationPage.lastHalfYear(Fixtures.day(today)).from == Fixtures.day(from))
    }

    @Test("Made-up accounts of the demonstration have the right key", arguments: [1, 65_000, 71_022, 99_999])
    func demoAccounts(_ number: Int) throws {
        let account = try BankAccount.read(iban: DemoAccountNumbers.iban(number), bic: nil)
        #expect(account.masked.hasPrefix("FR"))
    }
}
