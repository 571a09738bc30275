internal import Kernel

/// The stored files behind the evidence. What is sent is what was sealed: its digest is checked on the way out.
enum FilePages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "fichiers/:fichier", permission: CorePermissions.readFiles) { request in
                let id = try request.web.id("fichier")
                let reading = try await request.read(
                    Query(
                        "select name, media_type, content, sha256 from kernel.file where msp_id = $1 and id = $2", .id(request.msp.id),
                        .id(id)))
                guard let row = reading.results[0].first else { throw Refusal.notFound }
                let bytes: [UInt8] = try row[2]
                guard Digest.equal(Digest.sha256(bytes), try row[3]) else {
                    throw Refusal.conflict("altered", "Ce fichier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
                }
                let mediaType: String = try row[1]
                return .file(bytes: bytes, mediaType: mediaType, name: try row[0], inline: mediaType == "application/pdf")
            }
        ]
    }
}
