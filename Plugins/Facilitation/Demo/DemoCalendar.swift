import Kernel

/// Days on which demonstration meetings were held.
enum DemoCalendar {
    /// `count` days spread from the first to the last day, moved to the next given weekday (1 = Monday), never in August,
    /// never two on one day.
    static func days(_ count: Int, from first: CivilDate, to last: CivilDate, weekday: Int) -> [CivilDate] {
        let span = max(1, last.daysSinceEpoch - first.daysSinceEpoch - 7)
        var days: [CivilDate] = []
        for index in 0..<count {
            var day = onOrAfter(first.adding(days: span * index / max(1, count)), weekday: weekday)
            if day.month == 8 { day = onOrAfter(day.adding(days: 28), weekday: weekday) }
            if let previous = days.last, day <= previous { day = previous.adding(days: 7) }
            days.append(day)
        }
        return days
    }

    static func onOrAfter(_ day: CivilDate, weekday: Int) -> CivilDate { day.adding(days: (weekday - day.weekday + 7) % 7) }

    /// The Thursday nearest to six days ahead: story 1 is always about to happen.
    static func storyThursday(_ today: CivilDate) -> CivilDate { onOrAfter(today.adding(days: 3), weekday: 4) }

    static func instant(_ day: CivilDate, _ hour: Int, _ minute: Int, zone: String) -> Instant {
        LocalTime.meaning(of: day, hour, minute, zone: zone).instant ?? LocalTime.startOfDay(day, zone: zone)
    }
}
