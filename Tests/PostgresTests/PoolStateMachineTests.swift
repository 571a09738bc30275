import Testing

@testable import Postgres

@Suite("The pool's decisions")
struct PoolStateMachineTests {
    typealias Action = PoolStateMachine.Action
    static let second: Int64 = 1_000_000_000

    /// A pool with its clock, driven by hand.
    struct Bench {
        var pool: PoolStateMachine
        var now: Int64 = 0

        init(connections: Int = 2, acquire: Int64 = 5, connect: Int64 = 3, close: Int64 = 10) {
            pool = PoolStateMachine(
                limits: .init(
                    connections: connections, acquireTimeout: acquire * second, connectTimeout: connect * second,
                    closeTimeout: close * second))
        }

        mutating func on(_ event: PoolStateMachine.Event) -> [Action] {
            var actions: [Action] = []
            pool.handle(event, at: now, &actions)
            check()
            return actions
        }

        mutating func tick(at time: Double) -> [Action] {
            now = Int64(time * Double(second))
            return on(.tick(jitter: 0))
        }

        /// What holds after every event.
        func check() {
            let states = pool.slots
            #expect(states.filter { $0 == .busy }.count == pool.busy)
            #expect(states.filter { $0 == .idle }.count == pool.idleCount)
            #expect(states.filter { if case .connecting = $0 { true } else { false } }.count == pool.connecting)
            #expect(pool.waitingCount == 0 || pool.idleCount == 0, "a caller waits while a connection is idle")
        }
    }

    @Test("The first caller opens a connection, gets it, and the next one uses it again")
    func reuse() {
        var bench = Bench()
        #expect(bench.on(.acquire(1)) == [.open(0)])
        #expect(bench.on(.opened(0)) == [.assign(0, 1)])
        #expect(bench.on(.release(0)) == [])
        #expect(bench.on(.acquire(2)) == [.assign(0, 2)])
        #expect(bench.pool.nextDeadline == nil)
    }

    @Test("Connections stop at the limit; callers are served in the order of their arrival")
    func order() {
        var bench = Bench(connections: 2)
        #expect(bench.on(.acquire(1)) == [.open(0)])
        #expect(bench.on(.acquire(2)) == [.open(1)])
        #expect(bench.on(.acquire(3)) == [])
        #expect(bench.on(.acquire(4)) == [])
        #expect(bench.on(.opened(1)) == [.assign(1, 1)])
        #expect(bench.on(.opened(0)) == [.assign(0, 2)])
        #expect(bench.on(.release(1)) == [.assign(1, 3)])
        #expect(bench.on(.release(0)) == [.assign(0, 4)])
        #expect(bench.on(.release(0)) == [])
        #expect(bench.pool.idleCount == 1)
    }

    @Test("The connection used last is used first")
    func lastInFirstOut() {
        var bench = Bench(connections: 2)
        _ = bench.on(.acquire(1))
        _ = bench.on(.acquire(2))
        _ = bench.on(.opened(0))
        _ = bench.on(.opened(1))
        _ = bench.on(.release(1))
        _ = bench.on(.release(0))
        #expect(bench.on(.acquire(3)) == [.assign(0, 3)])
    }

    @Test("A caller leaves after its time limit; the others stay")
    func timeout() {
        var bench = Bench(connections: 1)
        _ = bench.on(.acquire(1))
        _ = bench.on(.opened(0))
        bench.now = Self.second
        _ = bench.on(.acquire(2))
        bench.now = 2 * Self.second
        _ = bench.on(.acquire(3))
        #expect(bench.pool.nextDeadline == 6 * Self.second)
        #expect(bench.tick(at: 5.9) == [])
        #expect(bench.tick(at: 6) == [.refuse(2, .timeout)])
        #expect(bench.pool.nextDeadline == 7 * Self.second)
        #expect(bench.on(.release(0)) == [.assign(0, 3)])
        #expect(bench.pool.timeouts == 1)
    }

