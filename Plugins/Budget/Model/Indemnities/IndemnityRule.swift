import Kernel

/// How a structure pays people's coordination time: one version, in force between two days, tied to the decision
/// that voted it (missions.md 6.2). Pure data; `IndemnityCalculation` applies it.
struct IndemnityRule: Sendable, Equatable {
    /// Who decided, where it is written, when.
    struct Decision: Sendable, Equatable {
        enum Kind: String, CaseIterable, Sendable {
            /// A resolution of an assembly.
            case resolution = "RESOLUTION"
            /// A decision of the managers.
            case manager = "MANAGER_DECISION"

            var label: String {
                switch self {
                case .resolution: "résolution d’assemblée"
                case .manager: "décision de la gérance"
                }
            }
        }

        var kind: Kind
        /// Number or id in the register of decisions.
        var reference: String
        var date: CivilDate
    }

    var name: String
    /// 1, 2, 3…: a voted version is never edited, a new one follows it.
    var version: Int
    var validFrom: CivilDate
    /// Last day in force; nil while no later version replaces it.
    var validTo: CivilDate?
    /// Nil for a draft: it may be simulated, never paid.
    var decision: Decision?
    var method: IndemnityMethod
    /// One part; several for `MIXED`; none for `NONE`.
    var parts: [IndemnityPart]
    var eligible: Eligibility
    var lateRule: LateRule = .countReal
    /// Minutes of presence below which a meeting is not paid.
    var minimumPresence: Int = 15
    var rounding: MinuteRounding = .quarterHour
    /// Most that one person gets, in cents.
    var capPerPerson: Int?
    /// Most that all get together, in cents; beyond it everybody is reduced in proportion.
    var capTotal: Int?

    func isInForce(on day: CivilDate) -> Bool { day >= validFrom && validTo.map { day <= $0 } ?? true }
}

/// One way of paying inside a rule.
struct IndemnityPart: Sendable, Equatable {
    var method: IndemnityMethod
    /// Codes of the meetings that it pays (missions.md 16, MEETING_TYPE); empty when it pays no meeting.
    var meetingTypes: Set<String> = []
    /// Whether approved time outside meetings counts (hourly parts and points).
    var countsCredits: Bool = true
    /// Rates in the order of the vote: the first row that fits a person is the one that applies.
    var rates: [IndemnityRate] = []
    /// For `SHARE_OF_SURPLUS`.
    var share: SurplusShare?
}

/// One row of the scale (« Barème »): criteria left out fit everybody.
struct IndemnityRate: Sendable, Equatable {
    var profession: String?
    var role: String?
    var meetingType: String?
    var task: String?
    /// Cents per hour, per meeting or per unit of a task, as the part says.
    var cents: Int

    /// True when every criterion of the row holds.
    func fits(_ capacity: Capacity, meetingType type: String? = nil, task code: String? = nil) -> Bool {
        (profession == nil || profession == capacity.profession) && (role.map { capacity.roles.contains($0) } ?? true)
            && (meetingType == nil || meetingType == type) && (task == nil || task == code)
    }
}

/// How a surplus becomes points (missions.md 6.1 « from what is left »; aci.md 6: fixed, by attendance, by projects, weighted by role).
struct SurplusShare: Sendable, Equatable {
    /// A weight on the points of some people: « 1,5 pour les gérants ».
    struct Weight: Sendable, Equatable {
        var profession: String?
        var role: String?
        var factor: ExactDecimal

        func fits(_ capacity: Capacity) -> Bool {
            (profession == nil || profession == capacity.profession) && (role.map { capacity.roles.contains($0) } ?? true)
        }
    }

    /// Part of the surplus to share, 0 to 100.
    var percent: ExactDecimal
    var pointsPerHour: ExactDecimal = .zero
    var pointsPerMeeting: ExactDecimal = .zero
    var pointsPerTask: ExactDecimal = .zero
    /// Points of every beneficiary, whatever the attendance.
    var pointsFixed: ExactDecimal = .zero
    /// The first row that fits applies; 1 without any.
    var weights: [Weight] = []

    func factor(of capacity: Capacity) -> ExactDecimal { weights.first { $0.fits(capacity) }?.factor ?? ExactDecimal(1) }
}

/// What somebody was on a day: profession, functions held, tie to the structure.
struct Capacity: Sendable, Equatable {
    var profession: String?
    var roles: Set<String> = []
    var standing: Standing
}
