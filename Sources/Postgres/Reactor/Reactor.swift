internal import Dispatch
internal import Glibc
internal import Logging
internal import Synchronization

/// The pool's shell as seen from other threads: an inbox, a wake-up call and the thread.
final class Reactor: Sendable {
    enum Command: Sendable {
        case start(Job)
        case cancel(Job)
        /// A cancel request of the connection with this key has arrived at the server.
        case cancelArrived(UInt64)
        case shutdown
    }

    private struct Inbox {
        var commands: [Command] = []
        /// The thread waits, or is about to: a command must wake it. One wake-up serves all commands until it has looked.
        var isAsleep = false
        var phase = Phase.new
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private enum Phase {
        case new
        case running
        case stopped
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    let poll = EventPoll()
    private let inbox = Mutex(Inbox())
    private let published = Mutex(PoolStatistics())
    /// Cancel requests block, each on a thread that is not the reactor's and not the cooperative pool's.
    private let cancelQueue = DispatchQueue(label: "postgres-cancel", attributes: .concurrent)

    init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    var statistics: PoolStatistics { published.withLock { $0 } }

    func publish(_ statistics: PoolStatistics) {
        published.withLock { $0 = statistics }
    }

    // MARK: The thread

    func start() {
        let first = inbox.withLock { inbox in
            defer { if inbox.phase == .new { inbox.phase = .running } }
            return inbox.phase == .new
        }
        guard first else { return }
        guard poll.isUsable, spawn() else {
            logger.critical("the thread of the database client could not be started")
            stopped()
            return
        }
    }

    private func spawn() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let created = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let reactor = Unmanaged<Reactor>.fromOpaque(context).takeRetainedValue()
                ReactorLoop(reactor).run()
                reactor.stopped()
                return nil
            }, context.toOpaque())
        guard created == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// All commands since the last call. When there are none, the thread is marked as asleep, so that the next command wakes it.
    func takeCommands(into commands: inout [Command]) {
        commands.removeAll(keepingCapacity: true)
        inbox.withLock { inbox in
            swap(&commands, &inbox.commands)
            inbox.isAsleep = commands.isEmpty
        }
    }

    private func stopped() {
        let (commands, closers) = inbox.withLock { inbox in
            inbox.phase = .stopped
            defer {
                inbox.commands = []
                inbox.closers = []
            }
            return (inbox.commands, inbox.closers)
        }
        for case .start(let job) in commands { job.finish(.failure(PostgresError(.shutdown, "the pool is closed"))) }
        for closer in closers { closer.resume() }
    }

    // MARK: From other threads

    /// Enters a command; false when the thread does not run.
    @discardableResult
    func submit(_ command: Command) -> Bool {
        let (accepted, wake) = inbox.withLock { inbox in
            guard inbox.phase == .running else { return (false, false) }
            inbox.commands.append(command)
            defer { inbox.isAsleep = false }
            return (true, inbox.isAsleep)
        }
        if wake { poll.wake() }
        return accepted
    }

    func perform(_ request: JobRequest, on lease: Lease?, afterwards: Afterwards) async throws(PostgresError) -> [ResultSet] {
        let job = Job(request: request, lease: lease, afterwards: afterwards, startedAt: MonotonicClock.now())
        let result = await withTaskCancellationHandler {
            await answer(to: job)
        } onCancel: {
            submit(.cancel(job))
        }
        return try result.get()
    }

    /// Rolls back and gives the connection of a transaction back. Not to be cancelled: the next caller needs a clean connection.
    func release(_ lease: Lease) async {
        _ = await answer(to: Job(request: .finish, lease: lease, afterwards: .release, startedAt: MonotonicClock.now()))
    }

    private func answer(to job: Job) async -> Result<[ResultSet], PostgresError> {
        await withCheckedContinuation { continuation in
            job.continuation = continuation
            if !submit(.start(job)) {
                let started = inbox.withLock { $0.phase != .new }
                job.finish(
                    .failure(
                        started ? PostgresError(.shutdown, "the pool is closed") : PostgresError(.configuration, "the pool is not started"))
                )
            }
        }
    }

    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let waits = inbox.withLock { inbox in
                if inbox.phase == .new { inbox.phase = .stopped }
                guard inbox.phase == .running else { return false }
                inbox.closers.append(continuation)
                return true
            }
            if waits {
                submit(.shutdown)
            } else {
                continuation.resume()
            }
        }
    }

    /// The pool's owner is gone: the thread ends once its work is done.
    func abandon() {
        submit(.shutdown)
    }

    /// Runs a blocking call beside the reactor.
    func beside(_ work: @escaping @Sendable () -> Void) {
        cancelQueue.async(execute: work)
    }
}
