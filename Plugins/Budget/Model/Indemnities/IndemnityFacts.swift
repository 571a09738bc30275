import Kernel

/// Presence at one meeting, as its locked sheet says.
struct PresenceTime: Sendable, Equatable {
    /// Id of the attendance line: the same line is never paid twice.
    var id: Identifier
    var person: Identifier
    /// What the person was on that day.
    var capacity: Capacity
    var meeting: Identifier
    var meetingType: String
    /// Title without any name: « Réunion d’équipe du 12 mars 2026 ».
    var title: String
    /// Day in the structure's own zone.
    var day: CivilDate
    /// Presence on the clock, for overlaps.
    var from: Instant
    var to: Instant
    /// Minutes of presence of the sheet, perhaps corrected by hand.
    var minutes: Int
    /// Minutes between the start and the arrival.
    var lateMinutes: Int = 0
    /// Length of the meeting.
    var meetingMinutes: Int
    /// « Ouvre droit à indemnité », said of this meeting.
    var isIndemnifiable: Bool = true
    var isSigned: Bool = true
    var isSheetLocked: Bool = true
}

/// Time outside meetings (`WorkCredit`, « Temps hors réunion »).
struct CreditTime: Sendable, Equatable {
    var id: Identifier
    var person: Identifier
    var capacity: Capacity
    var title: String
    var day: CivilDate
    var minutes: Int
    /// Approved by a manager; anything less is not paid.
    var isApproved: Bool = true
}

/// A task done, paid by the piece: a protocol written, a month of mandate, a student.
struct TaskDone: Sendable, Equatable {
    var id: Identifier
    var person: Identifier
    var capacity: Capacity
    /// Code of the rule's scale.
    var task: String
    var title: String
    var day: CivilDate
    var units: Int = 1
    var isApproved: Bool = true
}

/// A time that another structure declared for somebody: two instants and nothing else, so that nothing of it can be shown.
struct ForeignInterval: Sendable, Equatable {
    var person: Identifier
    var from: Instant
    var to: Instant
}

/// What a manager adds to or takes from somebody's amount, with the reason that the statement shows.
struct IndemnityAdjustment: Sendable, Equatable {
    var person: Identifier
    var cents: Int
    var reason: String
}

/// Everything that one run is computed from. The order inside the lists never changes the result.
struct IndemnityFacts: Sendable {
    var from: CivilDate
    /// Last day, included.
    var to: CivilDate
    var presences: [PresenceTime] = []
    var credits: [CreditTime] = []
    var tasks: [TaskDone] = []
    var foreign: [ForeignInterval] = []
    /// Everybody who may share a surplus by fixed points, as of the last day.
    var beneficiaries: [Identifier: Capacity] = [:]
    /// Surplus to share, in cents; given by the accounts, not reduced by the other parts of the rule.
    var surplusCents: Int = 0
    /// Amounts already granted under the same caps (earlier runs of the year), in cents.
    var grantedBefore: [Identifier: Int] = [:]
    var adjustments: [IndemnityAdjustment] = []
}
