import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: a rule as data")
struct RuleReadingTests {
    private typealias F = Fixtures

    private func read(_ text: String) -> Result<IndemnityRule, Refusal> {
        do { return IndemnityRule.read(try JSONValue.parse(Array(text.utf8))) } catch {
            return .failure(.malformed("json", "\(error)"))
        }
    }

    private func faults(_ text: String) -> [String] {
        if case .failure(let refusal) = read(text) { refusal.faults.map(\.field) } else { [] }
    }

    private let mixed = """
        {"name": "Règle 2026", "version": 3, "valid_from": "2026-01-01", "valid_to": null,
         "decision": {"kind": "RESOLUTION", "reference": "AGO 2026-03, résolution 4", "date": "2025-12-18"},
         "method": "MIXED", "eligible": "SIGNATORIES", "late_rule": "COUNT_FULL", "min_presence_minutes": 20,
         "rounding_minutes": 15, "rounding": "DOWN", "cap_per_person_cents": 150000, "cap_total_cents": 3348000,
         "parts": [
           {"method": "HOURLY_BY_PROFESSION", "meeting_types": ["RCP", "TEAM"],
            "rates": [{"profession": "GP", "cents": 8000}, {"cents": 5000}]},
           {"method": "PER_TASK", "rates": [{"task": "PROTOCOL_WRITING", "cents": 15000}]},
           {"method": "SHARE_OF_SURPLUS", "meeting_types": ["RCP"],
            "share": {"percent": "12.5", "points_per_hour": 1, "weights": [{"role": "MANAGER", "factor": "1.5"}]}}]}
        """

    @Test("A rule read, written and read again is the same, and so is its digest")
    func roundTrip() throws {
        let rule = try read(mixed).get()
        #expect(rule.parts.count == 3)
        #expect(rule.parts[0].rates.map(\.cents) == [8_000, 5_000])
        #expect(rule.parts[2].share?.percent == ExactDecimal("12.5"))
        #expect(rule.rounding == MinuteRounding(step: 15, direction: .down))
        #expect(rule.eligible == .signatories)
        let again = try IndemnityRule.read(rule.json).get()
        #expect(again == rule)
        #expect(again.digest == rule.digest)
        var other = rule
        other.parts[0].rates[1].cents += 1
        #expect(other.digest != rule.digest)
    }

    @Test("Defaults: a quarter of an hour, fifteen minutes, real time")
    func defaults() throws {
        let rule = try read(
            #"{"name":"R","version":1,"valid_from":"2026-01-01","method":"HOURLY_FLAT","eligible":"ALL","meeting_types":["TEAM"],"rates":[{"cents":5400}]}"#
        ).get()
        #expect(rule.minimumPresence == 15)
        #expect(rule.rounding == .quarterHour)
        #expect(rule.lateRule == .countReal)
        #expect(rule.decision == nil)
        #expect(rule.faultsBeforePayment.map(\.field) == ["decision"])
        var voted = rule
        voted.decision = F.decision
        #expect(voted.faultsBeforePayment.isEmpty)
    }

    @Test("All faults at once, each with its path")
    func allFaults() {
        #expect(
            faults(
                """
                {"name": "", "version": 0, "valid_from": "2026-02-30", "method": "MIXED", "eligible": "FRIENDS", "late": 1,
                 "cap_total_cents": 12.5, "parts": [{"method": "HOURLY_FLAT", "meeting_types": ["RCP"], "rates": [{"cents": "54"}]},
                 {"method": "SHARE_OF_SURPLUS", "share": {"percent": 150, "weights": [{"factor": "1.23456"}]}}]}
                """
            ) == [
                "late", "name", "version", "valid_from", "eligible", "cap_total_cents", "parts[0].rates[0].cents",
                "parts[1].share.percent", "parts[1].share.weights[0].factor",
            ])
    }

    @Test("Money is never a fraction: a decimal where cents are due is refused")
    func noFractions() {
        let rule = { (cents: String) in
            #"{"name":"R","version":1,"valid_from":"2026-01-01","method":"HOURLY_FLAT","eligible":"ALL","meeting_types":["TEAM"],"rates":[{"cents":\#(cents)}]}"#
        }
        #expect(faults(rule("54.5")) == ["rates[0].cents"])
        #expect(faults(rule("-1")) == ["rates[0].cents"])
        #expect(faults(rule("100000001")) == ["rates[0].cents"])
        #expect(faults(rule("5450")).isEmpty)
    }

    @Test(
        "Rules that cannot be applied are refused",
        arguments: [
            (#""method":"HOURLY_FLAT","meeting_types":["TEAM"],"rates":[{"cents":1},{"cents":2}]"#, ["rates", "rates[1]"]),
            (#""method":"HOURLY_FLAT","meeting_types":["TEAM"],"rates":[{"profession":"GP","cents":1}]"#, ["rates"]),
            (
                #""method":"HOURLY_BY_PROFESSION","meeting_types":["TEAM"],"rates":[{"cents":1},{"profession":"GP","cents":2}]"#,
                ["rates[1]"]
            ),
            (#""method":"FLAT_PER_MEETING","rates":[{"cents":1}]"#, ["meeting_types"]),
            (
                #""method":"FLAT_PER_MEETING","meeting_types":["TEAM"],"rates":[{"meeting_type":"RCP","cents":1}]"#,
                ["rates[0].meeting_type"]
            ),
            (#""method":"PER_TASK","rates":[{"cents":1}]"#, ["rates[0].task"]),
            (#""method":"SHARE_OF_SURPLUS","share":{"percent":50}"#, ["share"]),
            (#""method":"NONE","rates":[{"cents":1}]"#, []),
            (#""method":"MIXED","parts":[{"method":"MIXED"}]"#, ["parts", "parts[0].method"]),
            (#""method":"MIXED","rates":[{"cents":1}],"parts":[]"#, ["rates"]),
            (#""method":"HOURLY_FLAT","meeting_types":["TEAM"],"rates":[{"cents":1}],"valid_to":"2025-12-31""#, ["valid_to"]),
        ])
    func unfit(body: String, expected: [String]) {
        #expect(faults(#"{"name":"R","version":1,"valid_from":"2026-01-01","eligible":"ALL",\#(body)}"#) == expected)
    }

    @Test("Two parts may not share more than the surplus")
    func shares() {
        let part = { (percent: Int) in #"{"method":"SHARE_OF_SURPLUS","share":{"percent":\#(percent),"points_fixed":1}}"# }
        let rule = { (a: Int, b: Int) in
            #"{"name":"R","version":1,"valid_from":"2026-01-01","eligible":"ALL","method":"MIXED","parts":[\#(part(a)),\#(part(b))]}"#
        }
        #expect(faults(rule(60, 50)) == ["parts"])
        #expect(faults(rule(60, 40)).isEmpty)
    }

    @Test("Two versions are never in force on one day")
    func versions() {
        var first = F.hourly()
        var second = F.hourly()
        second.version = 2
        second.validFrom = F.day("2026-04-01")
        #expect(IndemnityRule.faults(between: [second, first]).map(\.field) == ["valid_to"])
        first.validTo = F.day("2026-03-31")
        #expect(IndemnityRule.faults(between: [second, first]).isEmpty)
        second.version = 1
        #expect(IndemnityRule.faults(between: [second, first]).map(\.field) == ["version"])
    }
}
