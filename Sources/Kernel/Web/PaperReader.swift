/// What became of a PDF that the reader's program tried to open, as whoever receives it will.
public enum PaperOpening: Sendable, Equatable {
    /// It opens without a password. `hasScript`: a program runs in it, wherever it hides.
    case opens(pages: Int, hasScript: Bool)
    /// It opens for who knows a password only.
    case asksPassword
    /// No reader can show it.
    case broken
}

/// Opens PDF files that came from outside. The runtime gives the implementation: a separate program (docs/decisions/0019).
public protocol PaperReader: Sendable {
    /// Throws a `Refusal` (503) when the program itself cannot run.
    func open(_ pdf: [UInt8]) async throws -> PaperOpening
}

extension MspRequest {
    /// Opens a PDF. Ask once the caller was let in, and outside of any transaction: it starts a program.
    public func open(pdf: [UInt8]) async throws -> PaperOpening { try await gate.papers.open(pdf) }
}
