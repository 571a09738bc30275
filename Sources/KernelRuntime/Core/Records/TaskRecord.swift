internal import Kernel

/// What somebody of the team has to do (missions.md 3.5).
enum TaskRecord {
    static let record = RecordType(
        id: "core.task", table: "kernel.task",
        words: RecordWords("tâche", "tâches", isFeminine: true, purpose: "Ce que chacun a à faire, et pour quand."), path: "taches",
        apiPath: "tasks",
        fields: [
            RecordField("title", .text(max: 200), label: "Intitulé", required: true),
            RecordField("owner_id", .reference(.professional), label: "Responsable", required: true),
            RecordField("due_on", .date, label: "Échéance"),
            RecordField("status", .choice(CodeList("TASK_STATUS", states)), label: "État", readOnly: true, default: .text("TODO")),
            RecordField("waiting_for_id", .reference(.professional), label: "En attente de"),
            RecordField("effort_min", .minutes(1...100_000), label: "Temps estimé"),
        ],
        titleField: "title", columns: ["title", "owner_id", "due_on", "status", "waiting_for_id"], search: ["title"],
        findable: ["owner_id", "due_on"],
        order: RecordOrder("due_on"),
        permissions: RecordPermissions(
            read: CorePermissions.readTasks, create: CorePermissions.writeTasks, update: CorePermissions.writeTasks,
            archive: CorePermissions.writeTasks),
        workflow: Workflow(
            field: "status",
            states: states, editable: ["TODO", "DOING"],
            // A task that an object of a module brings follows it wherever it goes.
            next: [
                "TODO": ["DOING", "DONE", "CANCELLED"], "DOING": ["TODO", "DONE", "CANCELLED"], "DONE": ["TODO", "CANCELLED"],
                "CANCELLED": ["TODO", "DONE"],
            ]),
        actions: [
            move("start", label: "Commencer", path: "commencer", from: ["TODO"], to: "DOING", says: "La tâche est en cours."),
            move(
                "done", label: "Terminer", path: "terminer", from: ["TODO", "DOING"], to: "DONE", says: "La tâche est faite.", rank: .main),
            move(
                "reopen", label: "Rouvrir", path: "rouvrir", from: ["DONE", "CANCELLED"], to: "TODO",
                says: "La tâche est de nouveau à faire."),
            move(
                "cancel", label: "Annuler la tâche", path: "annuler", from: ["TODO", "DOING"], to: "CANCELLED",
                says: "La tâche est annulée.",
                rank: .destructive),
        ],
        deadlines: [
            RecordDeadline(
                "due", .field("due_on"), remind: [7, 1], ahead: CoreToday.horizon, while: ["TODO", "DOING"], owner: "owner_id",
                acting: CorePermissions.progressTasks, doneBy: "done", says: "à faire")
        ])

    private static let states: [Workflow.State] = [
        .init("TODO", "À faire", .soft), .init("DOING", "En cours", .note), .init("DONE", "Faite", .done),
        .init("CANCELLED", "Annulée", .soft),
    ]

    private static func move(
        _ id: String, label: String, path: String, from: Set<String>, to state: String, says: String, rank: RecordAction.Rank = .ordinary
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: id, permission: CorePermissions.progressTasks, from: from, to: state, rank: rank
        ) { input, unit in
            // One's own tasks, or those of others with the right to assign them.
            guard
                unit.access.can(CorePermissions.writeTasks)
                    || (unit.access.professional != nil && input.record.id("owner_id") == unit.access.professional)
            else { throw Refusal.forbidden }
            return ActionOutcome(says)
        }
    }
}
