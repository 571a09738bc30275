import Kernel

/// Minutes written during the meeting, reviewed, published, approved.
enum Writing {
    /// Characters of one note, as its column takes them.
    static let longestNote = 20_000
    /// Characters of the free points: minutes written elsewhere are pasted whole.
    static let longestBody = 200_000

    /// Adds a note under an item, or free when `item` is nil. Returns its id.
    @discardableResult
    static func note(_ meeting: LockedMeeting, item: Identifier?, text: String, _ unit: WriteUnit) async throws -> Identifier {
        try await requireEditable(meeting, unit)
        let id = Identifier.make(at: unit.now)
        try await insertNote(id, meeting, item: item, kind: "NOTE", text: text, decision: nil, unit)
        return id
    }

    /// Takes a note off; nothing is destroyed.
    static func removeNote(_ meeting: LockedMeeting, _ note: Identifier, _ unit: WriteUnit) async throws {
        try await requireEditable(meeting, unit)
        let done = try await unit.rows(MeetingRows.notes, of: meeting.id).change(
            "archived_at = $3", where: "t.id = $5 and t.archived_at is null and t.kind = 'NOTE'", [.id(note)])
        guard done.count == 1 else { throw Refusal.notFound }
    }

    /// A decision as it is typed.
    struct Decision: Sendable {
        var text: String
        var kind: String
        var owner: Identifier?
        var dueOn: CivilDate?
        var item: Identifier?
        var caseID: Identifier?
        var voteResult: String?
    }

    /// Records a decision; an action becomes a task of its owner in the same act (missions.md 3.5).
    @discardableResult
    static func decide(_ meeting: LockedMeeting, _ decision: Decision, _ unit: WriteUnit) async throws -> Identifier {
        try await requireEditable(meeting, unit)
        if decision.kind == "ACTION", decision.owner == nil { throw Refusal.invalid("owner_id", "Indiquez qui se charge de cette action.") }
        // What is decided under a situation follows it, also when whoever writes may not read the register.
        let situation: Identifier? = if let named = decision.caseID { named } else { try await situation(of: decision.item, unit) }
        let id = Identifier.make(at: unit.now)
        var task: Identifier?
        if decision.kind == "ACTION", let owner = decision.owner {
            let new = Identifier.make(at: unit.now)
            task = new
            try await unit.task(
                id: new, taskTitle(decision.text), owner: owner, dueOn: decision.dueOn, origin: (kind: DecisionRecord.id, id: id))
        }
        try await unit.make(
            DecisionRecord.id, id: id,
            RecordChange(
                RecordValues([
                    "meeting_id": .id(meeting.id), "text": .text(decision.text), "kind": .text(decision.kind),
                    "owner_id": FieldValue(decision.owner), "due_on": FieldValue(decision.dueOn),
                    "vote_result": FieldValue(decision.voteResult), "task_id": FieldValue(task),
                ]), kept: ["agenda_item_id": .id(decision.item), "case_id": .id(situation)]))
        try await insertNote(.make(at: unit.now), meeting, item: decision.item, kind: "DECISION", text: decision.text, decision: id, unit)
        return id
    }

    /// What the task of a decision is called.
    static func taskTitle(_ text: String) -> String { shortened(text, to: 200) }

    /// Keeps the free points of the draft.
    static func save(_ meeting: LockedMeeting, body: String, nextMeetingOn: CivilDate?, _ unit: WriteUnit) async throws {
        try await requireEditable(meeting, unit)
        try await unit.rows(MeetingRows.minutes, of: meeting.id).put(
            "id, body", "$5, $6", present: .init(set: "body = excluded.body"), [.id(.make(at: unit.now)), .text(body)])
        if let nextMeetingOn { try await unit.change(MeetingRecord.id, of: meeting.id, ["next_meeting_on": .date(nextMeetingOn)]) }
    }

