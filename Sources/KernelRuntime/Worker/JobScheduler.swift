import Kernel
import Logging
import ServiceLifecycle

/// Sees to it that every MSP has one line for each job in the queue: the line moves on when the job has run, so that a day of jobs
/// leaves no rows behind. Once an hour it keeps the years of the ledgers and purges what the platform keeps for a time.
struct JobScheduler: Sendable {
    let pool: PostgresPool
    let jobs: [Job]
    let logger: Logger

    private static let pause = Duration.seconds(20)

    func loop() async {
        var isFirst = true
        var purged: Int?
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                // After a start, which may be one after a restore, what was lost is looked for first.
                try await pool.run(
                    Query(
                        "select kernel.plan_jobs($1, $2::integer[], $3)", .texts(jobs.map(\.id)),
                        .ints(jobs.map { max(60, $0.everySeconds) }), .text(isFirst ? Sweep.job.id : nil)))
                isFirst = false
            } catch {
                logger.warning("jobs not planned", metadata: ["error": "\(error)"])
            }
            let hour = Int(Instant.now.microseconds / 3_600_000_000)
            if purged != hour {
                purged = hour
                await LedgerYears(pool: pool, logger: logger).run()
                await PlatformPurge(pool: pool, logger: logger).run()
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
        }
    }
}
