import Kernel

/// Following decisions up. The task of a decision and the decision itself never disagree for long: whoever moves one moves the
/// other, here at once, for tasks by the job below.
enum Decisions {
    /// Moves a decision to a state, with its task.
    static func follow(_ decision: Identifier, to state: String, _ unit: WriteUnit) async throws {
        let today = unit.access.local(unit.now).date
        let rows = try await unit.one(
            Query(
                """
                update facilitation.decision set follow_up_state = $5, done_on = case when $5 = 'DONE' then $6::date end,
                    updated_at = $3, updated_by = $4, revision = revision + 1
                where msp_id = $1 and id = $2 returning task_id
                """, parameters: unit.stamp(decision) + [.text(state), .date(today)]))
        guard let row = rows.first else { throw Refusal.notFound }
        guard let task: Identifier = try row[0] else { return }
        let (verb, status) = state == "DONE" ? ("done", "DONE") : state == "CANCELLED" ? ("cancel", "CANCELLED") : ("reopen", "TODO")
        try await unit.follow("core.task", on: task, verb, RecordValues(["status": .text(status)]))
    }

    /// Every ten minutes: what its owner ticked as a task is done here too; what is past its date is late.
    static let job = Job("facilitation.follow_decisions", everySeconds: 600) { unit in
        let today = unit.access.local(unit.now).date
        try await unit.run(
            Query(
                """
                update facilitation.decision d set follow_up_state = case when t.status = 'DONE' then 'DONE' else 'CANCELLED' end,
                    done_on = case when t.status = 'DONE' then $2::date end, updated_at = $3, revision = d.revision + 1
                from kernel.task t
                where d.msp_id = $1 and t.msp_id = $1 and t.id = d.task_id and d.follow_up_state in ('OPEN', 'LATE')
                    and t.status in ('DONE', 'CANCELLED')
                """, .id(unit.msp), .date(today), .instant(unit.now)),
            Query(
                """
                update facilitation.decision d set follow_up_state = 'LATE', updated_at = $3, revision = d.revision + 1
                where d.msp_id = $1 and d.follow_up_state = 'OPEN' and d.due_on < $2 and d.archived_at is null
                """, .id(unit.msp), .date(today), .instant(unit.now)))
    }
}
