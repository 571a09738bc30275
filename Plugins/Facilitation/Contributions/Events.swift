import Kernel

/// Events of the module: identifiers and codes, never a name (R11).
enum Events {
    private static let meeting = JSONValue.string("01980000-0000-7000-8000-000000000001")

    static let convened = EventType(
        "facilitation.meeting_convened", summary: "The notice of a meeting was sent.",
        sample: .object([
            ("meeting", meeting), ("type", .string("RCP")), ("starts_at", .string("2026-11-27T12:30:00Z")), ("invited", .integer(11)),
        ]))
    static let closed = EventType(
        "facilitation.meeting_closed", summary: "A meeting was closed: sheet locked, minutes published, evidence filed.",
        sample: .object([
            ("meeting", meeting), ("type", .string("RCP")), ("evidence", .integer(42)), ("year", .integer(2026)),
            ("day", .string("2026-11-27")), ("cases", .integer(1)),
            ("case_ids", .array([.string("01980000-0000-7000-8000-000000000005")])),
        ]))
    static let cancelled = EventType(
        "facilitation.meeting_cancelled", summary: "A meeting was cancelled.",
        sample: .object([("meeting", meeting), ("type", .string("TEAM"))]))
    static let sheetLocked = EventType(
        "facilitation.sheet_locked", summary: "The attendance sheet of a meeting was locked; indemnities may be computed from it.",
        sample: .object([
            ("meeting", meeting), ("type", .string("RCP")), ("present", .integer(8)), ("minutes", .integer(480)),
            ("day", .string("2026-11-27")), ("starts_at", .string("2026-11-27T12:30:00Z")), ("ends_at", .string("2026-11-27T13:30:00Z")),
            ("indemnifiable", .bool(true)),
            (
                "people",
                .array([
                    .object([
                        ("attendance", .string("01980000-0000-7000-8000-000000000003")),
                        ("person", .string("01980000-0000-7000-8000-000000000004")), ("from", .string("2026-11-27T12:30:00Z")),
                        ("to", .string("2026-11-27T13:30:00Z")), ("minutes", .integer(60)), ("signed", .bool(true)),
                    ])
                ])
            ),
        ]))
    static let sheetReopened = EventType(
        "facilitation.sheet_reopened", summary: "A manager reopened a locked sheet; what was computed from it no longer holds.",
        sample: .object([("meeting", meeting), ("type", .string("RCP"))]))
    static let minutesPublished = EventType(
        "facilitation.minutes_published", summary: "The minutes of a meeting were published.",
        sample: .object([("meeting", meeting), ("type", .string("TEAM")), ("version", .integer(1))]))
    static let caseDiscussed = EventType(
        "facilitation.case_discussed", summary: "A situation was discussed at a meeting.",
        sample: .object([("case", .string("01980000-0000-7000-8000-000000000002")), ("meeting", meeting)]))

    static let all = [convened, closed, cancelled, sheetLocked, sheetReopened, minutesPublished, caseDiscussed]
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
