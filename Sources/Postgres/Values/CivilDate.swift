/// A day of the Gregorian calendar, without time or zone. Years 1 to 9999.
public struct CivilDate: Hashable, Sendable, Comparable {
    /// Year, 1 to 9999.
    public let year: Int
    /// Month, 1 to 12.
    public let month: Int
    /// Day of the month, 1 to 31.
    public let day: Int

    /// A day that exists, or nil: 30 February is refused.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year) else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    /// Reads `2026-11-21`; nil for anything else.
    public init?(_ iso: String) {
        var reader = DigitReader(iso.utf8)
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self = date
    }

    /// The day that lies a number of days after 1970-01-01; held within years 1 to 9999.
    public init(daysSinceEpoch days: Int) {
        let (year, month, day) = Self.civil(fromDays: min(max(days, Self.firstDay), Self.lastDay))
        self.init(uncheckedYear: year, month: month, day: day)
    }

    private init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 1970-01-01, negative before it.
    public var daysSinceEpoch: Int { Self.days(year: year, month: month, day: day) }

    /// The day so many days later (earlier when negative); held within years 1 to 9999.
    public func adding(days: Int) -> CivilDate {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        return CivilDate(daysSinceEpoch: overflow ? (days < 0 ? Self.firstDay : Self.lastDay) : sum)
    }

    /// ISO weekday: 1 is Monday, 7 is Sunday.
    public var weekday: Int {
        let remainder = (daysSinceEpoch + 3) % 7  // 1970-01-01 was a Thursday
        return (remainder < 0 ? remainder + 7 : remainder) + 1
    }

    /// Earlier days come first.
    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }

    /// Number of days in a month of a year.
    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let firstDay = -719_162  // 0001-01-01
    private static let lastDay = 2_932_896  // 9999-12-31

    /// Days since 1970-01-01 of a civil date (proleptic Gregorian; eras of 400 years that start in March).
    static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse of `days(year:month:day:)`.
    static func civil(fromDays days: Int) -> (Int, Int, Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension CivilDate: CustomStringConvertible {
    /// ISO text, `2026-11-21`.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(10)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the ISO text as ASCII bytes.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(digits: year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: day, width: 2)
    }
}

extension CivilDate: Codable {
    /// Reads ISO text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = CivilDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO date")
        }
        self = value
    }

    /// Writes ISO text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
