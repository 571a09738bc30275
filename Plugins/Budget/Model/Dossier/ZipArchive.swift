import Kernel

/// Writes a zip file (PKWARE APPNOTE 6.3) whose bytes depend on names and contents alone: entries in the order of their names,
/// stored, dated 1 January 1980, sizes and checksum in front of the data. DECISION.md says why nothing is compressed.
///
/// Pieces come out one entry at a time, so that a dossier never has to be in memory as a whole.
struct ZipArchive {
    /// One entry, known before its bytes.
    struct Plan: Sendable, Equatable {
        var path: ArchivePath
        var size: Int
        /// SHA-256, lower-case hexadecimal.
        var sha256: String
    }

    /// Above, a zip needs extensions (zip64) that portals and old systems do not all read: such a dossier is refused.
    static let mostBytes = 0xFFFF_FFFE
    static let mostEntries = 0xFFFE

    /// Entries in the order in which their bytes must be given.
    let plan: [Plan]
    /// Size of the whole file.
    let size: Int
    private var next = 0
    private var offset = 0
    private var directory: [UInt8] = []

    /// - Throws: a `Refusal` when two names meet or the file would be too large.
    init(_ entries: [Plan]) throws(Refusal) {
        plan = entries.sorted { $0.path < $1.path }
        var names: Set<String> = []
        var folders: Set<String> = []
        var total = 22
        for entry in plan {
            guard names.insert(entry.path.folded).inserted else {
                throw .conflict("archive_name", "Deux fichiers du dossier s’appelleraient « \(entry.path.text) ».")
            }
            let parts = entry.path.folded.split(separator: "/").dropLast()
            for count in parts.indices { folders.insert(parts[...count].joined(separator: "/")) }
            guard entry.size >= 0, entry.size <= Self.mostBytes else { throw Self.tooLarge }
            total += entry.size + 76 + 2 * entry.path.text.utf8.count
            guard total <= Self.mostBytes else { throw Self.tooLarge }
        }
        if let both = names.intersection(folders).sorted().first {
            throw .conflict("archive_name", "« \(both) » serait à la fois un fichier et un dossier.")
        }
        guard plan.count <= Self.mostEntries else { throw Self.tooLarge }
        size = total
    }

    private static let tooLarge = Refusal(
        status: 413, code: "archive_too_large",
        message: "Le dossier dépasse 4 Go ou 65 534 fichiers : allégez les pièces les plus lourdes ou constituez deux dossiers.")

    /// The next entry with the header in front of it. The bytes must be those planned: a stored file that changed is found here.
    mutating func append(_ content: [UInt8]) throws(Refusal) -> [UInt8] {
        try begin(size: content.count, sha256: Digest.hex(Digest.sha256(content)), checksum: Checksum32.of(content)) + content
    }

    /// The header of the next entry, whose bytes follow from elsewhere: what they are was found out by reading them before.
    mutating func begin(size: Int, sha256: String, checksum: UInt32) throws(Refusal) -> [UInt8] {
        guard next < plan.count else { throw .conflict("archive_order", "Le dossier est déjà complet.") }
        let entry = plan[next]
        guard size == entry.size, sha256 == entry.sha256 else {
            throw .conflict(
                "exhibit_changed", "La pièce « \(entry.path.text) » n’est plus celle qui a été déposée : le dossier n’est pas scellé.")
        }
        let name = Array(entry.path.text.utf8)
        var fields: [UInt8] = []
        fields.put(UInt16(20))  // version needed: 2.0, folders
        fields.put(UInt16(0x0800))  // names are UTF-8, no data descriptor
        fields.put(UInt16(0))  // stored
        fields.put(UInt16(0))  // 00:00
        fields.put(UInt16(0x0021))  // 1 January 1980, the first day that the format knows
        fields.put(checksum)
        fields.put(UInt32(size))
        fields.put(UInt32(size))
        fields.put(UInt16(name.count))
        fields.put(UInt16(0))  // no extra field

        var piece: [UInt8] = []
        piece.put(UInt32(0x0403_4B50))
        piece += fields + name

        directory.put(UInt32(0x0201_4B50))
        directory.put(UInt16(0x0314))  // made on Unix, so that the mode below is read
        directory += fields
        directory.put(UInt16(0))  // no comment
        directory.put(UInt16(0))  // disk 0
        directory.put(UInt16(0))
        directory.put(UInt32(0o100644) << 16)  // ordinary file, readable
        directory.put(UInt32(offset))
        directory += name
        offset += piece.count + size
        next += 1
        return piece
    }

    /// The directory that ends the file.
    func finish() throws(Refusal) -> [UInt8] {
        guard next == plan.count else { throw .conflict("archive_order", "Il manque \(plan.count - next) fichiers au dossier.") }
        var end = directory
        end.put(UInt32(0x0605_4B50))
        end.put(UInt16(0))
        end.put(UInt16(0))
        end.put(UInt16(next))
        end.put(UInt16(next))
        end.put(UInt32(directory.count))
        end.put(UInt32(offset))
        end.put(UInt16(0))
        return end
    }

    /// A small archive at once.
    static func bytes(_ files: [(path: ArchivePath, content: [UInt8])]) throws(Refusal) -> [UInt8] {
        var contents: [ArchivePath: [UInt8]] = [:]
        var plans: [Plan] = []
        for file in files {
            plans.append(Plan(path: file.path, size: file.content.count, sha256: Digest.hex(Digest.sha256(file.content))))
            contents[file.path] = file.content
        }
        var archive = try ZipArchive(plans)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(archive.size)
        for entry in archive.plan { bytes += try archive.append(contents[entry.path] ?? []) }
        return bytes + (try archive.finish())
    }
}

extension [UInt8] {
    /// Little-endian.
    fileprivate mutating func put(_ value: UInt16) { append(contentsOf: [UInt8(value & 0xFF), UInt8(value >> 8)]) }

    /// Little-endian.
    fileprivate mutating func put(_ value: UInt32) {
        put(UInt16(value & 0xFFFF))
        put(UInt16(value >> 16))
    }
}
