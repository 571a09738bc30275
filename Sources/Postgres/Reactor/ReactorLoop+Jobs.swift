internal import CLibPQ
internal import Logging

/// The life of a job: wait, run, clean up, answer.
extension ReactorLoop {
    func begin(_ job: Job) {
        if job.cancelRequested { return finish(job, .failure(PostgresError(.cancelled))) }
        guard let lease = job.lease else { return enqueue(job) }
        switch lease.state {
        case .unused:
            if case .finish = job.request { return finish(job, .success([])) }
            enqueue(job)
        case .ended:
            if case .finish = job.request { return finish(job, .success([])) }
            finish(job, .failure(PostgresError(.connection, "the transaction is over: its connection was lost or it has ended")))
        case .held(let connection):
            if connection.phase == .held, !connection.cancellation.isInFlight {
                start(job, on: connection)
            } else {
                job.state = .pending
                lease.pending.append(job)
            }
        }
    }

    /// Puts the job's statements on the wire.
    func start(_ job: Job, on connection: Connection) {
        job.state = .running(connection)
        connection.job = job
        connection.phase = .working
        connection.answerDeadline = now + answerLimit
        let sent: Bool
        switch job.request {
        case .pipeline(let pipeline): sent = connection.send(pipeline)
        case .simple(let script): sent = connection.send(script: script)
        case .finish:
            connection.phase = .settling
            return settle(connection)
        }
        if sent { rewatch(connection) } else { lose(connection) }
    }

    /// Everything that was sent is answered.
    func answered(_ connection: Connection) {
        connection.answerDeadline = .max
        guard let job = connection.job else { return lose(connection) }
        if connection.phase == .cleaning {
            guard connection.failure == nil, connection.transactionStatus == PQTRANS_IDLE else { return lose(connection) }
            return release(connection)
        }
        job.results = connection.takeResults()
        job.failure = connection.failure
        connection.phase = .settling
        settle(connection)
    }

    /// Decides what the connection needs before it can be used again. While a cancel request is under way nothing is sent:
    /// it would hit the wrong statement.
    func settle(_ connection: Connection) {
        guard let job = connection.job else { return lose(connection) }
        if connection.cancellation.isInFlight { return }
        calm(connection)
        let open = connection.isInTransaction
        if job.afterwards == .hold, let lease = job.lease {
            if connection.lease != nil { return hold(connection, lease, job) }
            if job.failure == nil, open {
                lease.state = .held(connection)
                connection.lease = lease
                return hold(connection, lease, job)
            }
            if job.failure == nil { job.failure = PostgresError(.configuration, "the opening of the transaction has no begin") }
        }
        var commands: [String] = []
        if open {
            commands.append("rollback")
            if job.failure == nil, !job.isFinish {
                job.failure = PostgresError(.configuration, "the statements left their transaction open")
            }
        }
        if job.isScript { commands += Self.sessionReset }
        if commands.isEmpty { return release(connection) }
        connection.phase = .cleaning
        connection.answerDeadline = now + answerLimit
        if connection.sendCleanup(commands, forgetStatements: job.isScript) { rewatch(connection) } else { lose(connection) }
    }

    /// `discard all` without its release of advisory locks: whoever runs scripts under such a lock goes on holding it.
    private static let sessionReset = ["set session authorization default", "reset all", "close all", "unlisten *", "discard temp"]

    /// The transaction goes on: answer, then take the next step of it.
    private func hold(_ connection: Connection, _ lease: Lease, _ job: Job) {
        connection.phase = .held
        connection.job = nil
        complete(job)
        if !lease.pending.isEmpty { start(lease.pending.removeFirst(), on: connection) }
    }

    /// The connection is clean: answer and give it back.
    private func release(_ connection: Connection) {
        let job = connection.job
        connection.job = nil
        connection.phase = .idle
        connection.idleSince = now
        endLease(of: connection, PostgresError(.connection, "the transaction has ended"))
        decide(.release(connection.slot))
        if let job { complete(job) }
    }

