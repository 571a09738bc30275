/// Callers in the order of their arrival. Deadlines never decrease from front to back, so only the front can be the next to expire.
struct WaiterQueue {
    private struct Entry {
        let waiter: PoolStateMachine.WaiterID
        let deadline: PoolStateMachine.Time
    }

    private var entries: [Entry] = []
    /// Entries before this index were served.
    private var head = 0
    /// Waiters withdrawn whose entries still stand in the queue.
    private var withdrawn: Set<PoolStateMachine.WaiterID> = []

    var count: Int { entries.count - head - withdrawn.count }

    /// The deadline of the waiter in front, or nil. Entries withdrawn are taken off the front at once, so the front always waits.
    var firstDeadline: PoolStateMachine.Time? { head < entries.count ? entries[head].deadline : nil }

    mutating func append(_ waiter: PoolStateMachine.WaiterID, deadline: PoolStateMachine.Time) {
        entries.append(
            Entry(waiter: waiter, deadline: max(deadline, entries.count > head ? entries[entries.count - 1].deadline : deadline)))
    }

    /// Puts a waiter in front of all others; its deadline is at most theirs.
    mutating func prepend(_ waiter: PoolStateMachine.WaiterID, deadline: PoolStateMachine.Time) {
        let entry = Entry(waiter: waiter, deadline: min(deadline, firstDeadline ?? deadline))
        if head > 0 {
            head -= 1
            entries[head] = entry
        } else {
            entries.insert(entry, at: 0)
        }
    }

    mutating func remove(_ waiter: PoolStateMachine.WaiterID) {
        guard entries[head...].contains(where: { $0.waiter == waiter }) else { return }
        withdrawn.insert(waiter)
        skipWithdrawn()
    }

    mutating func popFirst() -> PoolStateMachine.WaiterID? {
        guard head < entries.count else { return nil }
        let waiter = entries[head].waiter
        head += 1
        skipWithdrawn()
        return waiter
    }

    mutating func popExpired(at now: PoolStateMachine.Time) -> PoolStateMachine.WaiterID? {
        guard let deadline = firstDeadline, deadline <= now else { return nil }
        return popFirst()
    }

    private mutating func skipWithdrawn() {
        while !withdrawn.isEmpty, head < entries.count, withdrawn.remove(entries[head].waiter) != nil { head += 1 }
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }
}
