/// The pool's decisions, without input or output and without a clock: events and the time go in, actions come out.
///
/// Connections live in numbered slots. A slot is `empty`, `connecting`, `idle` or `busy`; callers wait in the order of their arrival.
/// Invariants: never more connections than slots; a caller waits only while no connection is idle; after a failed attempt only one
/// connection is tried at a time, and not before the back-off is over.
struct PoolStateMachine {
    typealias Slot = Int
    typealias WaiterID = UInt64
    /// Nanoseconds of a clock that never goes back.
    typealias Time = Int64

    struct Limits {
        var connections: Int
        var acquireTimeout: Time
        var connectTimeout: Time
        var closeTimeout: Time
        var backoff = Backoff()
    }

    enum Event {
        /// A caller asks for a connection.
        case acquire(WaiterID)
        /// A waiting caller was cancelled.
        case withdraw(WaiterID)
        /// A connection has done its work and is clean.
        case release(Slot)
        /// An attempt succeeded.
        case opened(Slot)
        /// An attempt failed; jitter is a random number from 0 to 1.
        case failed(Slot, jitter: Double)
        /// A connection that had been open is gone.
        case lost(Slot)
        /// A connection was found dead when the caller was about to use it, before anything was sent.
        case bounced(Slot, WaiterID)
        /// Time has passed.
        case tick(jitter: Double)
        case shutdown
    }

    enum Action: Equatable {
        case open(Slot)
        case close(Slot)
        case assign(Slot, WaiterID)
        case refuse(WaiterID, Refusal)
        /// Shutdown is complete: no connection and no caller is left.
        case finished
    }

    enum Refusal: Equatable {
        case timeout
        /// Waited in vain, and the database could not be reached meanwhile.
        case unreachable
        case shutdown
    }

    enum SlotState: Equatable {
        case empty
        case connecting(deadline: Time)
        case idle
        case busy
    }

    let limits: Limits
    private(set) var slots: [SlotState]
    /// Idle slots, the last used at the end: it is used first, its caches are warm.
    private var idle: [Slot] = []
    private var waiters = WaiterQueue()
    private var failures = 0
    private var retryAt: Time?
    private var closeDeadline: Time?
    private var isFinished = false
    private(set) var connecting = 0
    private(set) var busy = 0
    private(set) var timeouts = 0

    init(limits: Limits) {
        self.limits = limits
        slots = Array(repeating: .empty, count: max(limits.connections, 1))
    }

    var idleCount: Int { idle.count }
    var waitingCount: Int { waiters.count }
    var isClosing: Bool { closeDeadline != nil }

    /// When the next `tick` is due, or nil.
    var nextDeadline: Time? {
        var next = waiters.firstDeadline
        if connecting > 0 {
            for case .connecting(let deadline) in slots { next = min(next ?? deadline, deadline) }
        }
        // A failed attempt leaves its slot empty until one succeeds, which ends the back-off: the tick will have something to open.
        if let retryAt, waiters.count > 0, connecting == 0 { next = min(next ?? retryAt, retryAt) }
        if let closeDeadline, !isFinished { next = min(next ?? closeDeadline, closeDeadline) }
        return next
    }

    /// Takes one event and appends what is to be done.
    mutating func handle(_ event: Event, at now: Time, _ actions: inout [Action]) {
        switch event {
        case .acquire(let waiter):
            if isClosing {
                actions.append(.refuse(waiter, .shutdown))
            } else if waiters.count == 0, let slot = idle.popLast() {
                assign(slot, waiter, &actions)
            } else {
                waiters.append(waiter, deadline: now + limits.acquireTimeout)
                openMore(at: now, &actions)
            }
        case .withdraw(let waiter):
            waiters.remove(waiter)
        case .release(let slot):
            guard slots[slot] == .busy else { return }
            busy -= 1
            offer(slot, &actions)
        case .opened(let slot):
            guard case .connecting = slots[slot] else { return }
            connecting -= 1
            failures = 0
            retryAt = nil
            offer(slot, &actions)
            openMore(at: now, &actions)
        case .failed(let slot, let jitter):
            guard case .connecting = slots[slot] else { return }
            attemptFailed(slot, jitter, at: now)
        case .lost(let slot):
            lose(slot)
            openMore(at: now, &actions)
        case .bounced(let slot, let waiter):
            lose(slot)
            if isClosing {
                actions.append(.refuse(waiter, .shutdown))
            } else {
                waiters.prepend(waiter, deadline: now + limits.acquireTimeout)
                serveIdle(&actions)
                openMore(at: now, &actions)
            }
        case .tick(let jitter):
            tick(jitter, at: now, &actions)
        case .shutdown:
            if closeDeadline == nil { closeDeadline = now + limits.closeTimeout }
        }
        settle(&actions)
    }

