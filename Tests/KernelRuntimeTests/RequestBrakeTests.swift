import Kernel
import Testing

@testable import KernelRuntime

@Suite("What one account may ask for")
struct RequestBrakeTests {
    private let start = Instant(microseconds: 1_800_000_000_000_000)

    @Test("A burst passes, then the rate; another credential feels nothing")
    func rate() throws {
        let brake = RequestBrake(.init(perSecond: 2, burst: 4, atOnce: 10))
        func turn(_ key: UInt8, after seconds: Double) -> Int? {
            do {
                try brake.enter([key], now: start.adding(seconds: seconds))
                brake.leave([key])
                return nil
            } catch {
                return error.status == 429 ? error.retryAfter : -1
            }
        }
        #expect((0..<4).allSatisfy { _ in turn(1, after: 0) == nil })
        #expect(turn(1, after: 0) == 1, "Retry-After in whole seconds")
        #expect(turn(2, after: 0) == nil)
        #expect(turn(1, after: 0.5) == nil)
        #expect(turn(1, after: 0.5) == 1)
        #expect((0..<4).allSatisfy { _ in turn(1, after: 3_600) == nil }, "the burst comes back and grows no further")
        #expect(turn(1, after: 3_600) != nil)
    }

    @Test("So many at once, and a turn that ends makes room")
    func atOnce() throws {
        let brake = RequestBrake(.init(perSecond: 100, burst: 100, atOnce: 2))
        try brake.enter([1], now: start)
        try brake.enter([1], now: start)
        #expect(throws: Refusal.self) { try brake.enter([1], now: start) }
        try brake.enter([2], now: start)
        brake.leave([1])
        try brake.enter([1], now: start)
    }

    @Test("Two tokens of one account share what it may ask for; a stranger's is his own")
    func account() throws {
        let brake = RequestBrake(.init(perSecond: 1, burst: 4, atOnce: 2))
        let mine = Identifier.make()
        func turn(_ key: UInt8) -> Bool {
            guard (try? brake.enter([key], now: start)) != nil else { return false }
            brake.learn([key], of: key < 3 ? mine : .make())
            brake.leave([key])
            return true
        }
        #expect(turn(1) && turn(2) && turn(1) && turn(2))
        #expect(!turn(1) && !turn(2))
        #expect(turn(3), "another account feels nothing")
        #expect(brake.payer([1]) == brake.payer([2]) && brake.payer([1]) != brake.payer([3]) && brake.payer([9]) == [9])
    }

    @Test("What runs when a credential becomes known is the account's, and is given back to it")
    func learnt() throws {
        let brake = RequestBrake(.init(perSecond: 100, burst: 100, atOnce: 2))
        let mine = Identifier.make()
        try brake.enter([1], now: start)
        try brake.enter([2], now: start)
        brake.learn([1], of: mine)
        brake.learn([2], of: mine)
        #expect(throws: Refusal.self) { try brake.enter([1], now: start) }
        brake.leave([1])
        try brake.enter([2], now: start)
        #expect(throws: Refusal.self) { try brake.enter([1], now: start) }
    }

    @Test("A rate of nought switches it off")
    func off() throws {
        let brake = RequestBrake(.init(perSecond: 0, burst: 0, atOnce: 1))
        for _ in 0..<50 { try brake.enter([1], now: start) }
    }
}
