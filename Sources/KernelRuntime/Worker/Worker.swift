import Kernel
import Logging
import ServiceLifecycle

/// Does what requests left to do: mails, events, jobs. Work is claimed under a lock that lasts as long as the
/// transaction, so a killed worker gives it back by itself and nothing is lost.
struct Worker: Service {
    let pool: PostgresPool
    let handlers: [String: EventHandler]
    let jobs: [String: Job]
    let runtime: GateRuntime
    let settings: ServerSettings
    let submitter: MailSubmitter?
    let logger: Logger

    private static let idlePause = Duration.milliseconds(250)
    /// Loops that do everything. One more takes no mail, and one only mails that somebody waits for: a mail server that answers slowly
    /// holds up nothing else, and a thousand reminders do not hold up a new password.
    private static let concurrency = 2

    /// What a loop takes from the queue.
    enum Lane: Sendable {
        case kinds([String])
        case urgentMail

        private static let work: SQL = "select id, organisation_id, kind, ref_id, key, attempts from kernel.claim_work($1, 1)"
        private static let mail: SQL = "select id, organisation_id, kind, ref_id, key, attempts from kernel.claim_urgent_mail()"

        fileprivate var claim: Query {
            switch self {
            case .kinds(let kinds): Query(Self.work, .texts(kinds))
            case .urgentMail: Query(Self.mail)
            }
        }
    }

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.concurrency { group.addTask { await loop(.kinds(kinds)) } }
            group.addTask { await loop(.kinds(Self.quickKinds)) }
            if submitter != nil { group.addTask { await loop(.urgentMail) } }
            group.addTask { await JobScheduler(pool: pool, jobs: Array(jobs.values), logger: logger).loop() }
        }
    }

    private func loop(_ lane: Lane) async {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let didWork = await step(lane)
            if !didWork { try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.idlePause) } }
        }
    }

    private static let quickKinds = ["event", "job"]
    private var kinds: [String] { Self.quickKinds + (submitter == nil ? [] : ["mail"]) }

    /// One piece of work, if there is one.
    func step(_ lane: Lane) async -> Bool {
        let claimed = ClaimedWork()
        do {
            // A piece that asks for a paper gives itself back while the paper is printed, and is claimed again.
            return try await runtime.retrying(for: [], opening: Self.opening) { try await step(lane, claimed, $0) }
        } catch {
            if let work = claimed.get() {
                await note(failure: error, of: work)
                return true
            }
            logger.warning("work queue unreachable", metadata: ["error": "\(code(error))"])
            return false
        }
    }

    private func step(_ lane: Lane, _ claimed: ClaimedWork, _ prepared: Prepared) async throws -> Bool {
        let step = try await pool.transaction(opening: [Query("begin"), lane.claim]) { transaction, results in
            guard let row = results[1].first else { return Step.nothing }
            let work = Work(
                id: try row[0], organisation: try row[1], kind: try row[2], ref: try row[3], key: try row[4], attempts: try row[5])
            claimed.set(work)
            if work.kind == "mail", let mail = try await borrow(work, transaction) { return .mail(work, mail) }
            if work.kind == "event" { try await deliver(work, prepared, transaction) }
            if work.kind != "event", work.kind != "mail" { try await runJob(work, prepared, transaction) }
            transaction.enqueue(Query("select kernel.finish_work($1)", .id(work.id)))
            return Self.sweepsFiles(work) ? work.organisation.map { .swept($0) } ?? .done : .done
        }
        if case .mail(let work, let mail) = step { try await send(mail, work) }
        if case .swept(let msp) = step { try await takeFilesAway(msp) }
        if case .nothing = step { return false }
        return true
    }

    /// What became of a claim.
    private enum Step: Sendable {
        case nothing, done
        /// Read, and to be submitted now that the transaction is over.
        case mail(Work, MailMessage)
        /// Bytes that no file needs were marked, and are to be taken away now that the transaction is over.
        case swept(Identifier)
    }

    /// Back in the queue after a growing pause: 5 s, 10 s, 20 s … at most an hour.
    private func note(failure: any Error, of work: Work) async {
        // Silence past the end of a mail is answered by hours: it may have arrived.
        let wait = code(failure) == MailSubmitter.silent ? 7_200 : min(3_600, 5 << min(work.attempts, 10))
        let due = Instant.now.adding(seconds: wait)
        logger.warning("work failed", metadata: ["kind": "\(work.kind)", "work": "\(work.id)", "error": "\(code(failure))"])
        do {
            let state: String? = try await pool.run(
                Query("select kernel.fail_work($1, $2, $3)", .id(work.id), .text(code(failure)), .instant(due))
            ).first?[0]
            if state == "dead", work.kind == "mail" { try await conclude(work, .unreachable, reply: nil) }
        } catch {
            logger.warning("failure not noted", metadata: ["work": "\(work.id)", "error": "\(code(error))"])
        }
    }

    /// A code without data, for the queue and the log.
    private func code(_ error: any Error) -> String {
        if let error = error as? PostgresError { return error.sqlState?.rawValue ?? "connection" }
        if let error = error as? Refusal { return error.code }
        if let error = error as? WorkFailure { return error.code }
        return "error"
    }

    // MARK: Kinds of work

    /// What begins a transaction of the worker in an MSP.
    static func opening(_ msp: Identifier) -> [Query] { [Query("begin"), Query("select kernel.enter_job($1)", .id(msp))] }

    private static func sweepsFiles(_ work: Work) -> Bool { work.kind == "job" && work.key.prefix { $0 != ":" } == FileSweep.job.id }

    /// Enters an MSP, and runs more in the same round trip; gives the results of these.
    func enter(
        _ msp: Identifier, _ transaction: PostgresTransaction, _ more: Query...
    ) async throws -> (access: Access, results: [ResultSet]) {
        let rows = try await transaction.run(
            [
                Query("select kernel.enter_job($1)", .id(msp)),
                Query("select slug, name, coalesce(town, ''), time_zone from kernel.current_organisation()"),
            ] + more)
        guard let row = rows[1].first else { throw WorkFailure(code: "no_msp") }
        let access = Access(
            channel: .job, account: nil, displayName: "Tâche automatique", professional: nil, roles: [], permissions: [], modules: [],
            msp: MspHandle(id: msp, slug: try row[0], name: try row[1], town: try row[2], timeZone: try row[3]))
        return (access, Array(rows.dropFirst(2)))
    }

    func unit(_ access: Access, _ prepared: Prepared, _ transaction: PostgresTransaction, _ work: Work) -> WriteUnit {
        let web = WebRequest(method: .post, path: "", now: .now, requestID: work.id.description, publicURL: settings.publicURL)
        return runtime.unit(access: access, web: web, through: "job", prepared: prepared, transaction: transaction)
    }

    private func deliver(_ work: Work, _ prepared: Prepared, _ transaction: PostgresTransaction) async throws {
        guard let msp = work.organisation else { throw WorkFailure(code: "no_msp") }
        let (access, _) = try await enter(msp, transaction)
        let handler = String(work.key.drop { $0 != ":" }.dropFirst())
        try await EventDelivery(handlers: handlers).deliver(work.ref, to: handler, unit(access, prepared, transaction, work))
    }

    private func runJob(_ work: Work, _ prepared: Prepared, _ transaction: PostgresTransaction) async throws {
        guard let msp = work.organisation, let job = jobs[String(work.key.prefix { $0 != ":" })] else { throw WorkFailure(code: "no_job") }
        let (access, results) = try await enter(
            msp, transaction, Query("select kernel.module_state($1)", .text(String(job.id.prefix { $0 != "." }))))
        if let row = results[0].first, try row[0] as String? == "on" { try await job.run(unit(access, prepared, transaction, work)) }
    }
}
