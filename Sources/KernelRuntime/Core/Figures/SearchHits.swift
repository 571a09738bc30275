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
        return (access, groups.filter { !$0.hits.isEmpty })
    }
}
