import Kernel
import Postgres

/// The zip of a dossier, made from its files each time it is asked for: a slice of one exhibit in memory at a time, each exhibit
/// compared with its digest, the whole with the digest that was sealed.
///
/// Kept files have at most 50 MB and a dossier may have many: docs/decisions/0015 says why the zip itself is not one of them.
struct DossierArchive: Sendable {
    /// One file of the zip and where its bytes are.
    struct Entry: Sendable, Equatable {
        let path: ArchivePath
        let size: Int
        let sha256: String
        let file: Identifier
    }

    /// The bytes of one file.
    enum Content: Sendable {
        case made([UInt8])
        case kept(KeptFile)
    }

    let entries: [Entry]

    /// A smaller file is read once and is in memory meanwhile; a larger one is read twice, because a zip says the checksum first.
    private static let small = 1_048_576

    /// Gives every piece of the zip in order; returns the size and the digest of the whole.
    /// - Parameters:
    ///   - sealed: the digest that the whole must have; the last piece is held back until it has it.
    ///   - content: bytes of one file.
    @discardableResult
    func write(
        sealed: String? = nil, content: @Sendable (Entry) async throws -> Content, send: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> (size: Int, sha256: String) {
        let byPath = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var zip = try ZipArchive(entries.map { ZipArchive.Plan(path: $0.path, size: $0.size, sha256: $0.sha256) })
        let sums = Sums()
        for planned in zip.plan {
            guard let entry = byPath[planned.path] else { continue }
            let made: [UInt8]
            switch try await content(entry) {
            case .made(let bytes): made = try zip.append(bytes)
            case .kept(let file) where file.size <= Self.small: made = try zip.append(try await file.bytes())
            case .kept(let file):
                let own = Sums()
                try await file.pieces { own.update($0) }
                let header = try zip.begin(size: own.size, sha256: own.sha256, checksum: own.checksum)
                sums.update(header)
                try await send(header)
                try await file.pieces { slice in
                    sums.update(slice)
                    try await send(slice)
                }
                continue
            }
            sums.update(made)
            try await send(made)
        }
        let end = try zip.finish()
        sums.update(end)
        let whole = sums.sha256
        if let sealed, sealed != whole {
            throw Refusal.conflict("altered", "Ce dossier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
        }
        try await send(end)
        return (zip.size, whole)
    }

    /// What bytes that go by add up to; one caller at a time.
    private final class Sums: @unchecked Sendable {
        private(set) var size = 0
        private var digest = RunningDigest()
        private var check = Checksum32()

        func update(_ bytes: [UInt8]) {
            size += bytes.count
            digest.update(bytes)
            check.update(bytes)
        }

        var sha256: String { Digest.hex(digest.finished()) }
        var checksum: UInt32 { check.value }
    }
}

/// A version of the dossier as stored.
struct StoredDossier: Sendable {
    /// What its trail may say.
    static let thing = TracedThing("budget.dossier", acts: ["prepare", "seal", "share", "unshare", "reshare", "ledger_marked"])

    /// One exhibit of the index.
    struct Row: Sendable {
        let indicator: String
        let label: String
        let number: Int
        let title: String
        let entry: DossierArchive.Entry
        let sequence: Int
        let rank: Int

        init?(_ json: JSONValue) {
            guard let indicator = json["indicator"]?.stringValue, let label = json["label"]?.stringValue,
                let number = json["number"]?.intValue, let title = json["title"]?.stringValue, let path = json["path"]?.stringValue,
                let checked = try? ArchivePath(path), let size = json["size"]?.intValue, let digest = json["sha256"]?.stringValue,
                let file = json["file"]?.stringValue.flatMap({ Identifier($0) }), let sequence = json["sequence"]?.intValue,
                let rank = json["rank"]?.intValue
            else { return nil }
            self.indicator = indicator
            self.label = label
            self.number = number
            self.title = title
            entry = DossierArchive.Entry(path: checked, size: size, sha256: digest, file: file)
            self.sequence = sequence
            self.rank = rank
        }

        /// As stored; the order of the members is fixed, so that two equal plans give equal texts.
        static func json(_ row: DossierPlan.Row, file: Identifier) -> JSONValue {
            .object([
                ("indicator", .string(row.indicator)), ("label", .string(row.indicatorLabel)), ("number", .integer(row.number)),
                ("title", .string(row.title)), ("path", .string(row.path.text)), ("size", .integer(row.size)),
                ("sha256", .string(row.sha256)), ("sequence", .integer(row.sequence)), ("rank", .integer(row.rank)),
                ("file", .string(file.description)),
            ])
        }
    }

    enum State: String, Sendable { case prepared = "PREPARED", sealed = "SEALED", dropped = "DROPPED" }

    let id: Identifier
    let year: Identifier
    let exercise: Int
    let state: State
    /// Nil until it is sealed.
    let number: Int?
    let rows: [Row]
    let index: DossierArchive.Entry
    let manifest: DossierArchive.Entry
    let sha256: String
    let size: Int
    let preparedAt: Instant
    let preparedBy: String
    let sealedAt: Instant?
    let sealedBy: String?
    let evidence: Int?

    static let select: SQL = """
        select d.id, d.year_id, y.exercise, d.state, d.number, d.contents::text as contents, d.sha256, d.size, d.prepared_at, d.prepared_by,
            d.sealed_at, d.sealed_by, d.evidence_seq, i.id as index_id, i.size as index_size, encode(i.sha256, 'hex') as index_digest,
            m.id as manifest_id, m.size as manifest_size, encode(m.sha256, 'hex') as manifest_digest
        from budget.dossier d
        join budget.aci_year y on y.msp_id = d.msp_id and y.id = d.year_id
        join kernel.file i on i.msp_id = d.msp_id and i.id = d.index_file_id
        join kernel.file m on m.msp_id = d.msp_id and m.id = d.manifest_file_id
        """

    static func one(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(select + " where d.msp_id = $1 and d.id = $2 and d.state <> 'DROPPED'", .id(msp), .id(id))
    }

    /// Of an exercise, the latest first.
    static func all(_ msp: Identifier, year: Identifier) -> Query {
        Query(
            select + " where d.msp_id = $1 and d.year_id = $2 and d.state <> 'DROPPED' order by d.prepared_at desc, d.id desc", .id(msp),
            .id(year))
    }

    init(_ row: Postgres.Row) throws {
        id = try row["id"]
        year = try row["year_id"]
        exercise = try row["exercise"]
        state = State(rawValue: try row["state"]) ?? .dropped
        number = try row["number"]
        rows = (try JSONValue.parse(try row["contents"] as String).arrayValue ?? []).compactMap(Row.init)
        index = DossierArchive.Entry(
            path: try ArchivePath(DossierPlan.indexName), size: try row["index_size"], sha256: try row["index_digest"],
            file: try row["index_id"])
        manifest = DossierArchive.Entry(
            path: try ArchivePath(DossierPlan.manifestName), size: try row["manifest_size"], sha256: try row["manifest_digest"],
            file: try row["manifest_id"])
        sha256 = try row["sha256"]
        size = try row["size"]
        preparedAt = try row["prepared_at"]
        preparedBy = try row["prepared_by"]
        sealedAt = try row["sealed_at"]
        sealedBy = try row["sealed_by"]
        evidence = try row["evidence_seq"]
    }

    var archive: DossierArchive { DossierArchive(entries: rows.map(\.entry) + [index, manifest]) }

    /// « Dossier ACI 2026, version 2 ».
    var title: String { "Dossier ACI \(exercise)" + (number.map { ", version \($0)" } ?? ", préparé") }

    /// The zip, each file read when its turn comes.
    func download(_ open: @escaping @Sendable (Identifier) async throws -> KeptFile) -> Download {
        let name = "dossier-aci-\(exercise)-v\(number ?? 0).zip"
        return Download(name: name, mediaType: "application/zip", size: size) { [archive, sha256] send in
            try await archive.write(sealed: sha256, content: { .kept(try await open($0.file)) }, send: send)
        }
    }
}
