import Kernel

/// Parts of an exercise that a contract or a software covers.
struct YearShare: Sendable, Equatable {
    /// Days, or months, covered; and those of the whole year.
    let covered: Int
    let whole: Int

    /// The part as a number, 0 to 1.
    var value: Fraction { Fraction(covered, over: whole) }
    /// True when the whole year is covered.
    var isWhole: Bool { covered == whole }

    /// The part from one day to another, both included. A month that is begun counts whole.
    /// - Parameters:
    ///   - start: nil covers the exercise from its first day.
    ///   - end: nil covers it to its last day.
    init(of exercise: Int, from start: CivilDate?, to end: CivilDate? = nil, _ basis: TotalRules.ProrationBasis) {
        let length = Self.length(of: exercise)
        switch basis {
        case .days: whole = length
        case .months: whole = 12
        }
        guard let first = CivilDate(year: exercise, month: 1, day: 1), let last = CivilDate(year: exercise, month: 12, day: 31) else {
            covered = whole
            return
        }
        let (from, to) = (max(start ?? first, first), min(end ?? last, last))
        guard from <= to else {
            covered = 0
            return
        }
        switch basis {
        case .days: covered = to.daysSinceEpoch - from.daysSinceEpoch + 1
        case .months: covered = to.month - from.month + 1
        }
    }

    /// 365 or 366.
    private static func length(of year: Int) -> Int {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365
    }
}

extension TotalRules.GuaranteedMinimum {
    /// True when the structure is new in an exercise: project filed less than so many months before the contract, exercise
    /// among the first civil years of the contract.
    func covers(exercise: Int, contract start: CivilDate?, project filed: CivilDate?) -> Bool {
        guard let start, let filed, filed <= start, exercise >= start.year, exercise < start.year + civilYears.whole else { return false }
        return start < Self.adding(months: projectAge.whole, to: filed)
    }

    /// The same day so many months later; the last of the month when it does not exist.
    private static func adding(months: Int, to day: CivilDate) -> CivilDate {
        let month = day.month - 1 + months
        let (year, rank) = (day.year + month / 12, month % 12 + 1)
        for candidate in stride(from: day.day, through: 28, by: -1) {
            if let date = CivilDate(year: year, month: rank, day: candidate) { return date }
        }
        return CivilDate(year: year, month: rank, day: day.day) ?? day
    }
}
