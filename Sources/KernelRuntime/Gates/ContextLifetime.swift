import Kernel

/// A context of the database lives for fifteen seconds (kernel.admit_session); afterwards its rows are simply not there. What fails or finds
/// nothing by then failed for that reason, and nothing that ran past it is kept.
enum ContextLifetime {
    /// A second less than the database's, for the way there.
    static let limit = Duration.seconds(14)

    static let passed = Refusal(
        status: 503, code: "too_long",
        message: "Cette action a pris trop de temps. Rien n’a été enregistré\u{A0}; réessayez dans un instant.", retryAfter: 5)

    /// Runs the inside of a transaction; what it throws past the limit, and what it wrote past it, ends in one refusal of its own.
    static func holds<T: Sendable>(
        for limit: Duration = limit, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        let begun = ContinuousClock.now
        do {
            let value = try await body()
            guard begun.duration(to: .now) < limit else { throw passed }
            return value
        } catch {
            guard begun.duration(to: .now) < limit else { throw passed }
            throw error
        }
    }
}
