import Kernel

/// Decisions of the team and what became of them: `/equipe/decisions`, `/facilitation/decisions`.
/// They are born in a meeting (`MeetingRecord`, act `add_decision`), never from a form of their own.
enum DecisionRecord {
    static let id = "facilitation.decision"

    static let record = RecordType(
        id: id, table: "facilitation.decision",
        words: RecordWords(
            "décision", "décisions", isFeminine: true, purpose: "Ce que l’équipe a décidé en réunion, qui s’en charge et où cela en est."),
        path: "decisions", apiPath: "decisions",
        fields: [
            RecordField("text", .text(max: 500), label: "Décision", required: true),
            RecordField("kind", .choice(Codes.decisionKind), label: "Nature", readOnly: true, default: .text("ACTION")),
            RecordField("owner_id", .reference(.professional), label: "Responsable"),
            RecordField("due_on", .date, label: "Pour le"),
            RecordField("follow_up_state", .choice(Codes.followUp), label: "Suivi", readOnly: true, default: .text("OPEN")),
            RecordField("done_on", .date, label: "Faite le", readOnly: true),
            RecordField("meeting_id", .reference(References.meeting), label: "Réunion", readOnly: true),
            RecordField("vote_result", .text(max: 120), label: "Résultat du vote"),
            RecordField("task_id", .reference(.task), label: "Tâche", readOnly: true),
        ], titleField: "text", columns: ["text", "owner_id", "due_on", "follow_up_state", "kind", "meeting_id"], search: ["text"],
        findable: ["owner_id", "due_on", "meeting_id"],
        order: RecordOrder("due_on", descending: true),
        permissions: RecordPermissions(
            read: Permissions.readDecisions, create: nil, update: Permissions.writeDecisions, archive: nil),
        workflow: Workflow(
            field: "follow_up_state",
            states: [
                Workflow.State("OPEN", "En cours", .note), Workflow.State("LATE", "En retard", .stop),
                Workflow.State("DONE", "Faite", .done), Workflow.State("CANCELLED", "Abandonnée", .soft),
            ], editable: ["OPEN", "LATE"],
            next: ["OPEN": ["LATE", "DONE", "CANCELLED"], "LATE": ["DONE", "CANCELLED"], "DONE": ["OPEN"], "CANCELLED": ["OPEN"]]),
        actions: [
            act("complete", "Marquer comme faite", path: "faite", api: "complete", to: "DONE", from: ["OPEN", "LATE"], rank: .main),
            act("abandon", "Abandonner", path: "abandonner", api: "abandon", to: "CANCELLED", from: ["OPEN", "LATE"], rank: .destructive),
            act("resume", "Reprendre", path: "reprendre", api: "resume", to: "OPEN", from: ["DONE", "CANCELLED"], rank: .ordinary),
        ],
        verbs: ["late": "Échéance passée"],
        check: { new, _ in
            new.text("kind") == "ACTION" && new.id("owner_id") == nil
                ? [FieldFault("owner_id", "Une action a un responsable.")] : []
        }, prepare: prepare,
        deadlines: [
            // Whoever is to do it is told by the task that the decision brings.
            RecordDeadline(
                "due", .field("due_on"), remind: [], while: ["OPEN", "LATE"], where: ["kind": ["ACTION"]], owner: "owner_id",
                tellsOwner: false, tells: Permissions.writeDecisions, doneBy: "complete", says: "à suivre")
        ])

    /// The task follows the decision: words, owner and date.
    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws -> RecordValues
    {
        guard let task = old?.id("task_id"), let owner = new.id("owner_id"), let text = new.text("text") else { return new }
        try await unit.follow(
            "core.task", on: task, "update",
            ["title": .text(Writing.taskTitle(text)), "owner_id": .id(owner), "due_on": new["due_on"]])
        return new
    }

    private static func act(
        _ id: String, _ label: String, path: String, api: String, to state: String, from: Set<String>, rank: RecordAction.Rank
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: api, permission: Permissions.writeDecisions, from: from, to: state,
            sets: [state == "DONE" ? .today("done_on") : .value("done_on", .null)], rank: rank
        ) { input, unit in
            if let task = input.record.id("task_id") { try await Decisions.follow(task, to: state, unit) }
            return ActionOutcome("Le suivi de la décision est à jour.")
        }
    }
}