    private func endLease(of connection: Connection, _ error: PostgresError) {
        guard let lease = connection.lease else { return }
        connection.lease = nil
        lease.state = .ended
        let pending = lease.pending
        lease.pending = []
        for job in pending { finish(job, job.isFinish ? .success([]) : .failure(error)) }
    }

    /// Answers with what the job has gathered.
    private func complete(_ job: Job) {
        guard var error = job.failure else { return finish(job, .success(job.results)) }
        if job.cancelRequested, error.sqlState == .queryCanceled { error = PostgresError(.cancelled, sqlState: .queryCanceled) }
        finish(job, .failure(error))
    }

    func finish(_ job: Job, _ result: Result<[ResultSet], PostgresError>) {
        job.state = .finished
        if case .failure(let error) = result { count(job, failed: error) } else { count(job, failed: nil) }
        answer(job, result)
    }

    /// The connection is gone, and with it whatever ran or waited on it.
    func failJobs(of connection: Connection, _ error: PostgresError) {
        if let job = connection.job {
            connection.job = nil
            // After the statements were answered, their own error says more than the loss of the connection during the cleaning.
            let own = connection.phase == .cleaning || connection.phase == .settling ? job.failure : nil
            if job.isFinish { finish(job, .success([])) } else { finish(job, .failure(own ?? error)) }
        }
        endLease(of: connection, error)
    }

    // MARK: Cancelling

    /// The caller's task was cancelled.
    func cancel(_ job: Job) {
        job.cancelRequested = true
        switch job.state {
        case .new, .finished: return
        case .waiting(let waiter):
            waiting[waiter] = nil
            decide(.withdraw(waiter))
            finish(job, .failure(PostgresError(.cancelled)))
        case .pending:
            job.lease?.pending.removeAll { $0 === job }
            finish(job, .failure(PostgresError(.cancelled)))
        case .running(let connection):
            guard connection.job === job, connection.phase == .working, !connection.cancellation.isActive else { return }
            cancelling += 1
            connection.cancellation.giveUp = now + 5_000_000_000
            requestCancel(connection)
        }
    }

    private func requestCancel(_ connection: Connection) {
        guard let request = CancelRequest(connection.handle) else { return lose(connection) }
        connection.cancellation.isInFlight = true
        connection.cancellation.again = nil
        let (reactor, key) = (reactor, connection.key)
        reactor.beside {
            request.send()
            reactor.submit(.cancelArrived(key))
        }
    }

    func cancelArrived(_ key: UInt64) {
        guard let connection = connections[Int(key & 0xFFFF_FFFF)], connection.key == key else { return }
        connection.cancellation.isInFlight = false
        if connection.phase == .settling { return settle(connection) }
        // The server ignores a request that arrives between two statements: it is repeated while the job goes on.
        connection.cancellation.again = now + 200_000_000
    }

    func reviewCancellations() {
        for case let connection? in connections where connection.cancellation.isActive {
            if let giveUp = connection.cancellation.giveUp, giveUp <= now {
                connection.job?.failure = PostgresError(.cancelled, "the server did not react: the connection was closed")
                connection.phase = .settling
                lose(connection)
            } else if let again = connection.cancellation.again, again <= now, connection.phase == .working {
                requestCancel(connection)
            }
        }
    }

    /// The cancelled job is over.
    private func calm(_ connection: Connection) {
        guard connection.cancellation.isActive else { return }
        connection.cancellation = Connection.Cancellation()
        cancelling -= 1
    }
}

/// A request to cancel what runs on a connection.
///
/// Unchecked: libpq makes a copy of what it needs, and only one thread sends it.
final class CancelRequest: @unchecked Sendable {
    private let request: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let request = PQgetCancel(connection) else { return nil }
        self.request = request
    }

    deinit {
        PQfreeCancel(request)
    }

    /// Blocks until the server has taken the request, or failed to.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(request, &message, Int32(message.count))
    }
}
