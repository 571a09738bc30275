import HTTPTypes
import Testing

@testable import KernelRuntime

@Suite("A request takes its place in its caller's trace")
struct RequestTraceTests {
    private func trace(_ header: String?) throws -> RequestTrace {
        var fields = HTTPFields()
        fields[try #require(HTTPField.Name("traceparent"))] = header
        return RequestTrace(fields)
    }

    @Test("a well-formed header is continued")
    func continued() throws {
        let found = try trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        #expect(found.trace == "4bf92f3577b34da6a3ce929d0e0e4736" && found.parent == "00f067aa0ba902b7")
        #expect(found.span.utf8.count == 16 && found.span != found.parent)
    }

    @Test(
        "anything else begins a trace",
        arguments: [
            nil, "", "00-4bf9-00f0-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
        ])
    func begun(header: String?) throws {
        let found = try trace(header)
        #expect(found.parent == nil && found.trace.utf8.count == 32 && found.trace != "4bf92f3577b34da6a3ce929d0e0e4736")
    }
}
