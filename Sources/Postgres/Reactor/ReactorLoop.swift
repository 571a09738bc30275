internal import CLibPQ
internal import Glibc
internal import Logging

/// The reactor's thread: waits for sockets and commands, asks the pool's state machine, and does what it says.
/// Only that thread touches an object of this class. The life of a job is in `ReactorLoop+Jobs.swift`.
final class ReactorLoop {
    let reactor: Reactor
    var pool: PoolStateMachine
    var connections: [Connection?]
    /// Jobs that wait for a connection, by the pool's number for them.
    var waiting: [PoolStateMachine.WaiterID: Job] = [:]
    /// The clock, read once per round.
    var now: Int64 = MonotonicClock.now()
    /// Connections with a cancel request under way or to be repeated.
    var cancelling = 0
    private var nextWaiter: PoolStateMachine.WaiterID = 0
    private var nextGeneration: UInt32 = 0
    private var isFinished = false
    private var spareActions: [PoolStateMachine.Action] = []
    private var answers: [(job: Job, result: Result<[ResultSet], PostgresError>)] = []
    private var report: PoolReport
    var random = SystemRandomNumberGenerator()
    /// How long the server may leave a job without an answer, in nanoseconds. The role's limits end a statement before; this one is for a
    /// server that does nothing any more, not even that: storage that hangs, a machine that is moved.
    let answerLimit: Int64

    init(_ reactor: Reactor) {
        self.reactor = reactor
        let configuration = reactor.configuration
        pool = PoolStateMachine(
            limits: PoolStateMachine.Limits(
                connections: configuration.poolSize, acquireTimeout: configuration.acquireTimeout.wholeNanoseconds,
                connectTimeout: configuration.connectTimeout.wholeNanoseconds, closeTimeout: configuration.closeTimeout.wholeNanoseconds))
        connections = Array(repeating: nil, count: pool.slots.count)
        let limit = configuration.answerTimeout.wholeNanoseconds
        answerLimit = limit == 0 ? Int64.max / 2 : limit
        report = PoolReport(pool: configuration.applicationName, size: configuration.poolSize)
    }

    func run() {
        var commands: [Reactor.Command] = []
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while !isFinished {
            reactor.takeCommands(into: &commands)
            if !commands.isEmpty {
                now = MonotonicClock.now()
                commands.forEach(obey)
                deliver()
            }
            let timeout = commands.isEmpty ? millisecondsToDeadline() : 0
            if commands.isEmpty { report.update(self) }
            let count = reactor.poll.wait(&events, milliseconds: timeout)
            now = MonotonicClock.now()
            for index in 0..<count { react(to: events[index].events, of: events[index].data.u64) }
            if let deadline = pool.nextDeadline, deadline <= now { decide(.tick(jitter: jitter())) }
            if cancelling > 0 { reviewCancellations() }
            endSilence()
            deliver()
        }
        report.update(self, last: true)
    }

    /// Keeps an answer until the end of the round: the sockets get their next work first, then the callers are woken together.
    func answer(_ job: Job, _ result: Result<[ResultSet], PostgresError>) {
        answers.append((job, result))
    }

    private func deliver() {
        guard !answers.isEmpty else { return }
        report.update(self)  // a caller who looks at the statistics after its answer finds it counted
        for (job, result) in answers { job.finish(result) }
        answers.removeAll(keepingCapacity: true)
    }

    private func obey(_ command: Reactor.Command) {
        switch command {
        case .start(let job): begin(job)
        case .cancel(let job): cancel(job)
        case .cancelArrived(let key): cancelArrived(key)
        case .shutdown: decide(.shutdown)
        }
    }

    /// Milliseconds until something is due, rounded up; without an end when nothing is.
    private func millisecondsToDeadline() -> Int32 {
        var deadline = pool.nextDeadline
        if cancelling > 0 { deadline = min(deadline ?? .max, now + 50_000_000) }
        if let silence = connections.lazy.compactMap({ $0?.answerDeadline }).min(), silence < .max {
            deadline = min(deadline ?? .max, silence)
        }
        if let due = report.nextUpdate { deadline = min(deadline ?? .max, due) }
        guard let deadline else { return -1 }
        return Int32(clamping: max((deadline - MonotonicClock.now() + 999_999) / 1_000_000, 0))
    }

    /// Gives up connections that should have answered.
    private func endSilence() {
        for case let connection? in connections where connection.answerDeadline <= now {
            reactor.logger.warning("the database does not answer", metadata: ["after_ms": "\(answerLimit / 1_000_000)"])
            lose(connection)
        }
    }

    func jitter() -> Double { Double.random(in: 0...1, using: &random) }

    // MARK: The pool

    /// Gives an event to the state machine and carries out its actions.
    func decide(_ event: PoolStateMachine.Event) {
        // An action may lead to another event: each level works on a list of its own, the outermost on the one that is kept.
        var actions: [PoolStateMachine.Action] = []
        swap(&actions, &spareActions)
        pool.handle(event, at: now, &actions)
        for action in actions {
            switch action {
            case .open(let slot): open(slot)
            case .close(let slot): drop(slot, PostgresError(pool.isClosing ? .shutdown : .connection, "the connection was closed"))
            case .assign(let slot, let waiter): assign(slot, waiter)
            case .refuse(let waiter, let refusal): refuse(waiter, refusal)
            case .finished: isFinished = true
            }
        }
        actions.removeAll(keepingCapacity: true)
        swap(&actions, &spareActions)
    }

