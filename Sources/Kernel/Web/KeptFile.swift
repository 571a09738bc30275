import Postgres

/// Bytes of files that stand outside the rows. The runtime implements it over the store of the installation.
public protocol FileReader: Sendable {
    /// What stands under a digest in the part of this MSP, compared with it before the first byte is given.
    func open(_ digest: [UInt8], size: Int, of msp: Identifier) async throws -> any OpenFile
    /// Counts a file that cannot be given, and says what people are told.
    func refusal(_ fault: FileFault) -> Refusal
}

/// A file that was compared with its digest and stays as it was then.
public protocol OpenFile: Sendable {
    func bytes(at offset: Int, count: Int) async throws -> [UInt8]
}

/// Why a file cannot be given.
public enum FileFault: String, Sendable, CaseIterable {
    /// Its bytes are not those that were stored.
    case altered
    /// The store answers, and does not have it.
    case missing
    /// The store does not answer.
    case away
}

/// A file of `kernel.file`, wherever its bytes are. They were compared with their digest when it was opened; they are read in slices, so
/// that a slow reader costs as little as a quick one, and each slice passes the gate again.
///
/// Large rows are compared while they are read, and their last slice is held back until they are: sixty readers at once would otherwise
/// cost the database seconds before the first byte, and its own checksums guard these pages.
public struct KeptFile: Sendable {
    public let id: Identifier
    public let name: String
    public let mediaType: String
    public let size: Int
    /// Lower-case hexadecimal.
    public let sha256: String
    /// Gives every slice in order, as often as it is asked.
    public let pieces: @Sendable (_ send: @Sendable ([UInt8]) async throws -> Void) async throws -> Void

    /// Bytes of one slice: what a slow reader costs in memory, a few times over.
    static let slice = 262_144
    /// Up to here a row is compared when it is opened.
    private static let small = 1_048_576

    static func open(
        _ id: Identifier, of msp: Identifier, _ files: any FileReader, read: @escaping @Sendable (Query) async throws -> ResultSet
    ) async throws -> KeptFile {
        let found = try await read(
            Query(
                """
                select name, media_type, size, sha256, object is not null,
                    case when object is null and size <= $3 then sha256(content) = sha256 else true end
                from kernel.file where msp_id = $1 and id = $2
                """, .id(msp), .id(id), .int(small)))
        guard let row = found.first else { throw Refusal.notFound }
        guard try row[5] as Bool else { throw files.refusal(.altered) }
        let (size, digest): (Int, [UInt8]) = (try row[2], try row[3])
        let outside = try row[4] as Bool ? try await files.open(digest, size: size, of: msp) : nil
        return KeptFile(
            id: id, name: try row[0], mediaType: try row[1], size: size, sha256: Digest.hex(digest),
            pieces: outside.map { pieces(id, of: msp, size: size, $0, read: read) }
                ?? pieces(id, of: msp, size: size, digest, files, read: read))
    }

    private typealias Pieces = @Sendable (@Sendable ([UInt8]) async throws -> Void) async throws -> Void

    /// Slices of what the store gave.
    private static func pieces(
        _ id: Identifier, of msp: Identifier, size: Int, _ file: any OpenFile, read: @escaping @Sendable (Query) async throws -> ResultSet
    ) -> Pieces {
        { send in
            for start in stride(from: 0, to: size, by: slice) {
                let found = try await read(Query("select id from kernel.file where msp_id = $1 and id = $2", .id(msp), .id(id)))
                guard !found.isEmpty else { throw Refusal.notFound }
                try await send(try await file.bytes(at: start, count: min(slice, size - start)))
            }
        }
    }

    /// Slices of the row.
    private static func pieces(
        _ id: Identifier, of msp: Identifier, size: Int, _ digest: [UInt8], _ files: any FileReader,
        read: @escaping @Sendable (Query) async throws -> ResultSet
    ) -> Pieces {
        { send in
            var sum = RunningDigest()
            for start in stride(from: 0, to: size, by: slice) {
                let found = try await read(
                    Query(
                        "select substr(content, $3, $4) from kernel.file where msp_id = $1 and id = $2", .id(msp), .id(id),
                        .int(start + 1), .int(slice)))
                // Nothing when it was moved to the store meanwhile: the reader asks again.
                guard let row = found.first, let bytes: [UInt8] = try row[0] else { throw Refusal.notFound }
                sum.update(bytes)
                guard start + slice < size || sum.finished() == digest else { throw files.refusal(.altered) }
                try await send(bytes)
            }
        }
    }

    /// All bytes: for what is small.
    public func bytes() async throws -> [UInt8] {
        let whole = Gathered()
        try await pieces { whole.append($0) }
        return whole.bytes
    }
}

/// Slices put together; one caller at a time.
private final class Gathered: @unchecked Sendable {
    private(set) var bytes: [UInt8] = []

    func append(_ more: [UInt8]) { bytes += more }
}

extension Download {
    /// A kept file as an answer.
    /// - Parameters:
    ///   - name: another one than it was kept under.
    ///   - isInline: opens in the browser's window when it is a PDF.
    public init(_ file: KeptFile, name: String? = nil, mediaType: String? = nil, isInline: Bool = false) {
        self.init(
            name: name ?? file.name, mediaType: mediaType ?? file.mediaType, size: file.size, isInline: isInline, pieces: file.pieces)
    }
}

extension MspRequest {
    /// A file of this MSP that the caller may read: ask once that is known.
    public func file(_ id: Identifier) async throws -> KeptFile {
        try await KeptFile.open(id, of: msp.id, gate.files) { [gate] in try await gate.read([$0]).results[0] }
    }
}

extension LinkRequest {
    /// A file of this MSP that whoever holds the link may read.
    public func file(_ id: Identifier) async throws -> KeptFile {
        try await KeptFile.open(id, of: msp.id, gate.files) { [gate] in try await gate.read([$0]).results[0] }
    }
}
