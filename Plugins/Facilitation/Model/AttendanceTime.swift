import Kernel

/// How somebody signed the attendance sheet.
enum SignatureKind: String, CaseIterable, Sendable {
    case ownPhone = "TAP_ON_OWN_PHONE"
    case qrCode = "QR_CODE"
    case tablet = "SIGN_ON_TABLET"
    case coordinator = "COORDINATOR_CONFIRMED"
    case paper = "PAPER_SCAN"

    var label: String {
        switch self {
        case .ownPhone: "Sur son téléphone"
        case .qrCode: "Code de la salle"
        case .tablet: "Sur tablette"
        case .coordinator: "Confirmée par la coordination"
        case .paper: "Feuille papier"
        }
    }

    /// What a signature binds together: who, which meeting, when, by which gesture. SHA-256 of this text is stored.
    func digest(meeting: Identifier, person: Identifier, at: Instant) -> [UInt8] {
        Digest.sha256(Array("\(meeting)|\(person)|\(at.iso8601)|\(rawValue)".utf8))
    }
}

/// Minutes of presence (missions.md 4.2): counted between arrival and departure, never outside the meeting.
enum AttendanceTime {
    /// - Parameters:
    ///   - arrived: nil counts from the start.
    ///   - left: nil counts to the end.
    /// - Returns: whole minutes, rounded to the nearest; 0 when the person came after the end.
    static func minutes(start: Instant, end: Instant, arrived: Instant?, left: Instant?) -> Int {
        let from = max(start, arrived ?? start)
        let to = min(end, left ?? end)
        guard to > from else { return 0 }
        return min(1440, Int((to.timeIntervalSince(from) / 60).rounded()))
    }

    /// Arrival to note for somebody who shows up at a moment: the first quarter of an hour counts as the start, because
    /// people sign while they sit down; after the end nothing is noted and the whole meeting counts, to be corrected by hand.
    /// - Parameter exact: the time was typed by somebody and counts as it is.
    static func arrival(at moment: Instant, start: Instant, end: Instant, exact: Bool = false) -> Instant? {
        if exact { return max(moment, start) }
        if moment >= end { return nil }
        return moment <= start.adding(minutes: grace) ? start : moment
    }

    /// Minutes after the start within which a tap counts from the start.
    private static let grace = 15

    /// The same arrival once the start is corrected: a tap at or near the former start meant the start, hence follows it.
    static func following(_ arrived: Instant, from former: Instant, to start: Instant) -> Instant {
        let isNear = arrived >= former.adding(minutes: -grace) && arrived <= former.adding(minutes: grace)
        return isNear || arrived <= start.adding(minutes: grace) ? start : arrived
    }

    /// Whether somebody is counted for less than a quarter of the meeting: more often a wrong hour than a short visit.
    static func isShort(_ minutes: Int, of meeting: Int) -> Bool { minutes * 4 < meeting }
}

/// Share of the invited who came (K06): people who came without being invited do not raise it.
struct Participation: Sendable, Equatable {
    let invited: Int
    let present: Int

    /// Whole percent, rounded to the nearest; nil when nobody was invited.
    var percent: Int? { invited > 0 ? (present * 200 + invited) / (invited * 2) : nil }
}
