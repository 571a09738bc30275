internal import Kernel

/// The stored files behind the evidence.
enum FilePages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "fichiers/:fichier", permission: CorePermissions.readFiles) { request in
                let file = try await StoredFile.content(request, try request.web.id("fichier"))
                return .file(bytes: file.bytes, mediaType: file.mediaType, name: file.name, inline: file.mediaType == "application/pdf")
            }
        ]
    }
}
