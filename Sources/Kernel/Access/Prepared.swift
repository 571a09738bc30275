/// What a write needs and may not wait for inside its transaction: made before it runs.
public struct Prepared: Sendable {
    public var papers: Papers
    public var files: PlacedFiles

    public init(papers: Papers = Papers(), files: PlacedFiles = .inRows) {
        self.papers = papers
        self.files = files
    }
}

/// Files whose bytes stand in the store already, before the rows that refer to them.
///
/// Where the operator keeps files outside the rows, a write never brings them there: one that stores bytes which are not there throws
/// `FileWanted`. The runtime rolls it back, brings the bytes while nothing is locked, and runs the write again. A crash in between
/// leaves bytes that no row refers to, never a row without bytes.
public struct PlacedFiles: Sendable {
    /// The rows have the bytes; nothing is brought anywhere.
    public static let inRows = PlacedFiles(isOutside: false)
    /// The store has them; none is there yet.
    public static let outside = PlacedFiles(isOutside: true)

    /// True where rows refer to the store.
    let isOutside: Bool
    private var placed: Set<[UInt8]> = []

    private init(isOutside: Bool) { self.isOutside = isOutside }

    /// Throws what makes the runtime bring these bytes to the store; nothing when they are there, or belong into the row.
    func require(_ bytes: [UInt8], digest: [UInt8], msp: Identifier) throws(FileWanted) {
        guard isOutside, !placed.contains(digest) else { return }
        throw FileWanted(msp: msp, bytes: bytes, digest: digest)
    }

    /// The same with one more that is there.
    public func with(_ digest: [UInt8]) -> PlacedFiles {
        var more = self
        more.placed.insert(digest)
        return more
    }
}

/// A write needs these bytes in the store before it can go on. Not a failure: the runtime answers it.
public struct FileWanted: Error {
    public let msp: Identifier
    public let bytes: [UInt8]
    public let digest: [UInt8]
}
