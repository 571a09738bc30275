import Kernel

/// The printers of the whole server: two at once, one of them at most for the same caller, the others wait for their turn in their
/// order. A page takes seconds of a core and much memory, so without this bound one person could fill the machine.
final class PrintQueue: Sendable {
    private let print: @Sendable ([UInt8]) async throws -> PrintedDocument
    private let turns: Turns<[UInt8]>

    /// - Parameters:
    ///   - width: how many at once.
    ///   - waiting: how many may wait, of all callers and of one.
    ///   - patience: whoever waits longer for a turn is told to come back.
    init(
        width: Int = 2, waiting: (all: Int, ofOne: Int) = (32, 4), patience: Duration = .seconds(30),
        print: @escaping @Sendable ([UInt8]) async throws -> PrintedDocument
    ) {
        turns = Turns(.init(running: (width, 1), waiting: waiting, patience: patience))
        self.print = print
    }

    /// How many documents are made at this moment, and how many wait for it.
    var counts: (running: Int, waiting: Int) { turns.counts }

    /// - Parameter caller: the account, or the digest of a personal link.
    func print(_ html: [UInt8], for caller: [UInt8]) async throws -> PrintedDocument {
        let printed = try await turns.run(caller) { try await print(html) }
        guard let printed else {
            throw Refusal(
                status: 503, code: "printing_busy",
                message: "Beaucoup de documents sont mis en page en ce moment. Rien n’a été enregistré ; réessayez dans un instant.",
                retryAfter: 10)
        }
        return printed
    }
}
