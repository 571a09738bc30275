import Kernel

/// Following decisions up. The task of a decision and the decision itself never disagree for long: whoever moves one moves the
/// other, here at once, for tasks by the job below.
enum Decisions {
    /// Moves the task of a decision to where the decision is.
    static func follow(_ task: Identifier, to state: String, _ unit: WriteUnit) async throws {
        let (verb, status) = state == "DONE" ? ("done", "DONE") : state == "CANCELLED" ? ("cancel", "CANCELLED") : ("reopen", "TODO")
        try await unit.follow("core.task", on: task, verb, ["status": .text(status)])
    }

    /// Every ten minutes: what its owner ticked as a task is done here too; what is past its date is late.
    static let job = Job("facilitation.follow_decisions", everySeconds: 600) { unit in
        let today = unit.access.local(unit.now).date
        let results = try await unit.run(
            Query(
                """
                select d.id, t.status from facilitation.decision d join kernel.task t on t.msp_id = d.msp_id and t.id = d.task_id
                where d.msp_id = $1 and t.msp_id = $1 and d.follow_up_state in ('OPEN', 'LATE') and t.status in ('DONE', 'CANCELLED')
                """, .id(unit.msp)),
            Query(
                """
                select d.id from facilitation.decision d
                where d.msp_id = $1 and d.follow_up_state = 'OPEN' and d.due_on < $2 and d.archived_at is null
                """, .id(unit.msp), .date(today)))
        let ended = Dictionary(grouping: try results[0].map { (try $0[0] as Identifier, try $0[1] as String) }, by: \.1)
        try await unit.follow(
            DecisionRecord.id, on: (ended["DONE"] ?? []).map(\.0), "complete",
            ["follow_up_state": .text("DONE"), "done_on": .date(today)], from: ["OPEN", "LATE"])
        try await unit.follow(
            DecisionRecord.id, on: (ended["CANCELLED"] ?? []).map(\.0), "abandon", ["follow_up_state": .text("CANCELLED")],
            from: ["OPEN", "LATE"])
        try await unit.follow(
            DecisionRecord.id, on: try results[1].map { try $0[0] }, "late", ["follow_up_state": .text("LATE")], from: ["OPEN"])
    }
}
