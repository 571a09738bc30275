import Dispatch
import Kernel
import Testing

@testable import KernelRuntime

@Suite("Threads for long computations")
struct WorkQueueTests {
    private static let busy = Refusal(status: 503, code: "busy", message: "Trop.")

    @Test("more than the limit is refused at once, the rest gets its answer; afterwards there is room again")
    func limit() async throws {
        let queue = WorkQueue(width: 1, limit: 10, busy: Self.busy)
        let door = DispatchSemaphore(value: 0)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await queue.run(weight: 6) {
                begin.finish()
                door.wait()
                return 1
            }
        }
        for await _ in begun {}
        await #expect(throws: Self.busy) { try await queue.run(weight: 5) { 2 } }
        let third = Task { try await queue.run(weight: 4) { 3 } }
        door.signal()
        #expect(try await first.value == 1)
        #expect(try await third.value == 3)
        #expect(try await queue.run(weight: 10) { 5 } == 5)
    }

    @Test("work heavier than the limit runs when nothing else does; an error comes back as it was thrown")
    func heavy() async throws {
        let queue = WorkQueue(width: 2, limit: 10, busy: Self.busy)
        #expect(try await queue.run(weight: 1_000) { 1 } == 1)
        await #expect(throws: Refusal.notFound) { try await queue.run { () throws -> Int in throw Refusal.notFound } }
        #expect(try await queue.run(weight: 1_000) { 2 } == 2)
    }
}
