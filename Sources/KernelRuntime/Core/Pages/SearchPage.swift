internal import HTML
internal import Kernel
internal import KernelUI

/// The search over all modules of the structure.
enum SearchPage {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "recherche", permission: CorePermissions.readProfile) { try await answer($0, directory) }]
    }

    private struct Group {
        let label: String
        let hits: [(title: String, detail: String, path: String)]
    }

    private static func answer(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let words = String((request.web.query["q"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(100))
        // Rights first: a source whose permission is missing is not asked at all.
        let access = try await request.read().access
        var groups: [Group] = []
        if !words.isEmpty {
            let sources = directory.visible(to: access).flatMap(\.searches).filter { access.can($0.permission) }
            let results = try await request.read(all: sources.map { $0.query(request.msp.id, words) }).results
            groups = try zip(sources, results).map { source, rows in
                Group(
                    label: source.label,
                    hits: try rows.map { (title: try $0[0], detail: try $0.decode(1, as: String?.self) ?? "", path: try $0[2]) })
            }
            .filter { !$0.hits.isEmpty }
        }
        let found = groups
        return .page(
            Page(access: access, title: "Recherche", head: { h in if !words.isEmpty { h.fact(nil, "«\u{A0}\(words)\u{A0}»") } }) { h in
                h.filters(action: request.path("structure/recherche"), search: words) {}
                if words.isEmpty {
                    h.p(.class("soft"), text: "Indiquez un nom, un mot d’un titre ou d’une tâche.")
                } else if found.isEmpty {
                    h.empty("Aucun résultat pour «\u{A0}\(words)\u{A0}».", icon: .search)
                }
                for group in found {
                    h.card(group.label) {
                        h.ul(.role("list"), .class("stack stack--tight")) {
                            for hit in group.hits {
                                h.li {
                                    h.a(.href(request.path(hit.path)), text: hit.title)
                                    if !hit.detail.isEmpty { h.span(.class("soft small"), text: " \(hit.detail)") }
                                }
                            }
                        }
                    }
                }
            })
    }
}
