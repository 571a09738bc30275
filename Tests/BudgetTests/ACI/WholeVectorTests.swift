import Kernel
import Testing

@testable import Budget

@Suite("ACI vectors, whole structures")
struct WholeVectorTests {
    @Test("D23, D24: 4000 patients, 13 professionals, every indicator at its most, and its advance")
    func everything() throws {
        let result = try ACI.msp(exercise: 2025, ACI.everything)
        #expect(result.rules.id == "avenant-1-2023")
        #expect(result.prerequisitesMet)
        #expect(result.points == Fraction(13_900))
        #expect(result.amountCents == 9_730_000)
        #expect(result.advanceCents == 3_570_000)
        #expect(!result.guaranteedMinimumApplied)
    }

    @Test("D25: a small MSP, and its advance")
    func small() throws {
        let result = try ACI.msp(
            patients: 2500, professionals: 7,
            """
            "opening": {"unscheduled_care": true, "weekday_hours": 12, "saturday_morning": true}, "crisis": {"plan": true},
            "coordination": true, "protocols": 3, "concertation": {"meetings": 6, "files": 20, "eligible_patients": 400},
            "information_system": {"standard": true}
            """)
        #expect(result.points.decimal == ExactDecimal("5787.5"))
        #expect(result.amountCents == 4_051_250)
        #expect(result.advanceCents == 2_430_750)
    }

    @Test("D26: precarity, C2S 12.5 % and AME 1.4 % against 7.5 % and 0.4 %: 6 %, so 60 000 € become 63 600 €")
    func precarity() throws {
        let rates = #""css_rate": 12.5, "ame_rate": 1.4, "national_css_rate": 7.5, "national_ame_rate": 0.4"#
        let result = try ACI.msp(exercise: 2025, ACI.everything + #", "precarity": {\#(rates)}"#)
        #expect(result.increaseRate == ExactDecimal(6))
        // The vector's base cannot be built from whole points: the rate on its base, then the same rate on a whole structure.
        #expect((Fraction(6_000_000) * (Fraction.one + Fraction(result.increaseRate) / Fraction(100))).roundedHalfUp == 6_360_000)
        #expect(result.amountCents == 9_730_000 * 106 / 100)
    }

    @Test("D27: rules of 2017, 13 professionals, 4000 patients, all engagements")
    func rules2017() throws {
        let result = try ACI.msp(
            exercise: 2017,
            """
            "opening": {"unscheduled_care": true, "weekday_hours": 12, "saturday_morning": true},
            "diversity_level": 2, "second_recourse_level": 2, "public_health_missions": 2, "users": {"level1": true},
            "coordination": true, "protocols": 8, "concertation": {"meetings": 6, "files": 50, "eligible_patients": 1000},
            "trainees": 2, "external_coordination": true, "information_system": {"standard": true, "advanced": true}
            """)
        #expect(result.rules.status == .reconstructed)
        #expect(result.points == Fraction(10_500))
        #expect(result.amountCents == 7_350_000)
    }

    @Test("Rules of 2017, coordination of 3000 patients: 1712.5 points, 11 987,50 €")
    func coordination2017() throws {
        let result = try ACI.msp(patients: 3000, exercise: 2021, #""coordination": true"#)
        #expect(result.points(.coordination) == "1712.5")
        #expect(result.cents(.coordination) == 1_198_750)
    }

    @Test("D28: any MSP missing the information system gets nothing")
    func missing() throws {
        let result = try ACI.msp(ACI.everything.replacing(#""standard": true, "#, with: ""))
        #expect(result.missingPrerequisites == [.informationSystem])
        #expect(result.points == .zero)
        #expect(result.amountCents == 0)
        // What each indicator would give stays visible.
        #expect(result.points(.coordination) == "2700")
        #expect(result.pointsAtStake == Fraction(10_800))
    }

    @Test("The plan of crisis is optional in 2022, a prerequisite from 2023")
    func plan2022() throws {
        let members = ACI.everything.replacing(#""crisis": {"plan": true}, "#, with: "")
        let before = try ACI.msp(exercise: 2022, members)
        #expect(before.prerequisitesMet)
        #expect(before.amountCents == 13_800 * 700)
        #expect(before.advanceCents == 8400 * 420)
        let after = try ACI.msp(exercise: 2023, members)
        #expect(after.missingPrerequisites == [.crisisPlan])
        #expect(after.amountCents == 0)
    }
}
