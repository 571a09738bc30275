import Kernel

/// Something achieved in an exercise, dated: a protocol written, a level of quality reached, a trainee.
struct Achievement: Sendable, Equatable {
    let id: Identifier
    let fact: Fact
    /// Units for a count, the level for a level, the rank for a choice, 1 for a flag.
    let quantity: Int
    let title: String
    let day: CivilDate
}

/// A concertation held and closed, with the situations it discussed.
struct ConcertationFact: Sendable, Equatable {
    let id: Identifier
    let day: CivilDate
    let files: Int
    /// Number of its entry in the evidence ledger.
    let evidence: Int
    /// The situations themselves, as far as the meeting told them.
    var cases: [Identifier] = []
}

/// Concertations held before the house kept meetings, as somebody declared them with a piece that stands.
struct DeclaredConcertations: Sendable, Equatable {
    let id: Identifier
    let from: CivilDate
    let to: CivilDate
    let meetings: Int
    let files: Int
    /// What proves them.
    let piece: String

    /// « RCP déclarées, janvier à mars 2026 »; the days where they are no whole months.
    static func title(from: CivilDate, to: CivilDate) -> String {
        guard from.day == 1, to.adding(days: 1).day == 1 else { return "RCP déclarées du \(French.date(from)) au \(French.date(to))" }
        let last = French.month(to)
        guard from.month != to.month, let first = French.month(from).split(separator: "\u{A0}").first else {
            return "RCP déclarées, \(last)"
        }
        return "RCP déclarées, \(first) à \(last)"
    }

    var title: String { Self.title(from: from, to: to) }
}

/// What a person says once for the exercise; nil takes the figure that the house already has.
struct YearParameters: Sendable, Equatable {
    var patients: Int?
    var professionals: Int?
    var eligiblePatients: Int?
    var css: ExactDecimal?
    var ame: ExactDecimal?
    var nationalCSS: ExactDecimal?
    var nationalAME: ExactDecimal?
    var unscheduledCare = false
    var weekdayHours: ExactDecimal?
    var saturdayMorning = false
    var holidayClosureWeeks: ExactDecimal?
    var otherClosureWeeks: ExactDecimal?
    var onCallDerogation = false
    var crisisDeclared = false
    var acquiredOn: CivilDate?
    /// The contract that covers the exercise; else the one before or after it; nil without a signed one.
    var contractStartsOn: CivilDate?
    var contractEndsOn: CivilDate?
    var healthProjectFiledOn: CivilDate?
    /// Where patients and rates come from, and the day that they describe.
    var figuresSource: String?
    var figuresAsOf: CivilDate?
}

/// Everything that an exercise is computed from, each fact with its day: the state of any day of the year follows from it.
struct YearFacts: Sendable {
    let exercise: Int
    var parameters: YearParameters
    /// Patients of the MSP's own sheet, used when the exercise says nothing.
    var sheetPatients: Int?
    var team: TeamOverTime
    var achievements: [Achievement]
    var concertations: [ConcertationFact]
    /// Those of the months before, on the word of a piece; they count from their last day on.
    var declared: [DeclaredConcertations] = []
    /// How a file that comes back is counted, as the rules say.
    var filesCounted = ConcertationRate.FilesCounted.discussions

    private var firstDay: CivilDate { CivilDate(year: exercise, month: 1, day: 1) ?? CivilDate(daysSinceEpoch: 0) }
    var lastDay: CivilDate { CivilDate(year: exercise, month: 12, day: 31) ?? CivilDate(daysSinceEpoch: 0) }

    /// The day itself, kept inside the exercise.
    func clamped(_ day: CivilDate) -> CivilDate { min(max(day, firstDay), lastDay) }

