internal import Kernel

/// What is known of a stored file behind the evidence.
struct StoredFile: Sendable {
    let id: Identifier
    let name: String
    let mediaType: String
    let size: Int
    /// Lower-case hexadecimal.
    let sha256: String
    let created: Instant

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
}
