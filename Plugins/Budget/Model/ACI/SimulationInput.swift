import Kernel

/// What an MSP did in an exercise, as far as the accord pays for it. Checked when it is read from JSON.
public struct SimulationInput: Sendable, Equatable {
    /// Beneficiaries of complementary cover (C2S) and state medical aid (AME), in percent of the patients.
    struct Precarity: Sendable, Equatable {
        var css = ExactDecimal.zero
        var ame = ExactDecimal.zero
        /// Nil: those of the rule set for the exercise.
        var nationalCSS: ExactDecimal?
        var nationalAME: ExactDecimal?
    }

    /// Calendar year; selects the rule set.
    var exercise: Int
    private var counts: [Int]
    /// Hours a day on weekdays.
    var weekdayHours = ExactDecimal.zero
    /// Weeks closed in the school holidays, and outside them.
    var holidayClosureWeeks = ExactDecimal.zero
    var otherClosureWeeks = ExactDecimal.zero
    /// Nil: that of the rule set.
    var ratePrecision: RatePrecision?
    /// When the first software was acquired; nil counts the whole year.
    var acquiredOn: CivilDate?
    /// Nil: no increase is asked for.
    var precarity: Precarity?
    /// Start of the three-party contract; nil counts the whole year.
    var contractStartsOn: CivilDate?
    /// Its last day; nil counts to the end of the year.
    var contractEndsOn: CivilDate?
    /// Why the exercise is paid nothing, whatever was done in it; nil when a contract covers it or nobody asked.
    var unpaid: Unpaid?
    /// When the project was filed with the ARS; nil means that the structure is not new.
    var healthProjectFiledOn: CivilDate?

    /// A structure that did nothing yet.
    init(exercise: Int, patients: Int, professionals: Int) {
        self.exercise = exercise
        counts = Array(repeating: 0, count: Fact.allCases.count)
        self[.patients] = patients
        self[.professionals] = professionals
    }

    /// No contract covers the exercise.
    enum Unpaid: Sendable, Equatable {
        case withoutContract
        case beforeContract(CivilDate)
        case afterContract(CivilDate)
    }

    /// A counted fact; booleans are 0 or 1.
    subscript(_ fact: Fact) -> Int {
        get { counts[fact.rawValue] }
        set { counts[fact.rawValue] = newValue }
    }
}