    /// The exercise as it stands at the end of a day; nothing that comes later counts.
    func input(on day: CivilDate) -> SimulationInput {
        let day = clamped(day)
        var input = SimulationInput(
            exercise: exercise, patients: parameters.patients ?? sheetPatients ?? 0,
            professionals: parameters.professionals ?? team.associates(on: day))
        input[.advancedPracticeNurse] = team.hasAdvancedPracticeNurse(on: day) ? 1 : 0
        input[.coordination] = team.hasCoordinator(on: day) ? 1 : 0
        input[.diversityLevel] = team.diversityLevel(on: day)
        opening(&input)
        input[.crisisDeclared] = parameters.crisisDeclared ? 1 : 0
        input[.eligiblePatients] = parameters.eligiblePatients ?? 0
        let held = concertations.filter { $0.day <= day }
        input[.meetings] = held.count + declared.filter { $0.to <= day }.reduce(0) { $0 + $1.meetings }
        input[.files] = files(filesCounted, on: day)
        for achievement in achievements where achievement.day <= day { achievement.add(to: &input) }
        input.acquiredOn = parameters.acquiredOn.flatMap { $0.year == exercise ? $0 : nil }
        input.contractStartsOn = parameters.contractStartsOn.flatMap { $0.year <= exercise ? $0 : nil }
        input.contractEndsOn = parameters.contractEndsOn.flatMap { $0.year >= exercise ? $0 : nil }
        input.healthProjectFiledOn = parameters.healthProjectFiledOn
        input.unpaid = unpaid
        if let css = parameters.css ?? parameters.ame.map({ _ in .zero }) {
            input.precarity = SimulationInput.Precarity(
                css: css, ame: parameters.ame ?? .zero, nationalCSS: parameters.nationalCSS, nationalAME: parameters.nationalAME)
        }
        return input
    }

    /// Files examined until the end of a day, those that come back counted each time or once.
    func files(_ counted: ConcertationRate.FilesCounted, on day: CivilDate) -> Int {
        let held = concertations.filter { $0.day <= clamped(day) }
        let discussions =
            held.reduce(0) { $0 + $1.files } + declared.filter { $0.to <= clamped(day) }.reduce(0) { $0 + $1.files }
        guard counted == .distinct else { return discussions }
        let told = held.flatMap(\.cases)
        return discussions - told.count + Set(told).count
    }

    /// Why nothing is paid for the exercise; nil when a signed contract covers a part of it.
    var unpaid: SimulationInput.Unpaid? {
        guard let start = parameters.contractStartsOn else { return .withoutContract }
        if start.year > exercise { return .beforeContract(start) }
        if let end = parameters.contractEndsOn, end.year < exercise { return .afterContract(end) }
        return nil
    }

    private func opening(_ input: inout SimulationInput) {
        input[.unscheduledCare] = parameters.unscheduledCare ? 1 : 0
        input[.saturdayMorning] = parameters.saturdayMorning ? 1 : 0
        input[.onCallDerogation] = parameters.onCallDerogation ? 1 : 0
        input.weekdayHours = parameters.weekdayHours ?? .zero
        input.holidayClosureWeeks = parameters.holidayClosureWeeks ?? .zero
        input.otherClosureWeeks = parameters.otherClosureWeeks ?? .zero
    }

    /// The exercise on its last day if what is counted goes on as it went until this day: counts in proportion to the days,
    /// whole units only; levels, flags and circumstances as they stand.
    func inputAtPace(of day: CivilDate) -> SimulationInput {
        let day = clamped(day)
        var input = input(on: day)
        let start = max(firstDay, min(parameters.contractStartsOn ?? firstDay, lastDay))
        let end = max(start, min(parameters.contractEndsOn ?? lastDay, lastDay))
        let elapsed = day.daysSinceEpoch - start.daysSinceEpoch + 1
        let whole = end.daysSinceEpoch - start.daysSinceEpoch + 1
        guard elapsed > 0, elapsed < whole else { return input }
        for fact in Fact.allCases where fact.shape == .count && !fact.isCircumstance {
            input[fact] = input[fact] * whole / elapsed
        }
        return input
    }
}

extension Achievement {
    /// Counts add up; of levels, choices and flags the greatest holds.
    fileprivate func add(to input: inout SimulationInput) {
        if fact.shape == .count {
            input[fact] += quantity
        } else {
            input[fact] = max(input[fact], min(quantity, fact.greatest ?? quantity))
        }
    }
}
