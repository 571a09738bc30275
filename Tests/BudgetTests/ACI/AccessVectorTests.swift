import Kernel
import Testing

@testable import Budget

@Suite("ACI vectors, axis 1")
struct AccessVectorTests {
    @Test("D05: two public-health missions, 3000 patients, no IPA")
    func missions() throws {
        // 350 V each: 350 × 3000 / 4000 = 262.5, twice.
        let result = try ACI.msp(patients: 3000, #""public_health_missions": 2"#)
        #expect(result.points(.publicHealthMissions) == "525")
        #expect(result.cents(.publicHealthMissions) == 367_500)
    }

    @Test("D06: users, both levels, 3000 patients")
    func users() throws {
        let result = try ACI.msp(patients: 3000, #""users": {"level1": true, "level2": true}"#)
        #expect(result.points(.users) == "425")
        #expect(result.cents(.users) == 297_500)
    }

    private func opening(_ hours: String, saturday: Bool, weeks: String, derogation: Bool = false, care: Bool = true) throws -> String {
        let members =
            #""opening": {"unscheduled_care": \#(care), "weekday_hours": \#(hours), "saturday_morning": \#(saturday), "#
            + #""holiday_closure_weeks": \#(weeks), "on_call_derogation": \#(derogation)}"#
        let result = try ACI.msp(members)
        let points = result.points(.openingHours)
        #expect(result.cents(.openingHours) == (Int(points) ?? -1) * 700)
        return points
    }

    @Test(
        "D13: opening, no derogation, 12 hours or more",
        arguments: [
            (true, "0", "800"), (true, "3", "780"), (true, "3.5", "0"), (false, "0", "680"), (false, "3", "660"), (false, "4", "0"),
        ])
    func opening12(saturday: Bool, weeks: String, points: String) throws {
        #expect(try opening("12", saturday: saturday, weeks: weeks) == points)
        #expect(try opening("13.5", saturday: saturday, weeks: weeks) == points)
    }

    @Test(
        "D14: opening, 10 to 12 hours",
        arguments: [(true, "0", "740"), (true, "1", "720"), (true, "4", "0"), (false, "0", "620"), (false, "2", "600"), (false, "4", "0")])
    func opening10(saturday: Bool, weeks: String, points: String) throws {
        #expect(try opening("10", saturday: saturday, weeks: weeks) == points)
        #expect(try opening("11.99", saturday: saturday, weeks: weeks) == points)
    }

    @Test("Opening, 8 to 10 hours: 650; under 8 hours: 0", arguments: [("8", "650"), ("9.5", "650"), ("7.99", "0"), ("0", "0")])
    func opening8(hours: String, points: String) throws {
        #expect(try opening(hours, saturday: true, weeks: "0") == points)
    }

    @Test("D15: opening with derogation, any amplitude", arguments: ["0", "7", "9", "10", "12", "24"])
    func derogation(hours: String) throws {
        #expect(try opening(hours, saturday: true, weeks: "0", derogation: true) == "800")
        #expect(try opening(hours, saturday: true, weeks: "3", derogation: true) == "780")
        #expect(try opening(hours, saturday: true, weeks: "4", derogation: true) == "0")
    }

    @Test("D16: no organisation of unscheduled care, nothing else counts")
    func withoutUnscheduledCare() throws {
        #expect(try opening("12", saturday: true, weeks: "0", care: false) == "0")
        #expect(try opening("12", saturday: true, weeks: "0", derogation: true, care: false) == "0")
    }

    @Test("More than one week closed outside the school holidays: 0", arguments: [("1", "800"), ("1.2", "0")])
    func otherClosure(weeks: String, points: String) throws {
        let members =
            #""opening": {"unscheduled_care": true, "weekday_hours": 12, "saturday_morning": true, "other_closure_weeks": \#(weeks)}"#
        #expect(try ACI.msp(members).points(.openingHours) == points)
    }

    @Test(
        "D17 to D20: levels of axis 1",
        arguments: [
            (#""diversity_level": 1"#, AciIndicatorID.diversity, "300", 210_000),
            (#""second_recourse_level": 2"#, .secondRecourse, "600", 420_000),
            (#""unscheduled_care_service": "all_doctors""#, .unscheduledCareService, "200", 140_000),
            (#""unscheduled_care_service": "all_requests""#, .unscheduledCareService, "200", 140_000),
            (#""unscheduled_care_service": "half_of_doctors""#, .unscheduledCareService, "100", 70_000),
            (#""crisis": {"plan": true}"#, .crisisPlan, "100", 70_000),
            (#""crisis": {"plan": true}"#, .crisisActions, "0", 0),
            (#""crisis": {"plan": true, "declared": true, "actions": true}"#, .crisisActions, "350", 245_000),
            (#""crisis": {"declared": true, "actions": true}"#, .crisisActions, "0", 0),
        ])
    func levels(members: String, id: AciIndicatorID, points: String, cents: Int) throws {
        let result = try ACI.msp(members)
        #expect(result.points(id) == points)
        #expect(result.cents(id) == cents)
    }
}