    @Test("A cancelled caller leaves the queue at once, from the front, the middle and the end")
    func withdraw() {
        var bench = Bench(connections: 1)
        _ = bench.on(.acquire(1))
        _ = bench.on(.opened(0))
        for waiter in 2...6 { _ = bench.on(.acquire(PoolStateMachine.WaiterID(waiter))) }
        for waiter: PoolStateMachine.WaiterID in [4, 2, 6, 6, 99] { #expect(bench.on(.withdraw(waiter)) == []) }
        #expect(bench.pool.waitingCount == 2)
        #expect(bench.on(.release(0)) == [.assign(0, 3)])
        #expect(bench.on(.release(0)) == [.assign(0, 5)])
        #expect(bench.on(.release(0)) == [])
        #expect(bench.pool.waitingCount == 0)
        #expect(bench.pool.nextDeadline == nil)
    }

    @Test("A connection made for a caller who left becomes idle")
    func orphanedAttempt() {
        var bench = Bench()
        _ = bench.on(.acquire(1))
        _ = bench.on(.withdraw(1))
        #expect(bench.on(.opened(0)) == [])
        #expect(bench.pool.idleCount == 1)
    }

    @Test("After a failure one attempt at a time is made, with growing pauses, and success ends that")
    func backoff() {
        var bench = Bench(connections: 3, acquire: 60)
        for waiter in 1...3 { _ = bench.on(.acquire(PoolStateMachine.WaiterID(waiter))) }
        #expect(bench.on(.failed(0, jitter: 0)) == [])
        #expect(bench.on(.failed(1, jitter: 0)) == [])
        #expect(bench.on(.failed(2, jitter: 0)) == [])
        #expect(bench.pool.nextDeadline == Self.second / 10, "attempts made together count once")
        #expect(bench.tick(at: 0.09) == [])
        #expect(bench.tick(at: 0.1) == [.open(0)])
        #expect(bench.on(.acquire(4)) == [])
        #expect(bench.on(.failed(0, jitter: 0)) == [])
        #expect(bench.tick(at: 0.29) == [])
        #expect(bench.tick(at: 0.3) == [.open(0)])
        #expect(bench.on(.opened(0)) == [.assign(0, 1), .open(1), .open(2)])
    }

    @Test("The pause doubles from 0.1 s to 5 s and chance shortens it by up to half")
    func backoffDelays() {
        let backoff = Backoff()
        #expect(
            [1, 2, 3, 6, 7, 50, 1000].map { backoff.delay(afterFailures: $0, jitter: 0) / 1_000_000 } == [
                100, 200, 400, 3200, 5000, 5000, 5000,
            ])
        #expect(backoff.delay(afterFailures: 1, jitter: 1) == 50_000_000)
        #expect(backoff.delay(afterFailures: 1, jitter: 9) == 50_000_000)
    }

    @Test("A caller who waited in vain for an unreachable database is told so")
    func unreachable() {
        var bench = Bench()
        _ = bench.on(.acquire(1))
        _ = bench.on(.failed(0, jitter: 0))
        #expect(bench.tick(at: 5).contains(.refuse(1, .unreachable)))
    }

    @Test("An attempt that takes too long is closed and counts as failed")
    func connectTimeout() {
        var bench = Bench()
        _ = bench.on(.acquire(1))
        #expect(bench.pool.nextDeadline == 3 * Self.second)
        #expect(bench.tick(at: 3) == [.close(0)])
        #expect(bench.pool.connecting == 0)
        #expect(bench.tick(at: 3.1) == [.open(0)])
        #expect(bench.on(.opened(0)) == [.assign(0, 1)])
    }

    @Test("An idle connection that breaks disappears; a busy one is replaced while callers wait")
    func lost() {
        var bench = Bench(connections: 1)
        _ = bench.on(.acquire(1))
        _ = bench.on(.opened(0))
        _ = bench.on(.acquire(2))
        #expect(bench.on(.lost(0)) == [.open(0)])
        #expect(bench.on(.opened(0)) == [.assign(0, 2)])
        _ = bench.on(.release(0))
        #expect(bench.on(.lost(0)) == [])
        #expect(bench.on(.acquire(3)) == [.open(0)])
    }

    @Test("A caller whose connection was found dead comes first again, on another idle one or a new one")
    func bounced() {
        var bench = Bench(connections: 2)
        _ = bench.on(.acquire(1))
        _ = bench.on(.acquire(2))
        _ = bench.on(.opened(0))
        _ = bench.on(.opened(1))
        _ = bench.on(.release(1))
        _ = bench.on(.release(0))
        #expect(bench.on(.acquire(3)) == [.assign(0, 3)])
        #expect(bench.on(.bounced(0, 3)) == [.assign(1, 3)])
        #expect(bench.on(.bounced(1, 3)) == [.open(0)])
        #expect(bench.on(.acquire(4)) == [.open(1)])
        #expect(bench.on(.opened(1)) == [.assign(1, 3)])
        #expect(bench.on(.opened(0)) == [.assign(0, 4)])
    }

