/// The only way from a request to an MSP's rows. The runtime implements it for sessions and tokens,
/// for links that need no sign-in, and for background work.
public protocol Gate: Sendable {
    /// Opens PDF files that came with the request.
    var papers: any PaperReader { get }
    /// Opens files whose bytes stand outside the rows.
    var files: any FileReader { get }
    /// One pipelined round trip: begin read only · enter · the statements · commit.
    func read(_ queries: [Query]) async throws -> Reading
    /// One transaction; run again from the start after a serialization failure, once a paper is printed or once a file
    /// stands in its store, so the body has no other effect.
    func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T
    /// Prints outside any transaction, when it is the caller's turn.
    func print(_ document: PrintDocument) async throws -> PrintedDocument
}

/// Results of a read, with the proof of who asked.
public struct Reading: Sendable {
    public let access: Access
    /// One per statement, in order.
    public let results: [ResultSet]

    public init(access: Access, results: [ResultSet]) {
        self.access = access
        self.results = results
    }
}
