import Kernel

/// One meeting of the demonstration that was held.
struct DemoMeeting: Sendable {
    let id: Identifier
    let type: MeetingType
    let day: CivilDate
    let starts: Instant
    let invited: [Identifier]
    let present: Int
    /// Situations discussed, with true when one comes back.
    let situations: [DemoSituation]
    let index: Int
}

/// A situation in the demonstration: a number, a theme, never a person.
struct DemoSituation: Sendable {
    let id: Identifier
    let code: String
    let isReturn: Bool
    let ordinal: Int

    private static let themes = [
        "HOME_CARE", "POLYMEDICATION", "CKD", "WOUND", "FALLS", "HEART_FAILURE", "DIABETES", "COGNITIVE", "PALLIATIVE", "MALNUTRITION",
        "MENTAL",
        "CAREGIVER", "COPD", "HOSPITAL_RETURN", "PRECARITY", "PAIN",
    ]
    private static let bands = ["80_PLUS", "65_79", "40_64", "80_PLUS", "18_39", "65_79", "0_17"]
    private static let outputs = ["PPCS", "NONE", "DAC_REFERRAL", "HOSPITAL_CONTACT", "SOCIAL_REFERRAL", "SAFETY_MEASURE", "PROTOCOL_IDEA"]

    var theme: String { Self.themes[ordinal % Self.themes.count] }
    var ageBand: String { Self.bands[ordinal % Self.bands.count] }
    var output: String { Self.outputs[ordinal % Self.outputs.count] }
    /// Two in three agreed; the others stay anonymous.
    var consent: Consent { ordinal % 3 == 2 ? (ordinal % 2 == 0 ? .refused : .notAsked) : .yes }

    /// Numbers of one year: each tenth discussion takes up a situation of an earlier meeting.
    static func year(_ msp: DemoMsp, _ year: Int, count: Int, allNew: Bool) -> [DemoSituation] {
        var last = 0
        return (0..<count).map { index in
            // No meeting discusses more than eight situations, so nine numbers back is an earlier meeting.
            let isReturn = !allNew && index % 10 == 9 && last > 9
            if !isReturn { last += 1 }
            let number = isReturn ? last - 9 : last
            return DemoSituation(
                id: .derived(from: "demo.case.\(msp.key).\(year).\(number)"),
                code: CaseCode.text(prefix: msp.key, year: year, number: number), isReturn: isReturn,
                ordinal: number + Int(msp.key.utf8.first ?? 65))
        }
    }
}
