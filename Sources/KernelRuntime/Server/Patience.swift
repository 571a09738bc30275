internal import Synchronization

/// What the work gives within a time, nil afterwards. The work goes on by itself then: whoever asked is not made to wait for its end.
func within<T: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async -> T) async -> T? {
    await withCheckedContinuation { continuation in
        let answer = FirstAnswer(continuation)
        Task { answer.give(await work()) }
        Task {
            try? await Task.sleep(for: limit)
            answer.give(nil)
        }
    }
}

/// The first of two answers counts.
private final class FirstAnswer<T: Sendable>: Sendable {
    private let asked: Mutex<CheckedContinuation<T?, Never>?>

    init(_ continuation: CheckedContinuation<T?, Never>) { asked = Mutex(continuation) }

    func give(_ value: T?) {
        let continuation = asked.withLock { asked in
            defer { asked = nil }
            return asked
        }
        continuation?.resume(returning: value)
    }
}
