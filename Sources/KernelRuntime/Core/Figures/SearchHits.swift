internal import Kernel

/// What the search over all modules finds for one reader.
enum SearchHits {
    /// Hits of one source.
    struct Group: Sendable {
        let label: String
        let hits: [(title: String, detail: String, path: String)]
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
        let results = try await request.read(all: sources.map { $0.query(request.msp.id, words) }).results
        let groups = try zip(sources, results).map { source, rows in
            Group(
                label: source.label,
                hits: try rows.map { (title: try $0[0], detail: try $0.decode(1, as: String?.self) ?? "", path: try $0[2]) })
        }
        return (access, ([pages(words, access, directory)] + groups).filter { !$0.hits.isEmpty })
    }

    /// Pages of the structure by their name and by the other words that people have for them.
    private static func pages(_ words: String, _ access: Access, _ directory: ModuleDirectory) -> Group {
        let hits = directory.visible(to: access).flatMap { entry in
            entry.navigation.filter { access.can($0.permission) && FrenchWords.found(words, in: "\($0.label) \($0.words)") }.map { item in
                (title: item.label, detail: entry.manifest.label, path: entry.manifest.path + (item.path.isEmpty ? "" : "/\(item.path)"))
            }
        }
        return Group(label: "Pages", hits: hits)
    }
}
