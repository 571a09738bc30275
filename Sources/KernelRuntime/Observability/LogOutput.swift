internal import Glibc
internal import Metrics
internal import Synchronization

/// Where log lines go. A line that cannot be written is dropped and counted: a full disk, a reader that went away and one that stopped
/// reading cost lines, never the service.
final class LogOutput: Sendable {
    static let standardError = LogOutput(descriptor: 2)

    private let descriptor: Int32
    /// One writer at a time, so that lines stay whole.
    private let lost = Mutex(0)
    private static let counter = Counter(label: "collectif_log_lines_lost_total")

    init(descriptor: Int32) {
        self.descriptor = descriptor
        // A reader that went away is told by the result of the next write, not by a signal that ends the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Lines that could not be written.
    var linesLost: Int { lost.withLock { $0 } }

    func write(_ line: [UInt8]) {
        let isWritten = lost.withLock { lost in
            let isWritten = whole(line)
            if !isWritten { lost += 1 }
            return isWritten
        }
        if !isWritten { Self.counter.increment() }
    }

    private func whole(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            // Asked first: a pipe that nobody empties would hold this thread, and everyone who has something to log behind it.
            var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&place, 1, 0) == 1, place.revents & Int16(POLLOUT) != 0 else { return false }
            // What is room enough for a pipe that says it has some.
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, min($0.count, 4_096)) }
            if count > 0 { rest = rest.dropFirst(count) } else if count == 0 || errno != EINTR { return false }
        }
        return true
    }
}
