import Kernel
import Logging
import ServiceLifecycle

/// Plans scheduled work: one line per MSP and slot, whose key makes it happen once, however many servers run. Once an hour
/// it sweeps what the platform keeps for a short time.
struct JobScheduler: Sendable {
    let pool: PostgresPool
    let jobs: [Job]
    let logger: Logger

    private static let pause = Duration.seconds(20)

    func loop() async {
        var planned: [String: Int] = [:]
        var swept: Int?
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let seconds = Int(Instant.now.microseconds / 1_000_000)
            for job in jobs {
                let slot = seconds / max(60, job.everySeconds)
                guard planned[job.id] != slot else { continue }
                do {
                    try await plan(job, slot: slot)
                    planned[job.id] = slot
                } catch {
                    logger.warning("job not planned", metadata: ["job": "\(job.id)", "error": "\(error)"])
                }
            }
            if swept != seconds / 3_600 {
                do {
                    _ = try await pool.pipeline([Query("select kernel.sweep_platform()"), Query("select kernel.sweep_kept_forms()")])
                    swept = seconds / 3_600
                } catch {
                    logger.warning("platform not swept", metadata: ["error": "\(error)"])
                }
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
        }
    }

    private func plan(_ job: Job, slot: Int) async throws {
        for row in try await pool.pipeline([Query("select id from kernel.job_targets()")])[0] {
            let msp: Identifier = try row[0]
            _ = try await pool.pipeline([
                Query("begin"), Query("select kernel.enter_job($1)", .id(msp)),
                Query("select kernel.enqueue_job($1, 'job', $1, $2)", .id(msp), .text("\(job.id):\(slot)")), Query("commit"),
            ])
        }
    }
}
