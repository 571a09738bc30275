import Foundation
import Kernel

/// A folder that holds one MSP: a file of JSON lines per table, the people, and a manifest that counts and digests them all.
struct TransferFolder {
    /// One table: how many rows, a digest of them as the database computes it, and a digest of the file.
    struct Table: Equatable {
        let name: String
        let rows: Int
        let digest: String
        let file: String
    }

    /// Last link of a ledger.
    struct Chain: Equatable {
        let name: String
        let seq: Int
        let hash: String
    }

    struct Manifest: Equatable {
        let msp: Identifier
        let slug: String
        let name: String
        /// Digest of the migrations of the database: the tables of another version are others.
        let schema: String
        let tables: [Table]
        let people: Int
        let peopleFile: String
        let chains: [Chain]
        /// Files that lie beside the tables, because their bytes stood outside the rows.
        var objects = 0

        var rows: Int { tables.reduce(0) { $0 + $1.rows } }
    }

    let path: String

    /// A folder that does not exist yet, its owner's alone.
    static func make(_ path: String) throws -> TransferFolder {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw ModuleSetupError(["\(path) exists already: name a new folder."])
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return TransferFolder(path: path)
    }

    // MARK: Lines

    /// Writes a file of lines, as they come, and gives their number and the digest of the file.
    func write(_ name: String, _ lines: () async throws -> [String]) async throws -> (rows: Int, digest: String) {
        let file = "\(path)/\(name).jsonl"
        guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw ModuleSetupError(["\(file) cannot be written."]) }
        defer { try? handle.close() }
        var digest = RunningDigest()
        var rows = 0
        while true {
            let some = try await lines()
            if some.isEmpty { break }
            let bytes = Array((some.joined(separator: "\n") + "\n").utf8)
            digest.update(bytes)
            try handle.write(contentsOf: Data(bytes))
            rows += some.count
        }
        try handle.synchronize()
        return (rows, Digest.hex(digest.finished()))
    }

    /// Gives the lines of a file by handfuls; throws when the file is not the one that the manifest knows.
    func read(_ name: String, digest expected: String, _ take: ([String]) async throws -> Void) async throws {
        let file = "\(path)/\(name).jsonl"
        guard let handle = FileHandle(forReadingAtPath: file) else { throw ModuleSetupError(["\(file) is missing."]) }
        defer { try? handle.close() }
        var digest = RunningDigest()
        var rest: [UInt8] = []
        while let data = try handle.read(upToCount: 4_194_304), !data.isEmpty {
            let bytes = Array(data)
            digest.update(bytes)
            rest += bytes
            guard let end = rest.lastIndex(of: 0x0A) else { continue }
            try await take(rest[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
            rest.removeSubrange(...end)
        }
        guard rest.isEmpty, Digest.hex(digest.finished()) == expected else {
            throw ModuleSetupError(["\(file) is not the file that was exported: nothing was imported."])
        }
    }

    // MARK: Manifest

    private static let format = 1

    func write(_ manifest: Manifest) throws {
        let value = JSONValue.object([
            ("format", .integer(Self.format)), ("version", .string(Platform.version)), ("made_at", .string(Instant.now.iso8601)),
            ("msp", .string(manifest.msp.description)), ("slug", .string(manifest.slug)), ("name", .string(manifest.name)),
            ("schema", .string(manifest.schema)), ("people", .integer(manifest.people)), ("people_file", .string(manifest.peopleFile)),
            ("objects", .integer(manifest.objects)),
            (
                "chains",
                .array(
                    manifest.chains.map {
                        .object([("name", .string($0.name)), ("seq", .integer($0.seq)), ("hash", .string($0.hash))])
                    })
            ),
            (
                "tables",
                .array(
                    manifest.tables.map {
                        .object([
                            ("name", .string($0.name)), ("rows", .integer($0.rows)), ("digest", .string($0.digest)),
                            ("file", .string($0.file)),
                        ])
                    })
            ),
        ])
        try Data((value.text + "\n").utf8).write(to: URL(fileURLWithPath: "\(path)/manifest.json"), options: .atomic)
    }

    func manifest() throws -> Manifest {
        let unreadable = ModuleSetupError(["\(path)/manifest.json is missing or is no manifest of an export."])
        guard let data = FileManager.default.contents(atPath: "\(path)/manifest.json"), let value = try? JSONValue.parse(Array(data)),
            value["format"]?.intValue == Self.format, let msp = value["msp"]?.stringValue.flatMap({ Identifier($0) }),
            let slug = value["slug"]?.stringValue, let name = value["name"]?.stringValue, let schema = value["schema"]?.stringValue,
            let people = value["people"]?.intValue, let peopleFile = value["people_file"]?.stringValue
        else { throw unreadable }
        let chains = value["chains"]?.arrayValue?.compactMap { chain -> Chain? in
            guard let name = chain["name"]?.stringValue, let seq = chain["seq"]?.intValue, let hash = chain["hash"]?.stringValue else {
                return nil
            }
            return Chain(name: name, seq: seq, hash: hash)
        }
        let tables = value["tables"]?.arrayValue?.compactMap { table -> Table? in
            guard let name = table["name"]?.stringValue, let rows = table["rows"]?.intValue, let digest = table["digest"]?.stringValue,
                let file = table["file"]?.stringValue
            else { return nil }
            return Table(name: name, rows: rows, digest: digest, file: file)
        }
        guard let chains, let tables, !tables.isEmpty else { throw unreadable }
        return Manifest(
            msp: msp, slug: slug, name: name, schema: schema, tables: tables, people: people, peopleFile: peopleFile, chains: chains,
            objects: value["objects"]?.intValue ?? 0)
    }
}
