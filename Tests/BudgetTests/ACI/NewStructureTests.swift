import Kernel
import Testing

@testable import Budget

@Suite("New structures, parts of a year")
struct NewStructureTests {
    /// Prerequisites only, a tiny structure: 800 + 100 + 1042.5 + 700 = 2642.5 points, 18 497,50 €.
    private func small(exercise: Int, starts: String, filed: String, _ members: String = #""coordination": true"#) throws -> Simulation {
        try ACI.msp(
            patients: 100, professionals: 1, exercise: exercise,
            """
            "opening": {"unscheduled_care": true, "weekday_hours": 12, "saturday_morning": true}, "crisis": {"plan": true}, \(members),
            "information_system": {"standard": true}, "contract": {"starts_on": "\(starts)", "health_project_filed_on": "\(filed)"}
            """)
    }

    @Test("The guaranteed minimum holds for two civil years, whole in the second")
    func minimum() throws {
        let first = try small(exercise: 2023, starts: "2023-01-01", filed: "2022-06-01")
        #expect(first.guaranteedMinimumApplied && first.amountCents == 2_000_000 && first.advanceCents == 1_200_000)
        let second = try small(exercise: 2024, starts: "2023-01-01", filed: "2022-06-01")
        #expect(second.guaranteedMinimumApplied && second.amountCents == 2_000_000)
        let third = try small(exercise: 2025, starts: "2023-01-01", filed: "2022-06-01")
        #expect(!third.guaranteedMinimumApplied && third.amountCents == 1_849_750)
        #expect(third.advanceCents < 1_200_000)
    }

    @Test("In the year of the contract the minimum and the advance follow the part of the year")
    func prorated() throws {
        let result = try small(exercise: 2023, starts: "2023-07-01", filed: "2023-01-01")
        #expect(!result.guaranteedMinimumApplied && result.amountCents == 1_849_750)  // more than 20 000 € × 184 / 365
        #expect(result.advanceCents == 604_932)  // 12 000 € × 184 / 365
    }

    @Test("A project filed a year before the contract is not new; a day less is")
    func age() throws {
        #expect(try small(exercise: 2024, starts: "2023-03-01", filed: "2022-03-02").guaranteedMinimumApplied)
        #expect(try !small(exercise: 2024, starts: "2023-03-01", filed: "2022-03-01").guaranteedMinimumApplied)
        let rules = try #require(ACI.book.ruleSet(for: 2023)).total.guaranteedMinimum
        let start = CivilDate(year: 2023, month: 3, day: 1)
        #expect(!rules.covers(exercise: 2023, contract: start, project: CivilDate(year: 2022, month: 3, day: 1)))
        #expect(rules.covers(exercise: 2023, contract: start, project: CivilDate(year: 2022, month: 3, day: 2)))
        #expect(!rules.covers(exercise: 2023, contract: start, project: nil))
        #expect(
            rules.covers(exercise: 2024, contract: start, project: start) && !rules.covers(exercise: 2025, contract: start, project: start))
        #expect(!rules.covers(exercise: 2022, contract: start, project: start))
    }

    @Test("A missing prerequisite leaves nothing, a new structure too")
    func missing() throws {
        let result = try small(exercise: 2023, starts: "2023-01-01", filed: "2022-06-01", #""coordination": false"#)
        #expect(result.amountCents == 0 && !result.guaranteedMinimumApplied)
        #expect(result.missingPrerequisites == [.coordination])
    }

    @Test("The minimum of meetings follows the contract: four from 1 July counted in days, three in months")
    func meetings() throws {
        func points(_ meetings: Int, _ starts: String) throws -> String {
            try ACI.msp(
                #""concertation": {"meetings": \#(meetings), "files": 50, "eligible_patients": 650}, "contract": {"starts_on": "\#(starts)"}"#
            ).points(.concertation)
        }
        #expect(try points(5, "2023-01-01") == "0" && points(6, "2023-01-01") == "1000")
        #expect(try points(3, "2023-07-01") == "0")
        #expect(try points(4, "2023-07-01").hasPrefix("504.109589"))
        #expect(try points(6, "2019-07-01") == "1000")
    }

    @Test("Parts of a year in days and in months")
    func shares() {
        let start = CivilDate(year: 2024, month: 7, day: 1)
        #expect(YearShare(of: 2024, from: start, .days).value == Fraction(184, over: 366))
        #expect(YearShare(of: 2024, from: start, .months).value == Fraction(1, over: 2))
        #expect(YearShare(of: 2025, from: start, .days).isWhole)
        #expect(YearShare(of: 2023, from: start, .days).covered == 0)
        #expect(YearShare(of: 2023, from: CivilDate(year: 2023, month: 12, day: 31), .days).value == Fraction(1, over: 365))
        #expect(YearShare(of: 2023, from: nil, .months).isWhole)
    }

    @Test("A contract that ends within the year covers its part, as one that begins in it does")
    func lastYear() throws {
        let end = try #require(CivilDate(year: 2024, month: 6, day: 30))
        #expect(YearShare(of: 2024, from: nil, to: end, .days).value == Fraction(182, over: 366))
        #expect(YearShare(of: 2024, from: nil, to: end, .months).value == Fraction(1, over: 2))
        #expect(YearShare(of: 2023, from: nil, to: end, .days).isWhole && YearShare(of: 2025, from: nil, to: end, .days).covered == 0)
        let start = try #require(CivilDate(year: 2024, month: 6, day: 30))
        #expect(YearShare(of: 2024, from: start, to: end, .days).covered == 1)
        let whole = try ACI.msp(#""concertation": {"meetings": 6, "files": 50, "eligible_patients": 650}"#)
        let half = try ACI.msp(
            #""concertation": {"meetings": 6, "files": 50, "eligible_patients": 650}, "contract": {"ends_on": "2023-06-30"}"#)
        #expect(half.advanceCents < whole.advanceCents && half.advanceCents > 0)
        #expect(half.points(.concertation).hasPrefix("495.890410"))
    }

    @Test("A software acquired after the exercise gives nothing, and the prerequisite is missing")
    func acquiredLater() throws {
        let result = try ACI.msp(#""information_system": {"standard": true, "acquired_on": "2024-01-02"}"#)
        #expect(result.points(.informationSystem) == "0")
        #expect(result.missingPrerequisites.contains(.informationSystem))
    }
}