    @Test("Events about a slot in another state change nothing")
    func staleEvents() {
        var bench = Bench()
        #expect(bench.on(.release(0)) == [])
        #expect(bench.on(.opened(0)) == [])
        #expect(bench.on(.failed(1, jitter: 0)) == [])
        #expect(bench.on(.lost(1)) == [])
        #expect(bench.pool.idleCount == 0)
    }

    @Test("Shutdown closes what is idle, waits for what works, serves who waited and refuses who comes")
    func shutdown() {
        var bench = Bench(connections: 2)
        _ = bench.on(.acquire(1))
        _ = bench.on(.acquire(2))
        _ = bench.on(.opened(0))
        _ = bench.on(.opened(1))
        _ = bench.on(.acquire(3))
        #expect(bench.on(.shutdown) == [])
        #expect(bench.on(.acquire(4)) == [.refuse(4, .shutdown)])
        #expect(bench.on(.release(0)) == [.assign(0, 3)])
        #expect(bench.on(.release(1)) == [.close(1)])
        #expect(bench.on(.release(0)) == [.close(0), .finished])
        #expect(bench.on(.shutdown) == [])
        #expect(bench.pool.nextDeadline == nil)
    }

    @Test("Shutdown of an unused pool is over at once")
    func shutdownUnused() {
        var bench = Bench()
        #expect(bench.on(.shutdown) == [.finished])
    }

    @Test("Shutdown closes attempts that nobody waits for")
    func shutdownConnecting() {
        var bench = Bench()
        _ = bench.on(.acquire(1))
        _ = bench.on(.withdraw(1))
        #expect(bench.on(.shutdown) == [.close(0), .finished])
    }

    @Test("After the time for closing, work under way is broken off and waiting callers are refused")
    func shutdownDeadline() {
        var bench = Bench(connections: 1, acquire: 60)
        _ = bench.on(.acquire(1))
        _ = bench.on(.opened(0))
        _ = bench.on(.acquire(2))
        _ = bench.on(.shutdown)
        #expect(bench.pool.nextDeadline == 10 * Self.second)
        #expect(bench.tick(at: 10) == [.refuse(2, .shutdown), .close(0), .finished])
    }

    @Test(
        "Ten thousand random events never break the rules, and every caller is answered exactly once",
        arguments: 1...20 as ClosedRange<UInt64>)
    func randomWalk(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var bench = Bench(connections: 3, acquire: 2, connect: 1)
        var next: PoolStateMachine.WaiterID = 0
        var open: Set<PoolStateMachine.WaiterID> = []
        var holding: [Int: PoolStateMachine.WaiterID] = [:]
        func apply(_ actions: [Action]) {
            for action in actions {
                switch action {
                case .assign(let slot, let waiter):
                    #expect(open.remove(waiter) != nil)
                    #expect(holding[slot] == nil)
                    holding[slot] = waiter
                case .refuse(let waiter, _): #expect(open.remove(waiter) != nil)
                case .close(let slot): holding[slot] = nil
                case .open, .finished: break
                }
            }
        }
        for _ in 0..<10_000 {
            bench.now += Int64.random(in: 0...50_000_000, using: &generator)
            let slot = Int.random(in: 0..<3, using: &generator)
            switch Int.random(in: 0..<12, using: &generator) {
            case 0...4:
                next += 1
                open.insert(next)
                apply(bench.on(.acquire(next)))
            case 5:
                guard let waiter = open.randomElement(using: &generator) else { continue }
                open.remove(waiter)
                apply(bench.on(.withdraw(waiter)))
            case 6, 7:
                guard holding.removeValue(forKey: slot) != nil else { continue }
                apply(bench.on(.release(slot)))
            case 8: apply(bench.on(.opened(slot)))
            case 9: apply(bench.on(.failed(slot, jitter: 0.5)))
            case 10:
                if case .connecting = bench.pool.slots[slot] { continue }
                holding[slot] = nil
                apply(bench.on(.lost(slot)))
            default:
                apply(bench.on(.tick(jitter: 0.5)))
                #expect(bench.pool.nextDeadline.map { $0 > bench.now } ?? true, "what is due was done: the reactor may sleep")
            }
            #expect(bench.pool.waitingCount == open.count)
        }
        apply(bench.on(.shutdown))
        bench.now += 10 * Self.second
        apply(bench.on(.tick(jitter: 0)))
        #expect(open.isEmpty)
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