    private mutating func tick(_ jitter: Double, at now: Time, _ actions: inout [Action]) {
        if connecting > 0 {
            for slot in slots.indices {
                guard case .connecting(let deadline) = slots[slot], deadline <= now else { continue }
                actions.append(.close(slot))
                attemptFailed(slot, jitter, at: now)
            }
        }
        let refusal: Refusal = failures > 0 && busy == 0 ? .unreachable : .timeout
        while let waiter = waiters.popExpired(at: now) {
            timeouts += 1
            actions.append(.refuse(waiter, refusal))
        }
        if let closeDeadline, closeDeadline <= now {
            while let waiter = waiters.popFirst() { actions.append(.refuse(waiter, .shutdown)) }
            for slot in slots.indices where slots[slot] == .busy {
                actions.append(.close(slot))
                lose(slot)
            }
        }
        openMore(at: now, &actions)
    }

    /// An open connection without work: to the caller who waits longest, else to the idle ones.
    private mutating func offer(_ slot: Slot, _ actions: inout [Action]) {
        if let waiter = waiters.popFirst() {
            assign(slot, waiter, &actions)
        } else {
            slots[slot] = .idle
            idle.append(slot)
        }
    }

    private mutating func serveIdle(_ actions: inout [Action]) {
        while waiters.count > 0, let slot = idle.popLast() {
            guard let waiter = waiters.popFirst() else { return }
            assign(slot, waiter, &actions)
        }
    }

    private mutating func assign(_ slot: Slot, _ waiter: WaiterID, _ actions: inout [Action]) {
        slots[slot] = .busy
        busy += 1
        actions.append(.assign(slot, waiter))
    }

    /// As many attempts as callers wait for, within the limit; one at a time while the database does not answer.
    private mutating func openMore(at now: Time, _ actions: inout [Action]) {
        guard waiters.count > connecting else { return }
        if let retryAt, retryAt > now { return }
        var wanted = waiters.count - connecting
        if failures > 0 { wanted = min(wanted, 1 - connecting) }
        guard wanted > 0 else { return }
        for slot in slots.indices where slots[slot] == .empty {
            slots[slot] = .connecting(deadline: now + limits.connectTimeout)
            connecting += 1
            actions.append(.open(slot))
            wanted -= 1
            if wanted == 0 { return }
        }
    }

    private mutating func attemptFailed(_ slot: Slot, _ jitter: Double, at now: Time) {
        slots[slot] = .empty
        connecting -= 1
        // Attempts made together fail together: they count once.
        if let retryAt, retryAt > now { return }
        failures += 1
        retryAt = now + limits.backoff.delay(afterFailures: failures, jitter: jitter)
    }

    private mutating func lose(_ slot: Slot) {
        switch slots[slot] {
        case .empty: return
        case .connecting: connecting -= 1
        case .idle: idle.removeAll { $0 == slot }
        case .busy: busy -= 1
        }
        slots[slot] = .empty
    }

    /// While closing: once nobody waits, everything without work is closed; then shutdown is complete.
    private mutating func settle(_ actions: inout [Action]) {
        guard isClosing, !isFinished, waiters.count == 0 else { return }
        for slot in slots.indices where slots[slot] != .empty && slots[slot] != .busy {
            actions.append(.close(slot))
            lose(slot)
        }
        guard busy == 0 else { return }
        isFinished = true
        actions.append(.finished)
    }
}

/// Waiting time between attempts: doubles from the first to the longest, then shortened by up to half at random so that
/// many servers do not return at the same moment.
struct Backoff {
    var first: PoolStateMachine.Time = 100_000_000
    var longest: PoolStateMachine.Time = 5_000_000_000

    func delay(afterFailures failures: Int, jitter: Double) -> PoolStateMachine.Time {
        let doubled = first << PoolStateMachine.Time(min(max(failures - 1, 0), 16))
        let full = min(doubled, longest)
        return full - PoolStateMachine.Time(Double(full / 2) * min(max(jitter, 0), 1))
    }
}
