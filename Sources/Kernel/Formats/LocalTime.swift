import Foundation
public import Postgres
import Synchronization

/// A moment on the clocks of a place. Inside the house time is an `Instant`; it becomes local at the edge only.
public struct LocalTime: Sendable, Hashable {
    /// The day on the calendars of the place.
    public let date: CivilDate
    /// 0 to 23.
    public let hour: Int
    /// 0 to 59.
    public let minute: Int
    /// 0 to 59.
    public let second: Int
    /// Seconds to add to UTC to get this local time.
    public let offset: Int

    /// The local time of an instant. An unknown zone is read as Europe/Paris: a page must show something.
    /// - Parameter zone: an IANA name such as `Europe/Paris` or `Indian/Reunion`.
    public init(_ instant: Instant, zone: String) {
        let seconds = Int((Double(instant.microseconds) / 1_000_000).rounded(.down))
        offset = TimeZones.offset(of: zone, at: seconds)
        let local = seconds + offset
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let time = local - day * 86_400
        date = CivilDate(daysSinceEpoch: day)
        hour = time / 3_600
        minute = time / 60 % 60
        second = time % 60
    }

    /// `2026-11-21T18:30`, the value of a date and time field.
    public var fieldValue: String { "\(date)T\(French.clock(hour, minute))" }

    /// What a local time means: in spring an hour does not exist, in autumn one exists twice.
    public enum Meaning: Sendable, Hashable {
        case exact(Instant)
        /// Both instants: before and after the clocks went back.
        case ambiguous(first: Instant, second: Instant)
        /// The clocks jump over it; the same duration after midnight leads to this instant.
        case nonexistent(shifted: Instant)

        /// The instant, or the first of two; nil when the hour does not exist.
        public var instant: Instant? {
            switch self {
            case .exact(let instant): instant
            case .ambiguous(let first, _): first
            case .nonexistent: nil
            }
        }
    }

    /// The instant of a day and time on the clocks of a place.
    public static func meaning(of date: CivilDate, _ hour: Int, _ minute: Int, zone: String) -> Meaning {
        let local = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60
        // The zone's offset changes at most once in two days: one of these two is the right one.
        let before = TimeZones.offset(of: zone, at: local - 86_400)
        let after = TimeZones.offset(of: zone, at: local + 86_400)
        let candidates = Set([before, after]).map { local - $0 }.filter { TimeZones.offset(of: zone, at: $0) == local - $0 }.sorted()
        let instants = candidates.map { Instant(microseconds: Int64($0) * 1_000_000) }
        switch instants.count {
        case 0: return .nonexistent(shifted: Instant(microseconds: Int64(local - before) * 1_000_000))
        case 1: return .exact(instants[0])
        default: return .ambiguous(first: instants[0], second: instants[1])
        }
    }

    /// The instant of an hour of a day, the first of two in autumn, the one the clocks jump to in spring.
    public static func soonest(_ date: CivilDate, _ hour: Int, _ minute: Int, zone: String) -> Instant {
        switch meaning(of: date, hour, minute, zone: zone) {
        case .exact(let instant), .ambiguous(let instant, _), .nonexistent(let instant): instant
        }
    }

    /// The first instant of a day in a place, the boundary of lists, totals and reports.
    public static func startOfDay(_ date: CivilDate, zone: String) -> Instant {
        soonest(date, 0, 0, zone: zone)
    }

    /// True when the name is a time zone of this machine.
    public static func isZone(_ name: String) -> Bool { TimeZone(identifier: name) != nil }
}

/// Time zones by name, each read once.
private enum TimeZones {
    private static let known = Mutex<[String: TimeZone]>([:])

    /// Seconds east of UTC at a time given in seconds since 1970.
    static func offset(of name: String, at seconds: Int) -> Int {
        zone(name).secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }

    private static func zone(_ name: String) -> TimeZone {
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard let zone = TimeZone(identifier: name) ?? TimeZone(identifier: "Europe/Paris") ?? TimeZone(secondsFromGMT: 0) else {
            return .gmt
        }
        // Names come from the database, so the table stays small; the bound is against a mistake.
        known.withLock { if $0.count < 200 { $0[name] = zone } }
        return zone
    }
}
