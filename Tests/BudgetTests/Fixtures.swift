import Kernel

@testable import Budget

/// People, days and rules shared by the tests: one place, so that a vector shows only what it is about.
enum Fixtures {
    static func id(_ name: String) -> Identifier { Identifier.derived(from: name) }

    /// A day that exists; the tests write them by hand.
    static func day(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(daysSinceEpoch: 0) }

    static func nurse(_ standing: Standing = .associate) -> Capacity { Capacity(profession: "NURSE", standing: standing) }

    static func doctor(_ standing: Standing = .associate) -> Capacity { Capacity(profession: "GP", standing: standing) }

    /// Half-year of the story of B (missions.md 17.5, 2).
    static func facts(_ presences: [PresenceTime] = []) -> IndemnityFacts {
        IndemnityFacts(from: day("2026-01-01"), to: day("2026-06-30"), presences: presences)
    }

    /// Presence at a meeting that starts at `hour`:`minute` UTC on 12 March 2026.
    static func presence(
        _ name: String, by person: String = "claire", as capacity: Capacity = nurse(), at hour: Int = 12, _ minute: Int = 0,
        minutes: Int = 60, late: Int = 0, length: Int? = nil, type: String = "TEAM", on date: CivilDate = day("2026-03-12")
    ) -> PresenceTime {
        let start = Instant(microseconds: Int64(date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60) * 1_000_000)
        return PresenceTime(
            id: id("\(name)/\(person)"), person: id(person), capacity: capacity, meeting: id(name), meetingType: type, title: name,
            day: date, from: start.adding(minutes: late), to: start.adding(minutes: late + minutes), minutes: minutes, lateMinutes: late,
            meetingMinutes: length ?? (minutes + late))
    }

    static let decision = IndemnityRule.Decision(kind: .resolution, reference: "AGO 2026, résolution 4", date: day("2025-12-18"))

    /// The flat rate of the field, 54 €/h (missions.md 6.1), unless told otherwise.
    static func hourly(_ cents: Int = 5_400, types: Set<String> = ["TEAM", "RCP"]) -> IndemnityRule {
        rule(.hourlyFlat, [IndemnityPart(method: .hourlyFlat, meetingTypes: types, rates: [IndemnityRate(cents: cents)])])
    }

    static func rule(_ method: IndemnityMethod, _ parts: [IndemnityPart]) -> IndemnityRule {
        IndemnityRule(
            name: "Règle 2026", version: 1, validFrom: day("2026-01-01"), decision: decision, method: method, parts: parts, eligible: .all)
    }

    static func run(_ rule: IndemnityRule, _ facts: IndemnityFacts) -> IndemnityResult {
        IndemnityCalculation.run(rules: [rule], facts: facts)
    }

    /// Ordinary spaces, so that sentences can be compared as they are typed.
    static func plain(_ text: String) -> String {
        String(text.map { $0 == "\u{00A0}" || $0 == "\u{202F}" ? " " : $0 })
    }
}

/// The same numbers in every run: splitmix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
