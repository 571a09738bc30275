public import Postgres

/// French formats, as pure functions. Nothing else in the house writes a date, a time or an amount for people.
///
/// Spaces never break: U+00A0 inside times and before units, U+202F between thousands and before `%`.
public enum French {
    static let space = "\u{00A0}"
    static let narrowSpace = "\u{202F}"
    static let minus = "\u{2212}"

    static let months = [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ]
    static let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]

    // MARK: Days

    /// `21/11/2026`.
    public static func date(_ day: CivilDate) -> String {
        "\(twoDigits(day.day))/\(twoDigits(day.month))/\(fourDigits(day.year))"
    }

    /// `samedi 21 novembre 2026`; the first of a month is `1er`.
    public static func longDate(_ day: CivilDate) -> String {
        "\(weekday(day)) \(mediumDate(day))"
    }

    /// `21 novembre 2026`.
    public static func mediumDate(_ day: CivilDate) -> String {
        "\(dayAndMonth(day))\(space)\(day.year)"
    }

    /// `21 novembre`.
    public static func dayAndMonth(_ day: CivilDate) -> String {
        "\(day.day == 1 ? "1er" : String(day.day))\(space)\(months[day.month - 1])"
    }

    /// `sam. 21 nov.`: for narrow columns; the year is understood.
    public static func shortDate(_ day: CivilDate) -> String {
        let names = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
        return "\(weekday(day).prefix(3)).\(space)\(day.day == 1 ? "1er" : String(day.day))\(space)\(names[day.month - 1])"
    }

    /// `novembre 2026`.
    public static func month(_ day: CivilDate) -> String {
        "\(months[day.month - 1])\(space)\(day.year)"
    }

    /// `samedi`.
    public static func weekday(_ day: CivilDate) -> String {
        weekdays[(day.weekday - 1) % 7]
    }

    /// `S47`: the ISO week, that of the week's Thursday.
    public static func week(_ day: CivilDate) -> String {
        let thursday = day.adding(days: 4 - day.weekday)
        guard let newYear = CivilDate(year: thursday.year, month: 1, day: 1) else { return "" }
        return "S\((thursday.daysSinceEpoch - newYear.daysSinceEpoch) / 7 + 1)"
    }

    // MARK: Times

    /// `18 h 30`, `20 h`: in sentences.
    public static func time(_ hour: Int, _ minute: Int) -> String {
        minute == 0 ? "\(hour)\(space)h" : "\(hour)\(space)h\(space)\(twoDigits(minute))"
    }

    /// `18:30`: in tables.
    public static func clock(_ hour: Int, _ minute: Int) -> String {
        "\(twoDigits(hour)):\(twoDigits(minute))"
    }

    /// `18 h 30`: in sentences.
    public static func time(_ moment: LocalTime) -> String { time(moment.hour, moment.minute) }

    /// `18:30`: in tables.
    public static func clock(_ moment: LocalTime) -> String { clock(moment.hour, moment.minute) }

    /// `18 h 30 – 20 h`.
    public static func timeRange(_ from: LocalTime, _ to: LocalTime) -> String {
        "\(time(from))\(space)– \(time(to))"
    }

    /// `samedi 21 novembre 2026 à 18 h 30`.
    public static func longDateTime(_ moment: LocalTime) -> String {
        "\(longDate(moment.date)) à \(time(moment))"
    }

    /// `21/11/2026 18:30`: in tables.
    public static func dateTime(_ moment: LocalTime) -> String {
        "\(date(moment.date))\(space)\(clock(moment))"
    }

    /// `1 h 15`, `45 min`, `2 h`, `37 h 30`.
    /// - Parameter minutes: the duration in minutes.
    public static func duration(minutes: Int) -> String {
        let sign = minutes < 0 ? minus : ""
        let length = minutes.magnitude
        if length < 60 { return "\(sign)\(length)\(space)min" }
        let hours = "\(sign)\(grouped(String(length / 60)))\(space)h"
        return length % 60 == 0 ? hours : "\(hours)\(space)\(twoDigits(Int(length % 60)))"
    }

    // MARK: Digits

    static func twoDigits(_ number: Int) -> String {
        number < 10 && number >= 0 ? "0\(number)" : String(number)
    }

    private static func fourDigits(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number)
    }

    /// Thousands separated by a narrow no-break space.
    static func grouped(_ digits: String) -> String {
        guard digits.utf8.count > 3 else { return digits }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { result += narrowSpace }
            result.append(digit)
        }
        return result
    }
}
