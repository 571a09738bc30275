import Kernel
import Metrics

/// Figures of requests: route template and status only, never an id, a name or an MSP (formats.md 7.2).
struct RequestMetrics: Sendable {
    let isOn: Bool

    func record(entry: RouteEntry, status: Int, duration: Duration) {
        guard isOn else { return }
        let parts = duration.components
        let nanoseconds = parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
        Timer(
            label: "http_server_request_duration_seconds",
            dimensions: [
                ("http_request_method", entry.method.rawValue), ("http_route", entry.path), ("http_response_status_code", String(status)),
            ]
        ).recordNanoseconds(nanoseconds)
    }
}