    func enqueue(_ job: Job) {
        nextWaiter += 1
        job.state = .waiting(nextWaiter)
        waiting[nextWaiter] = job
        decide(.acquire(nextWaiter))
    }

    private func refuse(_ waiter: PoolStateMachine.WaiterID, _ refusal: PoolStateMachine.Refusal) {
        guard let job = waiting.removeValue(forKey: waiter) else { return }
        switch refusal {
        case .timeout: finish(job, .failure(PostgresError(.poolTimeout, "no connection became free in time")))
        case .unreachable: finish(job, .failure(PostgresError(.connection, "the database cannot be reached")))
        case .shutdown: finish(job, .failure(PostgresError(.shutdown, "the pool is closed")))
        }
    }

    private func assign(_ slot: PoolStateMachine.Slot, _ waiter: PoolStateMachine.WaiterID) {
        guard let job = waiting.removeValue(forKey: waiter) else { return decide(.release(slot)) }
        guard let connection = connections[slot] else { return decide(.lost(slot)) }
        // Idle for a moment: the server may have gone. Nothing was sent, so the caller simply gets another connection.
        if now - connection.idleSince > 1_000_000, connection.isDead() {
            close(connection)
            report.lost += 1
            waiting[waiter] = job
            return decide(.bounced(slot, waiter))
        }
        start(job, on: connection)
    }

    // MARK: Sockets

    private func open(_ slot: PoolStateMachine.Slot) {
        nextGeneration &+= 1
        guard let connection = Connection(configuration: reactor.configuration, slot: slot, generation: nextGeneration) else {
            return decide(.failed(slot, jitter: jitter()))
        }
        connections[slot] = connection
        // libpq's rule: after the start, behave as if the last step had asked to write.
        if connection.socket < 0 || !watch(connection, for: EventPoll.writable) { connectFailed(connection) }
    }

    private func react(to events: UInt32, of key: UInt64) {
        guard key != EventPoll.wakeKey else { return }
        let slot = Int(key & 0xFFFF_FFFF)
        // An event of a connection that was closed in this very round has an old key.
        guard slot < connections.count, let connection = connections[slot], connection.key == key else { return }
        switch connection.phase {
        case .connecting: shakeHands(connection)
        case .idle, .held, .settling:
            if !connection.absorbUnasked() { lose(connection) }
        case .working, .cleaning:
            let readable = events & ~EventPoll.writable != 0
            if !readable {
                if connection.flush() { rewatch(connection) } else { lose(connection) }
                return
            }
            switch connection.receive() {
            case .waiting: rewatch(connection)
            case .done:
                rewatch(connection)
                answered(connection)
            case .lost: lose(connection)
            }
        }
    }

    private func shakeHands(_ connection: Connection) {
        switch connection.shakeHands() {
        case .reading: if !watch(connection, for: EventPoll.readable) { connectFailed(connection) }
        case .writing: if !watch(connection, for: EventPoll.writable) { connectFailed(connection) }
        case .failed: connectFailed(connection)
        case .ready:
            guard watch(connection, for: EventPoll.readable) else { return connectFailed(connection) }
            connection.phase = .idle
            connection.idleSince = now
            report.opened += 1
            decide(.opened(connection.slot))
        }
    }

    private func connectFailed(_ connection: Connection) {
        reactor.logger.warning("no connection to the database", metadata: ["reason": "\(connection.connectMessage)"])
        close(connection)
        decide(.failed(connection.slot, jitter: jitter()))
    }

    /// Watches for room to write only while bytes wait.
    func rewatch(_ connection: Connection) {
        let events = connection.hasUnsentBytes ? EventPoll.readable | EventPoll.writable : EventPoll.readable
        if connection.interest != events, !watch(connection, for: events) { lose(connection) }
    }

    /// The socket may change from one step of the handshake to the next (several hosts or addresses).
    private func watch(_ connection: Connection, for events: UInt32) -> Bool {
        connection.descriptor = connection.socket
        connection.interest = events
        return connection.descriptor >= 0 && reactor.poll.watch(connection.descriptor, for: events, key: connection.key)
    }

    /// Takes the connection out of service without telling the pool.
    func close(_ connection: Connection) {
        if connection.descriptor >= 0 { reactor.poll.forget(connection.descriptor) }
        if connection.cancellation.isActive { cancelling -= 1 }
        connection.cancellation = Connection.Cancellation()
        if connections[connection.slot] === connection { connections[connection.slot] = nil }
    }

    /// A connection that had been open is gone: its caller is told, the pool replaces it when work asks for it.
    func lose(_ connection: Connection) {
        report.lost += 1
        close(connection)
        let state = connection.failure?.sqlState.flatMap { $0.isConnectionLost ? $0 : nil }
        reactor.logger.info("a connection to the database was lost", metadata: ["state": "\(state?.rawValue ?? "none")"])
        failJobs(of: connection, PostgresError(.connection, "the connection was lost", sqlState: state))
        decide(.lost(connection.slot))
    }

    /// The pool has given the slot up.
    private func drop(_ slot: PoolStateMachine.Slot, _ error: PostgresError) {
        guard let connection = connections[slot] else { return }
        if connection.phase == .connecting, !pool.isClosing {
            reactor.logger.warning("no connection to the database", metadata: ["reason": "time limit"])
        }
        close(connection)
        failJobs(of: connection, error)
    }

    func count(_ job: Job, failed error: PostgresError?) {
        report.finished(job, error, at: now)
    }
}
