import Kernel

/// Kinds of meeting (missions.md 16, MEETING_TYPE): each brings its own proof and its own rule of indemnity.
enum MeetingType: String, CaseIterable, Sendable {
    case rcp = "RCP"
    case team = "TEAM"
    case protocolGroup = "PROTOCOL"
    case action = "ACTION"
    case animationTeam = "ANIMATION_TEAM"
    case training = "TRAINING"
    case feedback = "FEEDBACK"
    case sis = "SIS"
    case vendorDemo = "VENDOR_DEMO"
    case ago = "AGO"
    case age = "AGE"
    case agMixte = "AG_MIXTE"
    case bureau = "BUREAU"
    case ca = "CA"
    case gerance = "GERANCE"
    case partner = "PARTNER"
    case arsCpamReview = "ARS_CPAM_REVIEW"
    case users = "USERS"
    case session = "SESSION"
    case convivial = "CONVIVIAL"
    case interview = "INTERVIEW"
    case other = "OTHER"

    /// What the closing of such a meeting proves.
    enum Proof: Sendable {
        /// Serves the file of the interprofessional agreement (ACI).
        case aci
        /// Belongs to the register of the company's organs.
        case register
        /// Serves a public-health programme.
        case program
        case none
    }

    /// Whether attending is indemnified, before anybody decided otherwise for one meeting.
    enum Indemnity: Sendable { case yes, perRule, no }

    var label: String { CodeList.meetingType.label(rawValue) }

    var proof: Proof {
        switch self {
        case .rcp, .team, .protocolGroup, .action, .training, .feedback, .sis, .users: .aci
        case .ago, .age, .agMixte, .bureau, .ca, .gerance: .register
        case .session: .program
        case .animationTeam, .vendorDemo, .partner, .arsCpamReview, .convivial, .interview, .other: .none
        }
    }

    var indemnity: Indemnity {
        switch self {
        case .rcp, .team, .protocolGroup, .action, .animationTeam, .feedback, .sis, .partner, .arsCpamReview, .users: .yes
        case .training, .vendorDemo, .ago, .age, .agMixte, .bureau, .ca, .gerance, .session: .perRule
        case .convivial, .interview, .other: .no
        }
    }

    /// Default of « ouvre droit à indemnité »: what depends on a rule starts at no, the manager's rule says more.
    var isIndemnifiable: Bool { indemnity == .yes }

    /// Codes of the indicators that the closing feeds; the Budget module maps them to its rule sets.
    var evidenceIndicators: [String] {
        switch proof {
        case .aci:
            switch self {
            case .rcp, .feedback: ["concertation"]
            case .protocolGroup: ["protocoles"]
            case .training: ["formation"]
            case .sis: ["systeme_information"]
            case .users: ["usagers"]
            default: ["coordination"]
            }
        case .register: ["registre"]
        case .program: ["sante_publique"]
        case .none: []
        }
    }

    /// True for an assembly of the company, whose notice is a legal act (missions.md 12.2).
    var isAssembly: Bool { self == .ago || self == .age || self == .agMixte }

    /// The rules of a code; an MSP's own code (`X_…`) follows those of `OTHER`.
    static func of(_ code: String) -> MeetingType { MeetingType(rawValue: code) ?? .other }
}