    /// Hands the draft over for review.
    static func submit(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> String {
        try Meetings.require(meeting, in: [.held])
        try await requireEditable(meeting, unit)
        try await unit.rows(MeetingRows.minutes, of: meeting.id).put(
            "id, status, submitted_at", "$5, 'IN_REVIEW', $3",
            present: .init(set: "status = excluded.status, submitted_at = excluded.submitted_at"), [.id(.make(at: unit.now))])
        return "Le compte-rendu est en relecture."
    }

    /// Prints, stores and announces the minutes. What is stored is what was sent: later changes need a new version.
    static func publish(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> String {
        try Meetings.require(meeting, in: [.held])
        try await requireEditable(meeting, unit)
        try await unit.one(
            Query(
                """
                insert into facilitation.minutes (msp_id, id, meeting_id, created_at, created_by) values ($1, $2, $5, $3, $4)
                on conflict (msp_id, meeting_id) do nothing
                """, parameters: unit.stamp(.make(at: unit.now)) + [.id(meeting.id)]))
        let screen = try await unit.read(MeetingScreen.read(unit.msp, meeting.id))
        guard !screen.notes.isEmpty || !screen.decisions.isEmpty || !screen.head.minutesBody.isEmpty else {
            throw Refusal.conflict("minutes_empty", "Le compte-rendu est vide\u{A0}: notez au moins un point avant de le diffuser.")
        }
        let rows = try await unit.one(
            Query(
                "select version from facilitation.minutes where msp_id = $1 and meeting_id = $2 for update", .id(unit.msp), .id(meeting.id))
        )
        let version: Int = try rows.scalar()
        let exhibit = try await unit.seal(MeetingPapers.minutes, of: MeetingRecord.id, on: meeting.id)
        guard let file = exhibit.file else { throw Refusal.conflict("not_stored", "Le compte-rendu n’a pas pu être enregistré.") }
        let told = try await Notices.tellMinutes(meeting, version: version, unit)
        try await unit.rows(MeetingRows.minutes, of: meeting.id).change(
            "status = 'PUBLISHED', published_at = $3, published_by = $4, file_id = $5, recipients = $6", [.id(file), .int(told)])
        try await unit.change(MeetingRecord.id, of: meeting.id, RecordChange(kept: ["minutes_file_id": .id(file)]))
        unit.publish(
            Events.minutesPublished, Events.Published(meeting: meeting.id, type: meeting.typeCode, version: version))
        return told > 0
            ? "Le compte-rendu est diffusé. Un message part à \(French.plural(told, "personne", "personnes"))."
            : "Le compte-rendu est diffusé."
    }

    /// Approves published minutes, at the next meeting as a rule.
    static func approve(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws -> String {
        let done = try await unit.rows(MeetingRows.minutes, of: meeting.id).change(
            "status = 'APPROVED', approved_at = $3, approved_by = $4", where: "t.status = 'PUBLISHED'")
        guard done.count == 1 else {
            throw Refusal.conflict("not_published", "Seul un compte-rendu diffusé et pas encore approuvé peut être approuvé.")
        }
        return "Le compte-rendu est approuvé."
    }

    /// A text cut to a length, with an ellipsis when something is missing. Pure.
    static func shortened(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
    }

    // MARK: Shared steps

    /// The situation behind an item of the agenda, so that its decisions follow it.
    private static func situation(of item: Identifier?, _ unit: WriteUnit) async throws -> Identifier? {
        guard let item else { return nil }
        let rows = try await unit.one(
            Query("select case_id from facilitation.agenda_item where msp_id = $1 and id = $2", .id(unit.msp), .id(item)))
        return try rows.first?[0]
    }

    /// The text may change from the notice on until it is published; the secretary of the meeting may write too.
    static func requireEditable(_ meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        try Meetings.requireDriver(meeting, unit.access)
        try Meetings.require(meeting, in: [.convened, .held])
        let rows = try await unit.one(
            Query(
                "select status from facilitation.minutes where msp_id = $1 and meeting_id = $2 for update", .id(unit.msp), .id(meeting.id)))
        guard MinutesWorkflow.isEditable(try rows.first?["status"]) else {
            throw Refusal.conflict("minutes_published", "Le compte-rendu est diffusé\u{A0}: il ne change plus.")
        }
    }

    private static func insertNote(
        _ id: Identifier, _ meeting: LockedMeeting, item: Identifier?, kind: String, text: String, decision: Identifier?, _ unit: WriteUnit
    ) async throws {
        // The item must belong to this meeting: a foreign key alone would accept one of another meeting.
        let done = try await unit.rows(MeetingRows.notes, of: meeting.id).put(
            "id, agenda_item_id, kind, text, decision_id",
            """
            $5, $6, $7, $8, $9 where $6::uuid is null or exists (
                select from facilitation.agenda_item i where i.msp_id = $1 and i.id = $6 and i.meeting_id = $2 and i.archived_at is null)
            """, [.id(id), .id(item), .text(kind), .text(text), .id(decision)])
        guard done.count == 1 else {
            throw Refusal.invalid("agenda_item_id", "Ce point n’est pas à l’ordre du jour de cette réunion.")
        }
    }
}
