import Kernel

/// The bytes of one digest in the part of one MSP.
struct FileObject: Sendable, Hashable {
    let msp: Identifier
    let digest: [UInt8]

    /// Relative, without slash in front: MSP, first two digits, digest. Never a name that somebody gave.
    var path: String {
        let hex = Digest.hex(digest)
        return "\(msp)/\(hex.prefix(2))/\(hex)"
    }

    /// What a path means; nil for anything else that lies there.
    init?(path: some StringProtocol) {
        let parts = path.split(separator: "/")
        guard parts.count == 3, let msp = Identifier(String(parts[0])), parts[2].count == 64, parts[2].hasPrefix(parts[1]),
            let digest = MessageCookie.bytes(Substring(parts[2]))
        else { return nil }
        self.init(msp: msp, digest: digest)
    }

    init(msp: Identifier, digest: [UInt8]) {
        self.msp = msp
        self.digest = digest
    }
}

/// Where bytes stand outside the rows.
protocol FileStore: Sendable {
    /// The word of `FilePlaces`.
    var word: String { get }
    /// Brings bytes there, whole or not at all; those that are there already stay.
    func put(_ bytes: [UInt8], as object: FileObject) async throws(StoreFailure)
    /// What is there, compared with its digest.
    func open(_ object: FileObject, size: Int) async throws(StoreFailure) -> any OpenFile
    /// Takes bytes away; those that are not there are no fault.
    func remove(_ object: FileObject) async throws(StoreFailure)
    /// Takes away everything of one MSP.
    func removeAll(of msp: Identifier) async throws(StoreFailure)
    /// Everything that is there, of one MSP or of all.
    func objects(of msp: Identifier?) async throws(StoreFailure) -> [FileObject]
    /// One sentence when it cannot be read and written.
    func fault() async -> String?
    /// Bytes that may still be written, where that is known.
    var free: Double? { get }
}

/// Why a store did not do what was asked; the detail is for the operator's log and holds nothing of a person.
struct StoreFailure: Error {
    let fault: FileFault
    let detail: String
}
