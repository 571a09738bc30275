import Kernel

/// States of a meeting (missions.md 4.3).
enum MeetingStatus: String, CaseIterable, Sendable {
    case draft = "DRAFT"
    case pollOpen = "POLL_OPEN"
    case scheduled = "SCHEDULED"
    case convened = "CONVENED"
    case held = "HELD"
    case closed = "CLOSED"
    case cancelled = "CANCELLED"

    var label: String {
        switch self {
        case .draft: "Brouillon"
        case .pollOpen: "Sondage de dates"
        case .scheduled: "Programmée"
        case .convened: "Convoquée"
        case .held: "Tenue"
        case .closed: "Close"
        case .cancelled: "Annulée"
        }
    }

    var tone: Tone {
        switch self {
        case .draft, .pollOpen: .soft
        case .scheduled, .convened: .note
        case .held: .warn
        case .closed: .done
        case .cancelled: .stop
        }
    }

    /// States that an act of the workflow may lead to.
    var next: Set<MeetingStatus> {
        switch self {
        case .draft: [.pollOpen, .scheduled, .cancelled]
        case .pollOpen: [.scheduled, .cancelled]
        case .scheduled: [.convened, .cancelled]
        case .convened: [.held, .cancelled]
        case .held: [.closed]
        // A reopened sheet opens the meeting again; closing it once more files a correction.
        case .closed: [.held]
        case .cancelled: []
        }
    }

    /// The same as the record's workflow declares it.
    static var graph: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, Set($0.next.map(\.rawValue))) })
    }

    /// Before the meeting: its date, people and agenda may still change.
    var isAhead: Bool { self == .draft || self == .pollOpen || self == .scheduled || self == .convened }

    /// Presence may be told from the notice on, until the meeting is closed.
    var takesPresence: Bool { self == .convened || self == .held }
}

/// What must hold before a meeting passes to another state. Pure: facts in, sentences out.
enum MeetingGuards {
    /// Facts that the convocation depends on.
    struct Notice: Sendable {
        var startsAt: Instant?
        var hasRoom: Bool
        var place: String?
        var videoURL: String?
        var agendaItems: Int
        var invitees: Int
    }

    /// Everything that is missing before the notice can be sent; empty when it can (missions.md 4.3).
    static func faultsBeforeNotice(_ facts: Notice) -> [FieldFault] {
        var faults: [FieldFault] = []
        if facts.startsAt == nil { faults.append(FieldFault("starts_at", "Fixez la date et l’heure avant de convoquer.")) }
        if !facts.hasRoom, facts.place == nil, facts.videoURL == nil {
            faults.append(FieldFault("place", "Indiquez une salle, un lieu ou un lien visio avant de convoquer."))
        }
        if facts.agendaItems < 1 {
            faults.append(FieldFault("agenda", "Inscrivez au moins un point à l’ordre du jour avant de convoquer."))
        }
        if facts.invitees < 1 { faults.append(FieldFault("invitees", "Invitez au moins une personne avant de convoquer.")) }
        return faults
    }

    /// Everything that is missing before the meeting can be closed: a locked sheet and published minutes. The scanned sheet of a meeting
    /// entered afterwards is proof enough.
    static func faultsBeforeClosing(sheetState: String, minutesStatus: String?, isEnteredAfterwards: Bool = false) -> [FieldFault] {
        var faults: [FieldFault] = []
        if sheetState != "LOCKED" {
            faults.append(FieldFault("sheet_state", "Verrouillez la feuille d’émargement avant de clore la réunion."))
        }
        if !isEnteredAfterwards, minutesStatus != "PUBLISHED", minutesStatus != "APPROVED" {
            faults.append(FieldFault("minutes", "Diffusez le compte-rendu avant de clore la réunion."))
        }
        return faults
    }
}

/// Minutes of a meeting on their way: draft, review, publication, approval.
enum MinutesWorkflow {
    /// Whether the text may still change. Reopening a published text is a new version, kept beside the old one.
    static func isEditable(_ status: String?) -> Bool { status == nil || status == "DRAFT" || status == "IN_REVIEW" }
}
