import Kernel
import Synchronization
import Testing

@testable import KernelRuntime

@Suite("Turns at the printer")
struct PrintQueueTests {
    private static let paper = PrintedDocument(bytes: [1], mediaType: "application/pdf", fileExtension: "pdf")

    /// Counts how many run at once, for all and for each caller.
    private final class Counter: Sendable {
        private let state = Mutex((now: 0, most: 0))

        func run() async throws -> PrintedDocument {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            try await Task.sleep(for: .milliseconds(20))
            state.withLock { $0.now -= 1 }
            return PrintQueueTests.paper
        }

        var most: Int { state.withLock(\.most) }
    }

    /// What each of many callers is told: a paper, or the code of a refusal.
    private func answers(_ queue: PrintQueue, callers: [UInt8]) async -> [String] {
        await withTaskGroup(of: String.self) { group in
            for caller in callers {
                group.addTask {
                    do {
                        _ = try await queue.print([], for: [caller])
                        return "printed"
                    } catch let refusal as Refusal { return refusal.code } catch { return "error" }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted()
        }
    }

    @Test("two papers are printed at once, and everybody gets a turn")
    func width() async {
        let counter = Counter()
        let queue = PrintQueue { _ in try await counter.run() }
        let told = await answers(queue, callers: [1, 2, 3, 4, 5, 6])
        #expect(told == Array(repeating: "printed", count: 6))
        #expect(counter.most == 2)
    }

    @Test("one caller prints one paper at a time, and no more than a few of its own wait")
    func oneCaller() async {
        let counter = Counter()
        let queue = PrintQueue(waiting: (all: 32, ofOne: 4)) { _ in try await counter.run() }
        let told = await answers(queue, callers: Array(repeating: 1, count: 7))
        #expect(told == Array(repeating: "printed", count: 5) + ["printing_busy", "printing_busy"])
        #expect(counter.most == 1)
    }

    @Test("whoever waits too long is told so, and the turn goes to the next")
    func patience() async {
        let isHeld = Mutex(true)
        let begun = AsyncStream<Void>.makeStream()
        let queue = PrintQueue(width: 1, patience: .milliseconds(20)) { _ in
            begun.continuation.yield()
            while isHeld.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            return Self.paper
        }
        async let first = answers(queue, callers: [1])
        for await _ in begun.stream { break }
        #expect(await answers(queue, callers: [2, 3]) == ["printing_busy", "printing_busy"])
        isHeld.withLock { $0 = false }
        #expect(await first == ["printed"])
        #expect(await answers(queue, callers: [4]) == ["printed"])
    }

    @Test("a print that fails gives its turn back")
    func failure() async {
        let queue = PrintQueue(width: 1) { _ in throw WeasyPrinter.failed }
        #expect(await answers(queue, callers: [1, 2]) == ["printing", "printing"])
    }

    @Test("a paper is at hand for the page that was printed and for no other")
    func papers() throws {
        let papers = Papers().with(Self.paper, of: [1, 2, 3])
        #expect(try papers.find([1, 2, 3]).bytes == [1])
        #expect(throws: PaperWanted.self) { try papers.find([1, 2, 4]) }
    }
}
