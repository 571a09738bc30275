import Kernel
import Testing

@testable import Budget

@Suite("Answers of the simulator")
struct AnswerTests {
    private let simulator = AciSimulator(book: ACI.book)

    private func answer(_ text: String) throws -> JSONValue { try JSONValue.parse(simulator.answer(ACI.json(text))) }

    @Test("The example of the interface, member by member")
    func example() throws {
        let json = try answer(#"{"exercise": 2025, "patients": 4000, "professionals": 13, \#(ACI.everything)}"#)
        let names = try #require(json.objectValue).map(\.0)
        #expect(
            names == [
                "exercise", "rule_set", "rules_standing", "rules_standing_label", "prerequisites_met", "missing_prerequisites", "points",
                "increase_rate", "amount_cents", "guaranteed_minimum_applied", "advance_cents", "indicators",
            ])
        #expect(json["rules_standing"] == .string("official") && json["rules_standing_label"] == .string("officiel"))
        #expect(json["rule_set"] == .string("avenant-1-2023"))
        #expect(json["prerequisites_met"] == .bool(true))
        #expect(json["missing_prerequisites"] == .array([]))
        #expect(json["points"] == .string("13900"))
        #expect(json["increase_rate"] == .string("0"))
        #expect(json["amount_cents"] == .integer(9_730_000))
        #expect(json["guaranteed_minimum_applied"] == .bool(false))
        #expect(json["advance_cents"] == .integer(3_570_000))
        let indicators = try #require(json["indicators"]?.arrayValue)
        #expect(indicators.compactMap { $0["id"]?.stringValue } == AciIndicatorID.allCases.map(\.rawValue))
        let coordination = try #require(indicators.first { $0["id"]?.stringValue == "A2-COO" })
        let expected =
            #"{"id":"A2-COO","kind":"prerequisite","points":"2700","amount_cents":1890000,"explanation":["1000 + 1700 × 4000 / 4000"]}"#
        #expect(coordination.text == expected)
    }

    @Test("An array answers an array in the same order; an empty one an empty one")
    func arrays() throws {
        let json = try answer(
            #"[{"exercise": 2023, "patients": 3000, "professionals": 3}, {"exercise": 2017, "patients": 1, "professionals": 2}]"#)
        #expect(json.arrayValue?.map { $0["exercise"]?.intValue } == [2023, 2017])
        #expect(json.arrayValue?.map { $0["indicators"]?.arrayValue?.count } == [20, 12])
        #expect(try answer("[]") == .array([]))
    }

    @Test("Faults in an array name the element")
    func arrayFaults() throws {
        let document = try ACI.json(
            #"[{"exercise": 2023, "patients": 1, "professionals": 1}, 7, {"exercise": 2023, "patients": -4, "professionals": 1, "opening": {"x": 1}}]"#
        )
        #expect(throws: DocumentRefusal.self) { try simulator.answer(document) }
        do { _ = try simulator.answer(document) } catch {
            #expect(error.faults.map(\.field) == ["[1]", "[2].patients", "[2].opening.x"])
            #expect(error.description.split(separator: "\n").count == 3)
            #expect(error.description.contains("[2].patients : Ce nombre ne peut pas être négatif (-4)."))
        }
    }

    @Test(
        "Explanations carry the figures used",
        arguments: [
            (
                #""concertation": {"meetings": 6, "files": 30, "eligible_patients": 650}"#, AciIndicatorID.concertation,
                ["1000 × 4000 / 4000 × 4,61 / 5", "Taux d’atteinte : 30 / 650 = 4,61 %, tronqué à 2 décimales ; moins de 5 %."]
            ),
            (
                #""concertation": {"meetings": 5, "files": 30, "eligible_patients": 650}"#, .concertation,
                ["0", "5 réunions, le minimum est 6."]
            ),
            (
                #""coordination": false"#, .coordination,
                ["0", "Part fixe : il manque « fonction de coordination en place »."]
            ),
            (
                #""information_system": {"standard": true, "acquired_on": "2023-07-01"}"#, .informationSystem,
                ["(500 + 200 × 13) × 184 / 365", "Acquisition du logiciel : 184 / 365 de l’année."]
            ),
            (
                #""public_health_missions": 3"#, .publicHealthMissions,
                ["350 × 2 × 4000 / 4000", "3 déclarés, 2 comptés au plus (missions de santé publique)."]
            ),
        ] as [(String, AciIndicatorID, [String])])
    func explanations(members: String, id: AciIndicatorID, lines: [String]) throws {
        let result = try ACI.msp(members)
        let explanation = try #require(result.line(id)).working.explanation.map { $0.replacing("\u{A0}", with: " ") }
        #expect(explanation == lines)
    }

    @Test("Points are never rounded and have no trailing zeros; a number without end is cut after 20 digits")
    func decimals() throws {
        #expect(Fraction(4125, over: 2).decimal.normalized.description == "2062.5")
        #expect(Fraction(24_000, over: 13).decimal.description == "1846.15384615384615384615")
        #expect(Fraction(-1, over: 4).decimal.description == "-0.25")
        #expect(Fraction(1, over: 2).roundedHalfUp == 1)
        #expect(Fraction(49, over: 100).roundedHalfUp == 0)
        #expect(Fraction(Int128.max, 1) + .one == .lost)
        #expect((Fraction(Int128.max, 1) * Fraction(3)).roundedHalfUp == nil)
        #expect(Fraction(1, over: 3) < Fraction(1, over: 2))
    }

    @Test("Fractions are kept reduced, whatever the two numbers")
    func reduced() {
        var numbers = SeededNumbers(7)
        for _ in 0..<20_000 {
            let (a, b) = (Int.random(in: -5_000...5_000, using: &numbers), Int.random(in: 1...5_000, using: &numbers))
            let factor = Int.random(in: 1...1_000_000, using: &numbers)
            var (x, y) = (abs(a), b)
            while y != 0 { (x, y) = (y, x % y) }
            let fraction = Fraction(a * factor, over: b * factor)
            #expect(fraction.numerator == Int128(a / x) && fraction.denominator == Int128(b / x))
        }
        #expect(Fraction(0, over: 12) == .zero && Fraction(12, over: 12) == .one && Fraction(1, over: 0).isLost)
    }

    @Test("The largest numbers that the reader accepts still give an exact result")
    func largest() throws {
        var members = ACI.everything.replacing(
            #"{"meetings": 6, "files": 50, "eligible_patients": 1000}"#,
            with: #"{"meetings": 99999999, "files": 4999999, "eligible_patients": 99999971, "rate_precision": "exact"}"#)
        members += #", "precarity": {"css_rate": 30.123457, "ame_rate": 1.999999}, "contract": {"starts_on": "2023-05-11"}"#
        members = members.replacing(#""advanced": true"#, with: #""advanced": true, "acquired_on": "2023-03-07""#)
        let result = try ACI.msp(patients: 99_999_999, professionals: 99_999_999, members)
        #expect(result.prerequisitesMet && result.amountCents > 0 && result.advanceCents > 0)
        #expect(result.lines.allSatisfy { !$0.points.isLost })
    }
}
