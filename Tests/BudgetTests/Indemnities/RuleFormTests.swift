import Kernel
import Testing

@testable import Budget

/// The form of a rule and its document say the same thing, in both directions.
struct RuleFormTests {
    private func read(_ pairs: [(String, String)]) -> (document: JSONValue, reader: RuleFormReader) {
        var reader = RuleFormReader(FormValues(pairs.map { (name: $0.0, value: $0.1) }))
        let document = reader.document()
        return (document, reader)
    }

    private let head = [("name", "Règle"), ("valid_from", "1/1/2026"), ("eligible", "ALL")]

    private static let rules: [IndemnityRule] = [
        Fixtures.hourly(),
        Fixtures.rule(
            .hourlyByProfession,
            [
                IndemnityPart(
                    method: .hourlyByProfession, meetingTypes: ["RCP"],
                    rates: [
                        IndemnityRate(profession: "GP", cents: 8_000), IndemnityRate(role: "MANAGER", cents: 6_050),
                        IndemnityRate(cents: 5_000),
                    ])
            ]),
        Fixtures.rule(
            .mixed,
            [
                IndemnityPart(method: .hourlyFlat, meetingTypes: ["TEAM"], countsCredits: false, rates: [IndemnityRate(cents: 5_400)]),
                IndemnityPart(method: .perTask, countsCredits: false, rates: [IndemnityRate(task: "ACTION_LEAD", cents: 120_050)]),
                IndemnityPart(
                    method: .shareOfSurplus, meetingTypes: ["RCP"],
                    share: SurplusShare(
                        percent: ExactDecimal(40), pointsPerHour: ExactDecimal(coefficient: 15, scale: 1) ?? .zero,
                        weights: [.init(profession: nil, role: "MANAGER", factor: ExactDecimal(2))])),
            ]),
        Fixtures.rule(.none, []),
    ]

    @Test("A stored rule shown in the form and sent unchanged gives the same rule", arguments: rules.indices)
    func roundTrip(_ index: Int) throws {
        let rule = Self.rules[index]
        var reader = RuleFormReader(FormValues(rule))
        let document = reader.document()
        #expect(reader.faults.isEmpty)
        let again = try IndemnityRule.read(.object((document.objectValue ?? []) + [("version", .integer(1))])).get()
        var expected = rule
        expected.decision = nil
        #expect(again == expected)
    }

    @Test("Amounts are typed the French way, empty rows are left out")
    func typing() throws {
        let (document, reader) = read(
            head + [
                ("method", "HOURLY_BY_PROFESSION"), ("p0_types", "RCP"), ("p0_r0_profession", "GP"), ("p0_r0_euros", "80 €"),
                ("p0_r1_profession", ""), ("p0_r1_euros", ""), ("p0_r2_profession", ""), ("p0_r2_euros", "50,5"),
            ])
        #expect(reader.faults.isEmpty)
        #expect(document["rates"]?.arrayValue?.compactMap { $0["cents"]?.intValue } == [8_000, 5_050])
    }

    @Test("What the rules find wrong is shown beside the row that was typed")
    func places() {
        let (_, reader) = read(
            head + [
                ("method", "MIXED"), ("parts", "2"), ("p0_method", "HOURLY_FLAT"), ("p0_r0_euros", "54"), ("p1_method", "PER_TASK"),
                ("p1_r0_euros", ""), ("p1_r3_task", "ACTION_LEAD"), ("p1_r3_euros", "100"),
            ])
        #expect(reader.name(of: "parts[1].rates[0].task") == "p1_r3_euros")
        #expect(reader.name(of: "parts[0].meeting_types") == "p0_types")
        #expect(reader.name(of: "parts[1]") == "p1_method")
        #expect(reader.name(of: "cap_total_cents") == "cap_total_cents")
    }

    @Test("An amount that is not understood is told under its own field")
    func misread() {
        let (_, reader) = read(head + [("method", "HOURLY_FLAT"), ("p0_r0_euros", "cinquante"), ("cap_total_cents", "x")])
        #expect(Set(reader.faults.map(\.field)) == ["p0_r0_euros", "cap_total_cents"])
    }
}
