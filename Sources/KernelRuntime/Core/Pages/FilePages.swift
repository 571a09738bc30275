internal import Kernel

/// The stored files behind the evidence.
enum FilePages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "fichiers/:fichier", permission: CorePermissions.readFiles) { request in
                .download(Download(try await request.file(try request.web.id("fichier")), isInline: true))
            }
        ]
    }
}
