import Hummingbird
import Kernel
import NIOCore

/// What a supervisor asks: alive, ready, figures. No personal data (R18).
struct StatusPages: Sendable {
    let pool: PostgresPool
    let checks: [HealthCheck]
    let figures: PrometheusRegistry
    let service: ServiceFigures

    func live() -> Response { plain("alive\n", status: .ok) }

    /// Ready when the database answers and every readiness check is well.
    func ready() async -> Response {
        guard await databaseAnswers() else { return plain("database unreachable\n", status: .serviceUnavailable) }
        for check in checks where check.kind == .readiness {
            if let fault = await check.check(pool) { return plain("\(check.name): \(fault)\n", status: .serviceUnavailable) }
        }
        return plain("ready\n", status: .ok)
    }

    /// A supervisor is not made to wait: two seconds without an answer are one.
    private func databaseAnswers() async -> Bool {
        let pool = pool
        return await within(.seconds(2)) { (try? await pool.pipeline([Query("select 1")])) != nil } ?? false
    }

    func metrics() async -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: figures.exposition() + (await service.exposition(pool)))))
    }

    private func plain(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
