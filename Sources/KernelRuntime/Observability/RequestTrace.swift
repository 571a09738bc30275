import HTTPTypes
import Kernel
import Logging

/// Where a request stands in a trace (W3C Trace Context): the caller's trace, or one of its own, and a span of its own.
struct RequestTrace: Sendable, Equatable {
    let trace: String
    let span: String
    let parent: String?

    private static let header = HTTPField.Name("traceparent")

    /// Takes the trace of a header that is well formed; anything else begins one.
    init(_ fields: HTTPFields) {
        let parts = (Self.header.flatMap { fields[$0] } ?? "").split(separator: "-", omittingEmptySubsequences: false)
        span = Self.random(8)
        if parts.count == 4, parts[0] == "00", Self.isID(parts[1], 32), Self.isID(parts[2], 16), Self.isHex(parts[3], 2) {
            trace = String(parts[1])
            parent = String(parts[2])
        } else {
            trace = Self.random(16)
            parent = nil
        }
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private static func isID(_ text: Substring, _ count: Int) -> Bool { isHex(text, count) && text.utf8.contains { $0 != 48 } }

    private static func random(_ count: Int) -> String { Digest.hex((0..<count).map { _ in UInt8.random(in: 0...255) }) }
}

/// One line for each answer, when the operator asks for it: the route as it is declared, never an address with an id, a name or an MSP.
struct AccessLog: Sendable {
    let logger: Logger

    func note(_ entry: RouteEntry, _ fields: HTTPFields, status: Int, duration: Duration, reference: String) {
        let trace = RequestTrace(fields)
        let parts = duration.components
        var metadata: Logger.Metadata = [
            "method": "\(entry.method.rawValue)", "route": "\(entry.path)", "status": "\(status)",
            "duration_ms": "\(parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000)", "request_id": "\(reference)",
            "trace_id": "\(trace.trace)", "span_id": "\(trace.span)",
        ]
        if let parent = trace.parent { metadata["parent_span_id"] = "\(parent)" }
        logger.info("request", metadata: metadata)
    }
}
