import Kernel

/// How many large bodies are worked on at once. A file is in memory several times on its way to the database, so those that have
/// arrived wait here, in their order; those still arriving wait on disk.
final class UploadSlots: Sendable {
    private let working: Turns<Bool>
    /// Bodies that may be arriving or waiting at one time, by who sends them.
    private let arriving: Turns<[UInt8]>

    private static let busy = Refusal(
        status: 503, code: "busy", message: "Beaucoup de fichiers arrivent en ce moment. Réessayez dans un instant.", retryAfter: 5)

    init(working: Int = 2, arriving: Int = 64, ofOne: Int = 6) {
        self.working = Turns(.init(running: (working, working), waiting: (arriving, arriving), patience: .seconds(120)))
        self.arriving = Turns(.init(running: (arriving, ofOne), waiting: (0, 0), patience: .zero))
    }

    /// How many bodies are on their way.
    var count: Int { arriving.counts.running }

    /// Takes a body in and does the work in its turn; refuses when too many are on their way, of all or of this caller.
    /// - Parameters:
    ///   - receive: keeps the body on disk as it comes.
    ///   - work: what needs it in memory.
    func run<Body: Sendable, Answer: Sendable>(
        _ caller: [UInt8], receive: () async throws -> Body, work: (Body) async throws -> Answer
    ) async throws -> Answer {
        let answer = try await arriving.run(caller) {
            let body = try await receive()
            return try await working.run(true) { try await work(body) }
        }
        guard let done = answer ?? nil else { throw Self.busy }
        return done
    }
}
