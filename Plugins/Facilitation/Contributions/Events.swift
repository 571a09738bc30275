import Kernel

/// Events of the module: identifiers and codes, never a name (R11). Those that other modules hear are in `MeetingEvents`.
enum Events {
    static let convened = Event(
        "facilitation.meeting_convened", summary: "The notice of a meeting was sent.",
        Shape<Convened>.object(
            isOpen: true, ShapeMember("meeting", .id) { $0.meeting }, ShapeMember("type", .text()) { $0.type },
            ShapeMember("starts_at", .instant) { $0.startsAt }, ShapeMember("invited", .integer(0...10_000)) { $0.invited },
            make: { Convened(meeting: $0, type: $1, startsAt: $2, invited: $3) }),
        sample: Convened(meeting: sample, type: "RCP", startsAt: Instant(microseconds: 1_795_782_600_000_000), invited: 11))
    static let minutesPublished = Event(
        "facilitation.minutes_published", summary: "The minutes of a meeting were published.",
        Shape<Published>.object(
            isOpen: true, ShapeMember("meeting", .id) { $0.meeting }, ShapeMember("type", .text()) { $0.type },
            ShapeMember("version", .integer(1...10_000)) { $0.version }, make: { Published(meeting: $0, type: $1, version: $2) }),
        sample: Published(meeting: sample, type: "TEAM", version: 1))
    static let caseDiscussed = Event(
        "facilitation.case_discussed", summary: "A situation was discussed at a meeting.",
        Shape<Discussed>.object(
            isOpen: true, ShapeMember("case", .id) { $0.situation }, ShapeMember("meeting", .id) { $0.meeting },
            make: { Discussed(situation: $0, meeting: $1) }),
        sample: Discussed(situation: .derived(from: "sample.2"), meeting: sample))

    struct Convened {
        let meeting: Identifier
        let type: String
        let startsAt: Instant
        let invited: Int
    }

    struct Published {
        let meeting: Identifier
        let type: String
        let version: Int
    }

    struct Discussed {
        let situation: Identifier
        let meeting: Identifier
    }

    static let all = [
        convened.type, MeetingEvents.closed.type, MeetingEvents.cancelled.type, MeetingEvents.sheetLocked.type,
        MeetingEvents.sheetReopened.type, minutesPublished.type, caseDiscussed.type,
    ]

    private static let sample = Identifier.derived(from: "sample.1")
}

/// Proofs that the module files.
enum Evidence {
    /// A closed meeting, with its sheet and its minutes.
    static let meeting = "facilitation.meeting"

    static let kinds = [
        EvidenceKind(
            meeting, label: "Réunion tenue\u{00A0}: feuille d’émargement et compte-rendu",
            indicators: Array(Set(MeetingType.allCases.flatMap(\.evidenceIndicators))).sorted())
    ]
}
