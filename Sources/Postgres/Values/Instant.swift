/// A point in time: microseconds since 1970-01-01 00:00 UTC, the resolution of PostgreSQL's `timestamptz`.
public struct Instant: Hashable, Sendable, Comparable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let microseconds: Int64

    /// An instant by its microseconds since 1970-01-01 00:00 UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The system clock's time.
    public static var now: Instant { Instant(microseconds: CalendarClock.now()) }

    /// The instant so many seconds later (earlier when negative). Stops at the ends of the range.
    public func adding(seconds: Int) -> Instant {
        let (delta, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        return overflow ? Instant(microseconds: seconds < 0 ? .min : .max) : adding(microseconds: delta)
    }

    /// The instant so many seconds later, to the microsecond.
    public func adding(seconds: Double) -> Instant {
        guard let delta = Int64(exactly: (seconds * 1_000_000).rounded()) else { return Instant(microseconds: seconds < 0 ? .min : .max) }
        return adding(microseconds: delta)
    }

    /// The instant so many minutes later (earlier when negative). Stops at the ends of the range.
    public func adding(minutes: Int) -> Instant {
        let (seconds, overflow) = minutes.multipliedReportingOverflow(by: 60)
        return adding(seconds: overflow ? (minutes < 0 ? .min : .max) : seconds)
    }

    private func adding(microseconds delta: Int64) -> Instant {
        let (sum, overflow) = microseconds.addingReportingOverflow(delta)
        return Instant(microseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// Seconds from the other instant to this one; negative when this one is earlier.
    public func timeIntervalSince(_ other: Instant) -> Double {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(other.microseconds)
        return overflow ? Double(microseconds) / 1e6 - Double(other.microseconds) / 1e6 : Double(difference) / 1e6
    }

    /// Earlier instants come first.
    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
}

extension Instant: CustomStringConvertible {
    /// ISO 8601 in UTC, without trailing zeros in the fraction: `2026-11-21T20:25:37.123456Z`.
    public var iso8601: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The ISO 8601 text.
    public var description: String { iso8601 }

    /// Appends the ISO 8601 text as ASCII bytes.
    public func append(to bytes: inout [UInt8]) {
        // Text has four digits for the year: what lies outside is written as the nearest end.
        let value = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
        let perDay: Int64 = 86_400_000_000
        let days = Int((value >= 0 ? value : value - (perDay - 1)) / perDay)
        var rest = Int(value - Int64(days) * perDay)
        CivilDate(daysSinceEpoch: days).append(to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(digits: rest / 3_600_000_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: rest / 60_000_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: rest / 1_000_000 % 60, width: 2)
        rest %= 1_000_000
        if rest > 0 {
            var width = 6
            while rest % 10 == 0 {
                rest /= 10
                width -= 1
            }
            bytes.append(UInt8(ascii: "."))
            bytes.append(digits: rest, width: width)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads ISO 8601 with a zone (`Z` or an offset); nil for anything else, also without a zone.
    public init?(iso8601 text: String) {
        var reader = DigitReader(text.utf8)
        guard let date = reader.date(), reader.take("T") || reader.take("t") || reader.take(" "),
            let time = reader.microsecondsOfDay(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        self.init(date: date, microsecondsOfDay: time, offset: offset)
    }

    /// Days, time of day and seconds east of UTC put together; years 1 to 9999 cannot overflow.
    init(date: CivilDate, microsecondsOfDay: Int64, offset: Int) {
        self.init(microseconds: (Int64(date.daysSinceEpoch) * 86_400 - Int64(offset)) * 1_000_000 + microsecondsOfDay)
    }
}

extension Instant: Codable {
    /// Reads ISO 8601 text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Instant(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 instant")
        }
        self = value
    }

    /// Writes ISO 8601 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}
