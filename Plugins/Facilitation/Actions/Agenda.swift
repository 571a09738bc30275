import Kernel

/// The agenda: written by the organiser, fed by proposals of members (missions.md 4.2). Its items are lines under the meeting, whose
/// page draws them by hand with the hours of the day.
enum Agenda {
    /// A new item.
    struct Item: Sendable {
        var title: String
        var kind: String
        var presenter: Identifier?
        var plannedMin: Int?
        var caseID: Identifier?
    }

    private static let ahead: Set<MeetingStatus> = [.draft, .pollOpen, .scheduled, .convened]

    static let lines = Lines(
        "agenda", one: "agenda_item", table: "facilitation.agenda_item", parent: "meeting_id",
        words: RecordWords(
            "point", "points", isFeminine: false, purpose: "Aucun point pour l’instant. Un point suffit pour convoquer.",
            title: "Ordre du jour"),
        path: "points",
        fields: [
            RecordField("title", .text(max: 200), label: "Point à l’ordre du jour", required: true),
            RecordField("kind", .choice(Codes.agendaKind), label: "Nature", required: true, default: .text("DISCUSSION")),
            RecordField("presenter_id", .reference(.professional), label: "Présenté par"),
            RecordField("planned_min", .minutes(1...480), label: "Durée prévue"),
            RecordField("proposed_by_id", .reference(.professional), label: "Proposé par", readOnly: true),
            RecordField("state", .choice(Codes.agendaState), label: "Statut", readOnly: true, default: .text("ACCEPTED")),
            RecordField("case_id", .reference(References.rcpCase), label: "Situation", readOnly: true),
        ], columns: ["title", "kind", "presenter_id", "planned_min"], order: .position("position"), write: nil,
        // Each act says from which states; in a meeting that was held a situation may still be noted as examined.
        during: Set(ahead.union([.held]).map(\.rawValue)), removal: .archive, isShown: false, most: 500,
        settle: { after, _ in
            guard after.written == nil, after.record.text("status") == "CONVENED" else { return }
            guard !after.lines.contains(where: { isAccepted($0.values) }) else { return }
            throw Refusal.conflict("agenda_empty", "La convocation est partie\u{A0}: gardez au moins un point à l’ordre du jour.")
        },
        isPlaced: isAccepted,
        // The history of a meeting is read by more people than its situations.
        isDiscreet: { $0.text("kind") == "CASE" })

    private static func isAccepted(_ values: RecordValues) -> Bool { values.text("state") == "ACCEPTED" }

    /// Adds an item at the end.
    static func add(_ meeting: LockedMeeting, _ item: Item, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try await insert(meeting, item, unit)
    }

    /// Any member proposes an item until the meeting begins; the organiser accepts or refuses it.
    static func propose(_ meeting: LockedMeeting, _ item: Item, _ unit: WriteUnit) async throws {
        guard let own = unit.access.professional else {
            throw Refusal.conflict("no_professional", "Seul un membre de l’équipe peut proposer un point.")
        }
        try await insert(meeting, item, proposedBy: own, unit)
    }

    /// Accepts or refuses a proposal.
    static func answer(_ meeting: LockedMeeting, _ item: Identifier, accept: Bool, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        let items = items(meeting, unit)
        guard try await items.all().contains(where: { $0.id == item && $0.values.text("state") == "PROPOSED" }) else {
            throw Refusal.conflict("already_answered", "Ce point n’attend plus de réponse.")
        }
        try await items.change(item, RecordValues(["state": .text(accept ? "ACCEPTED" : "REFUSED")]))
    }

    /// Moves an item to a place of the agenda, 1 for the first; the others keep their order.
    static func move(_ meeting: LockedMeeting, _ item: Identifier, to place: Int, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try await items(meeting, unit).move(item, to: place)
    }

    /// Takes an item off the agenda before the meeting is held.
    static func remove(_ meeting: LockedMeeting, _ item: Identifier, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try await items(meeting, unit).remove(item)
    }

    /// Adds an item; also used when a situation is put on the programme, by who may do that.
    static func insert(_ meeting: LockedMeeting, _ item: Item, proposedBy: Identifier? = nil, _ unit: WriteUnit) async throws {
        try await items(meeting, unit).add(
            RecordValues([
                "title": .text(item.title), "kind": .text(item.kind), "presenter_id": item.presenter.map { .id($0) } ?? .null,
                "planned_min": item.plannedMin.map { .integer($0) } ?? .null, "case_id": item.caseID.map { .id($0) } ?? .null,
                "proposed_by_id": proposedBy.map { .id($0) } ?? .null, "state": .text(proposedBy == nil ? "ACCEPTED" : "PROPOSED"),
            ]))
    }

    private static func items(_ meeting: LockedMeeting, _ unit: WriteUnit) -> LineWriter {
        unit.lines(MeetingRecord.record, lines.name, of: meeting.id, under: Permissions.writeCases)
    }
}
