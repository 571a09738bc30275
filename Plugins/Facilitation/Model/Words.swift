import Kernel

/// Addresses of the module's own pages and links, in one place.
enum Places {
    /// Path of a meeting's page below the MSP's address.
    static func meeting(_ id: Identifier) -> String { "equipe/reunions/\(id)" }

    /// Absolute path of a meeting's page.
    static func meeting(_ id: Identifier, in msp: MspHandle) -> String { msp.path(meeting(id)) }

    /// Purposes of the module's links without sign-in; each is the first segment after `/l/`.
    enum Link {
        /// Subject: an invitation. The person answers yes, no or maybe (`?choix=oui|non|peut-etre`).
        static let answer = "reponse"
        /// Subject: an invitation. The person says « je suis là » on the day.
        static let presence = "presence"
        /// Subject: a meeting. The room's code: whoever scans it picks his or her own name.
        static let room = "salle"
        /// Subject: an invitation. The published minutes, for thirty days.
        static let minutes = "compte-rendu"
    }
}

/// Answers to a notice as they stand in addresses and buttons.
enum Choice: String, CaseIterable, Sendable {
    case yes = "oui"
    case no = "non"
    case maybe = "peut-etre"

    /// Code stored.
    var code: String {
        switch self {
        case .yes: "YES"
        case .no: "NO"
        case .maybe: "MAYBE"
        }
    }

    /// French word of the button.
    var label: String {
        switch self {
        case .yes: "Oui"
        case .no: "Non"
        case .maybe: "Peut-être"
        }
    }
}

/// The person of a line of a meeting: of the team, or from outside.
enum Participant: Sendable, Hashable {
    case professional(Identifier)
    case guest(Identifier)

    var id: Identifier {
        switch self {
        case .professional(let id), .guest(let id): id
        }
    }

    /// The person as the acts on presence name it: a field and its value.
    var values: RecordValues {
        switch self {
        case .professional(let id): RecordValues(["professional": .id(id)])
        case .guest(let id): RecordValues(["guest": .id(id)])
        }
    }

    /// Parameter for the column `professional_id`.
    var professional: Parameter { if case .professional(let id) = self { .id(id) } else { .null } }

    /// Parameter for the column `guest_id`.
    var guest: Parameter { if case .guest(let id) = self { .id(id) } else { .null } }

    /// From the two columns of a row, of which exactly one is set; nil when the row breaks that rule.
    init?(professional: Identifier?, guest: Identifier?) {
        if let professional {
            self = .professional(professional)
        } else if let guest {
            self = .guest(guest)
        } else {
            return nil
        }
    }
}
