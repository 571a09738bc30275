internal import Kernel

/// A stored file behind the evidence. What is sent is what was sealed: its digest is checked on the way out.
struct StoredFile: Sendable {
    let id: Identifier
    let name: String
    let mediaType: String
    let size: Int
    /// Lower-case hexadecimal.
    let sha256: String
    let created: Instant

    /// What is known of a file, without its bytes.
    init(_ request: MspRequest, _ id: Identifier) async throws {
        let reading = try await request.read(
            Query(
                "select name, media_type, size, encode(sha256, 'hex'), created_at from kernel.file where msp_id = $1 and id = $2",
                .id(request.msp.id), .id(id)))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        self.id = id
        name = try row[0]
        mediaType = try row[1]
        size = try row[2]
        sha256 = try row[3]
        created = try row[4]
    }

    /// Its bytes, compared with its digest before the first leaves.
    static func content(_ request: MspRequest, _ id: Identifier, isInline: Bool) async throws -> Download {
        let reading = try await request.read(
            Query(
                "select id, name, media_type, size, sha256(content) = sha256 from kernel.file where msp_id = $1 and id = $2",
                .id(request.msp.id), .id(id)))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        guard try row[4] as Bool else {
            throw Refusal.conflict("altered", "Ce fichier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
        }
        return try .stored(row, of: request.msp.id, isInline: isInline) { try await request.read($0).results[0] }
    }
}
