import Kernel

/// The day of an hour that somebody typed beside a meeting: an hour belongs to a day, and a meeting may last past midnight. Pure.
enum MeetingHours {
    /// What an hour means for a meeting.
    enum Meaning: Sendable, Equatable {
        case at(Instant)
        /// More than one moment fits as well as the other: ask.
        case doubtful([Instant])
        /// The clocks jump over it on the day it would belong to.
        case nonexistent
    }

    /// People arrive so long before the start at most.
    private static let before = 3 * 3600
    /// People leave, or are noted, so long after the end at most.
    private static let after = 12 * 3600

    /// Whether a meeting that begins now is held on another day than the one announced: a late evening past midnight is none.
    static func isOtherDay(_ start: Instant, than announced: Instant) -> Bool { abs(start.timeIntervalSince(announced)) > 12 * 3600 }

    /// The moment of an hour: inside the meeting if there is one, else near it (three hours before, twelve after), else on its first day.
    static func meaning(_ hour: Int, _ minute: Int, start: Instant, end: Instant, zone: String) -> Meaning {
        let day = LocalTime(start, zone: zone).date
        let readings = (-1...1).map { LocalTime.meaning(of: day.adding(days: $0), hour, minute, zone: zone) }
        let moments = readings.flatMap { reading -> [Instant] in
            switch reading {
            case .exact(let instant): [instant]
            case .ambiguous(let first, let second): [first, second]
            case .nonexistent: []
            }
        }
        let inside = moments.filter { $0 >= start && $0 <= end }
        let near = moments.filter { $0 >= start.adding(seconds: -before) && $0 <= end.adding(seconds: after) }
        for fitting in [inside, near] where !fitting.isEmpty {
            return fitting.count == 1 ? .at(fitting[0]) : .doubtful(fitting)
        }
        // Far from the meeting: read on its first day, for the rules of presence to judge.
        return readings[1].instant.map { .at($0) } ?? .nonexistent
    }
}

extension FormReader {
    /// An hour beside a meeting, on the day it belongs to.
    mutating func hour(_ name: String, of meeting: (start: Instant, end: Instant), zone: String) -> Instant? {
        read(name) { text throws(InputFault) in
            let time = try FrenchInput.time(text)
            switch MeetingHours.meaning(time.hour, time.minute, start: meeting.start, end: meeting.end, zone: zone) {
            case .at(let instant): return instant
            case .doubtful(let moments):
                let days = Set(moments.map { LocalTime($0, zone: zone).date })
                throw InputFault(
                    days.count > 1
                        ? "De quel jour est cette heure\u{A0}? Indiquez la date avec « Noter présent » ou « Noter le départ »."
                        : "Cette heure existe deux fois cette nuit-là\u{A0}: les horloges reculent. Indiquez-en une autre, avant ou après.")
            case .nonexistent: throw InputFault("Cette heure n’existe pas ce jour-là\u{A0}: les horloges avancent.")
            }
        }
    }
}
