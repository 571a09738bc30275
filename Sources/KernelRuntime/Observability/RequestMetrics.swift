import Kernel
import Metrics
import Synchronization

/// Figures of requests: route template and status only, never an id, a name or an MSP (formats.md 7.2).
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let path: String
        let status: Int
    }

    private let isOn: Bool
    /// Made once each: finding one again by its label and dimensions costs more than the rest of the bookkeeping.
    private let timers = Mutex<[Key: Timer]>([:])

    init(isOn: Bool) { self.isOn = isOn }

    func record(entry: RouteEntry, status: Int, duration: Duration) {
        guard isOn else { return }
        let parts = duration.components
        let nanoseconds = parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
        let key = Key(method: entry.method.rawValue, path: entry.path, status: status)
        let timer = timers.withLock { known in
            if let timer = known[key] { return timer }
            let timer = Timer(
                label: "http_server_request_duration_seconds",
                dimensions: [
                    ("http_request_method", key.method), ("http_route", key.path), ("http_response_status_code", String(status)),
                ])
            known[key] = timer
            return timer
        }
        timer.recordNanoseconds(nanoseconds)
    }
}
