import ArgumentParser
import Kernel

/// `collectif queue`: what is to be done and does not get done. Codes and ids only: what a piece of work holds stays in its MSP.
struct QueueCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "queue", abstract: "Look at work that failed or waits; try it again, or give it up.",
            subcommands: [QueueList<H>.self, QueueRetry<H>.self, QueueDiscard<H>.self])
    }
}

/// `collectif queue list`
struct QueueList<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "Work that failed at least once, the given-up first: id, kind, MSP, tries, code, due.")
    }

    func run() async throws {
        try await CommandHouse<H>.withQueue { pool in
            let rows = try await pool.run(
                Query(
                    """
                    select w.id, w.kind, coalesce(o.slug, '-'), w.state, w.attempts, coalesce(w.last_error, '-'),
                        to_char(w.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                    from kernel.work w left join kernel.organisation o on o.id = w.organisation_id
                    where w.state = 'dead' or w.state = 'pending' and w.attempts > 0
                    order by w.state <> 'dead', w.due_at limit 500
                    """))
            for row in rows {
                say(
                    "\(try row[0] as Identifier)\t\(try row[1] as String)\t\(try row[2] as String)\t\(try row[3] as String)\t"
                        + "\(try row[4] as Int)\t\(try row[5] as String)\t\(try row[6] as String)")
            }
            if rows.isEmpty { say("Nothing failed.") }
        }
    }
}

/// `collectif queue retry`
struct QueueRetry<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "retry", abstract: "Try a piece of work again at once, or everything of one kind.")
    }

    @Option(help: "Id of one piece of work.") var id: String?
    @Option(help: "Everything of this kind that failed: mail, event or job.") var kind: String?

    func run() async throws {
        let chosen = try QueueChoice(id: id, kind: kind)
        try await CommandHouse<H>.withQueue { pool in
            // The body of a mail that was given up is gone: only its author can write it again.
            let rows = try await pool.run(
                Query(
                    """
                    update kernel.work set state = 'pending', due_at = now(), attempts = case when state = 'dead' then 0 else attempts end
                    where (id = $1 or kind = $2) and (state = 'pending' and attempts > 0 or state = 'dead' and kind <> 'mail') returning id
                    """, .id(chosen.id), .text(chosen.kind)))
            say("\(rows.count) pieces of work are due now.")
        }
    }
}

/// `collectif queue discard`
struct QueueDiscard<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "discard", abstract: "Give up work that was given up already: it is no longer shown.")
    }

    @Option(help: "Id of one piece of work.") var id: String?
    @Option(help: "Everything of this kind that is dead: mail, event or job.") var kind: String?

    func run() async throws {
        let chosen = try QueueChoice(id: id, kind: kind)
        try await CommandHouse<H>.withQueue { pool in
            let rows = try await pool.run(
                Query(
                    "delete from kernel.work where (id = $1 or kind = $2) and state = 'dead' returning id", .id(chosen.id),
                    .text(chosen.kind)))
            say("\(rows.count) pieces of work are gone.")
        }
    }
}

/// One piece of work, or all of a kind.
private struct QueueChoice {
    let id: Identifier?
    let kind: String?

    init(id: String?, kind: String?) throws {
        self.id = id.flatMap { Identifier($0) }
        self.kind = kind
        guard (self.id == nil) != (kind == nil) else { throw CommandFailure("Give --id with an id of the list, or --kind.") }
    }
}

extension CommandHouse {
    /// The queue as its owner sees it.
    fileprivate static func withQueue(_ body: (PostgresPool) async throws -> Void) async throws {
        let platform = try platform()
        try await explained {
            let pool = try platform.ownerPool()
            try await body(pool)
            await pool.close()
        }
    }
}
