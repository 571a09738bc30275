@_spi(Runtime) internal import Kernel

/// What the search over all modules finds for one reader.
enum SearchHits {
    /// Hits of one source.
    struct Group: Sendable {
        let label: String
        let hits: [SearchHit]
    }

    /// The words as they are looked for.
    static func words(_ text: String?) -> String {
        String((text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(100))
    }

    /// Rights first: a source whose permission is missing is not asked at all.
    static func find(_ words: String, _ request: MspRequest, _ directory: ModuleDirectory) async throws -> (access: Access, groups: [Group])
    {
        let access = try await request.read().access
        guard !words.isEmpty else { return (access, []) }
        let sources = directory.visible(to: access).flatMap(\.searches).filter { access.can($0.permission) }
        let (_, found) = try await request.read(.list(try sources.map { try $0.read(request.msp.id, words, request.web.now) }))
        let groups = try zip(sources, found).map { source, hits in Group(label: source.label, hits: try hits(access)) }
        return (access, ([pages(words, access, directory)] + groups).filter { !$0.hits.isEmpty })
    }

    /// Pages of the structure by their name and by the other words that people have for them.
    private static func pages(_ words: String, _ access: Access, _ directory: ModuleDirectory) -> Group {
        let hits = directory.visible(to: access).flatMap { entry in
            entry.navigation.filter { access.can($0.permission) && FrenchWords.found(words, in: "\($0.label) \($0.words)") }.map { item in
                SearchHit(
                    title: item.label, detail: entry.manifest.label,
                    path: entry.manifest.path + (item.path.isEmpty ? "" : "/\(item.path)"))
            }
        }
        return Group(label: "Pages", hits: hits)
    }
}
