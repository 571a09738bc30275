/// A calendar file (RFC 5545) with one or several events. Pure: same values, same text.
///
/// Published, not requested: the answer is given by the links of the mail, so a calendar program must not offer a second way.
public struct CalendarFile: Sendable {
    /// One meeting.
    public struct Event: Sendable {
        /// The same for the whole life of what it shows.
        public let id: Identifier
        /// Grows with each change: a program keeps the version with the highest one.
        public let sequence: Int
        public let start: Instant
        public let minutes: Int
        /// Calendars are shared: neither a person nor a situation.
        public let title: String
        public let place: String
        public let organiser: String
        /// The organiser's address; nil when there is none.
        public let organiserAddress: String?
        public let isCancelled: Bool

        public init(
            id: Identifier, sequence: Int, start: Instant, minutes: Int, title: String, place: String, organiser: String,
            organiserAddress: String?, isCancelled: Bool = false
        ) {
            self.id = id
            self.sequence = sequence
            self.start = start
            self.minutes = minutes
            self.title = title
            self.place = place
            self.organiser = organiser
            self.organiserAddress = organiserAddress
            self.isCancelled = isCancelled
        }
    }

    public let text: String

    /// - Parameter stamp: when it is made.
    public init(_ events: [Event], stamp: Instant) {
        let isCancelled = events.allSatisfy(\.isCancelled)
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Collectif//Calendrier//FR", "CALSCALE:GREGORIAN",
            "METHOD:\(isCancelled ? "CANCEL" : "PUBLISH")",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(event.id)@collectif", "SEQUENCE:\(event.sequence)", "DTSTAMP:\(Self.utc(stamp))",
                "DTSTART:\(Self.utc(event.start))", "DTEND:\(Self.utc(event.start.adding(minutes: event.minutes)))",
                "SUMMARY:\(Self.escaped(event.title))", "STATUS:\(event.isCancelled ? "CANCELLED" : "CONFIRMED")",
            ]
            if !event.place.isEmpty { lines.append("LOCATION:\(Self.escaped(event.place))") }
            if let address = event.organiserAddress {
                lines.append("ORGANIZER;CN=\(Self.quoted(event.organiser)):mailto:\(address.filter { !$0.isWhitespace })")
            }
            lines.append("END:VEVENT")
        }
        lines.append("END:VCALENDAR")
        text = lines.map(Self.folded).joined(separator: "\r\n") + "\r\n"
    }

    /// Name of the file.
    public static let name = "reunion.ics"
    public static let mediaType = "text/calendar"

    /// `20261127T123000Z`: an instant is the same in every zone.
    private static func utc(_ instant: Instant) -> String {
        let text = instant.iso8601.filter { $0 != "-" && $0 != ":" }
        return "\(text.prefix(15))Z"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", ";", ",": result += "\\\(character)"
            case "\n", "\r\n", "\r": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.filter { $0 != "\"" && !$0.isNewline })\""
    }

    /// Lines of at most 75 bytes, never cutting a character.
    private static func folded(_ line: String) -> String {
        var result = ""
        var length = 0
        for character in line {
            let bytes = character.utf8.count
            if length + bytes > 73 {
                result += "\r\n "
                length = 1
            }
            result.append(character)
            length += bytes
        }
        return result
    }
}
