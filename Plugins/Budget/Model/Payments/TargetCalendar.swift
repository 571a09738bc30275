import Kernel

/// Days on which euro transfers settle between banks (calendar of T2, formerly TARGET2): no Saturday, no Sunday, no 1 January,
/// Good Friday, Easter Monday, 1 May, 25 and 26 December. It is not the calendar of French public holidays.
enum TargetCalendar {
    static func isOpen(_ day: CivilDate) -> Bool {
        if day.weekday >= 6 { return false }
        switch (day.month, day.day) {
        case (1, 1), (5, 1), (12, 25), (12, 26): return false
        default: break
        }
        let easter = easter(day.year)
        return day != easter.adding(days: -2) && day != easter.adding(days: 1)
    }

    /// The day itself when it is open, else the next open one.
    static func next(from day: CivilDate) -> CivilDate {
        var day = day
        while !isOpen(day) { day = day.adding(days: 1) }
        return day
    }

    /// Easter Sunday (formats.md 8: Gregorian algorithm of Meeus and Butcher).
    static func easter(_ year: Int) -> CivilDate {
        let a = year % 19
        let (b, c) = (year / 100, year % 100)
        let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let sum = h + l - 7 * m + 114
        // Always 22 March to 25 April.
        return CivilDate(year: year, month: sum / 31, day: sum % 31 + 1) ?? CivilDate(daysSinceEpoch: 0)
    }
}
