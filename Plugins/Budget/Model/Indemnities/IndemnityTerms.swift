/// How a rule pays (missions.md 6.2, `IndemnityRule.method`).
enum IndemnityMethod: String, CaseIterable, Sendable {
    case none = "NONE"
    case hourlyFlat = "HOURLY_FLAT"
    case hourlyByProfession = "HOURLY_BY_PROFESSION"
    case flatPerMeeting = "FLAT_PER_MEETING"
    case perTask = "PER_TASK"
    case shareOfSurplus = "SHARE_OF_SURPLUS"
    case mixed = "MIXED"

    var label: String {
        switch self {
        case .none: "Aucune indemnité"
        case .hourlyFlat: "Taux horaire unique"
        case .hourlyByProfession: "Taux horaire par profession"
        case .flatPerMeeting: "Forfait par réunion"
        case .perTask: "Forfait par mission"
        case .shareOfSurplus: "Part de l’excédent, par points"
        case .mixed: "Mode mixte"
        }
    }

    /// True for the methods that pay minutes.
    var isHourly: Bool { self == .hourlyFlat || self == .hourlyByProfession }
}

/// What somebody is for the structure on a day: decides, with the rule, whether a time is paid.
enum Standing: String, CaseIterable, Sendable, Comparable {
    case associate = "ASSOCIATE"
    case signatory = "SIGNATORY"
    case member = "MEMBER"
    case external = "EXTERNAL"

    var label: String {
        switch self {
        case .associate: "associé·e"
        case .signatory: "signataire du projet de santé"
        case .member: "membre de l’équipe"
        case .external: "personne extérieure"
        }
    }

    /// From the closest to the structure to the farthest.
    static func < (a: Standing, b: Standing) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .associate: 0
        case .signatory: 1
        case .member: 2
        case .external: 3
        }
    }
}

/// Who may be paid (missions.md 6.2, `eligible`). Each circle holds the one before: an associate is a signatory too.
enum Eligibility: String, CaseIterable, Sendable {
    case associates = "ASSOCIATES"
    case signatories = "SIGNATORIES"
    case all = "ALL"
    case externalsIncluded = "EXTERNALS_INCLUDED"

    var label: String {
        switch self {
        case .associates: "les associé·es"
        case .signatories: "les signataires du projet de santé"
        case .all: "toute l’équipe"
        case .externalsIncluded: "toute l’équipe et les personnes extérieures"
        }
    }

    func accepts(_ standing: Standing) -> Bool { standing <= farthest }

    private var farthest: Standing {
        switch self {
        case .associates: .associate
        case .signatories: .signatory
        case .all: .member
        case .externalsIncluded: .external
        }
    }
}

/// How a late arrival counts (missions.md 6.2, `late_rule`).
enum LateRule: String, CaseIterable, Sendable {
    /// The minutes of presence.
    case countReal = "COUNT_REAL"
    /// From the start of the meeting; leaving early still costs minutes.
    case countFull = "COUNT_FULL"
    /// The minutes of presence, and nothing below half of the meeting.
    case zeroUnderHalf = "COUNT_ZERO_UNDER_HALF"

    var label: String {
        switch self {
        case .countReal: "Temps réel de présence"
        case .countFull: "Compté depuis le début de la réunion"
        case .zeroUnderHalf: "Temps réel, rien sous la moitié de la réunion"
        }
    }
}

/// How counted minutes are brought to a step (a quarter of an hour by default), each time by itself.
struct MinuteRounding: Sendable, Equatable {
    enum Direction: String, CaseIterable, Sendable {
        case nearest = "NEAREST"
        case down = "DOWN"
        case up = "UP"
    }

    /// Minutes of the step, 1 to 60; 1 rounds nothing.
    var step: Int
    var direction: Direction

    static let quarterHour = MinuteRounding(step: 15, direction: .nearest)

    /// The minutes in whole steps; a half step goes up.
    func apply(_ minutes: Int) -> Int {
        guard step > 1, minutes > 0 else { return max(0, minutes) }
        let (whole, rest) = minutes.quotientAndRemainder(dividingBy: step)
        let goesUp =
            switch direction {
            case .nearest: rest * 2 >= step
            case .down: false
            case .up: rest > 0
            }
        return (goesUp ? whole + 1 : whole) * step
    }
}
