import Kernel
import Testing

@testable import KernelRuntime

@Suite("What outlives its context is refused for that reason")
struct ContextLifetimeTests {
    @Test("an act in time keeps its answer and its refusal")
    func inTime() async throws {
        #expect(try await ContextLifetime.holds { 7 } == 7)
        await #expect(throws: Refusal.notFound) { try await ContextLifetime.holds { throw Refusal.notFound } }
    }

    @Test("an act past it is neither kept nor « not found »")
    func late() async {
        await #expect(throws: ContextLifetime.passed) {
            try await ContextLifetime.holds(for: .milliseconds(1)) { try await Task.sleep(for: .milliseconds(5)) }
        }
        await #expect(throws: ContextLifetime.passed) {
            try await ContextLifetime.holds(for: .milliseconds(1)) {
                try await Task.sleep(for: .milliseconds(5))
                throw Refusal.notFound
            }
        }
    }
}
