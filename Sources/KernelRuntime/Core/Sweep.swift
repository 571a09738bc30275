internal import Kernel

/// What an MSP keeps for a short time goes when its time is over; the comment of each table says how long. Each purge is a job of its
/// own, so that a failure of one stops no other.
enum Sweep {
    static let jobs = [job, mails, events, trail, FileSweep.job]

    /// Rows of one statement; what is beyond goes at the next run.
    private static let bite = 5_000

    /// Once an hour, and first of all after a start: answers to repeated requests after a day, and work that was lost is planned again.
    static let job = Job("core.sweep", everySeconds: 3_600) { unit in
        try await unit.run(
            Query(
                "delete from kernel.idempotency where msp_id = $1 and created_at < $2::timestamptz - interval '1 day'", .id(unit.msp),
                .instant(unit.now)))
        try await planAgain(unit)
    }

    /// Events and mails that wait without a line in the queue: the queue may be committed on another node, or restored from another
    /// moment. What is a few minutes old has its line under way.
    private static func planAgain(_ unit: WriteUnit) async throws {
        let waiting = try await unit.run(
            Query(
                """
                select d.event_id, d.event_id || ':' || d.handler from kernel.delivery d
                join kernel.outbox o on o.msp_id = $1 and o.id = d.event_id
                where d.msp_id = $1 and d.state = 'pending' and o.occurred_at < $2::timestamptz - interval '5 minutes' limit 1000
                """, .id(unit.msp), .instant(unit.now)),
            Query(
                """
                select id, id::text from kernel.mail
                where msp_id = $1 and state = 'pending' and created_at < $2::timestamptz - interval '5 minutes' limit 1000
                """, .id(unit.msp), .instant(unit.now)))
        for (kind, rows) in zip(["event", "mail"], waiting) where rows.count > 0 {
            let refs: [Identifier] = try rows.map { try $0[0] }
            let keys: [String] = try rows.map { try $0[1] }
            try await unit.run(Query("select kernel.plan_again($1, $2, $3, $4)", .id(unit.msp), .text(kind), .ids(refs), .texts(keys)))
        }
    }

    private static let mails = Job("core.purge_mails", everySeconds: 86_400) { unit in
        try await unit.run(
            Query(
                """
                delete from kernel.mail where msp_id = $1 and id in (
                    select m.id from kernel.mail m
                    where m.msp_id = $1 and m.state = any ('{pending,sent,dead}') and m.created_at < $2::timestamptz - interval '90 days'
                    limit $3)
                """, .id(unit.msp), .instant(unit.now), .int(bite)))
    }

    /// Events with their deliveries; one that is still waited for stays.
    private static let events = Job("core.purge_events", everySeconds: 86_400) { unit in
        try await unit.run(
            Query(
                """
                delete from kernel.outbox where msp_id = $1 and id in (
                    select o.id from kernel.outbox o
                    where o.msp_id = $1 and o.occurred_at < $2::timestamptz - interval '90 days'
                        and not exists (
                            select from kernel.delivery d where d.msp_id = $1 and d.event_id = o.id and d.state = 'pending')
                    limit $3)
                """, .id(unit.msp), .instant(unit.now), .int(bite)))
    }

    /// Once a week: the act of purging is an entry of the trail itself.
    private static let trail = Job("core.purge_trail", everySeconds: 604_800) { unit in
        try await unit.run(Query("select kernel.purge_audit($1, $2)", .id(unit.msp), .int(bite)))
    }
}
