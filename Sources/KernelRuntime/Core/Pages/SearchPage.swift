internal import HTML
internal import Kernel
internal import KernelUI

/// The search over all modules of the structure.
enum SearchPage {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "recherche", permission: CorePermissions.readProfile) { try await answer($0, directory) }]
    }

    private static func answer(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let words = SearchHits.words(request.web.query["q"])
        let (access, found) = try await SearchHits.find(words, request, directory)
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
                elsewhere(words, access, h)
            })
    }

    /// The same words in the reader's other structures: each is searched behind its own door.
    private static func elsewhere(_ words: String, _ access: Access, _ h: HTMLWriter) {
        let others = access.organisations.filter { $0.kind == "MSP" && $0.slug != access.msp.slug }
        guard !words.isEmpty, !others.isEmpty else { return }
        h.card("Chercher «\u{A0}\(words)\u{A0}» ailleurs") {
            h.ul(.role("list"), .class("stack stack--tight")) {
                for other in others {
                    h.li {
                        let name = other.town.isEmpty ? other.name : "\(other.name), \(other.town)"
                        h.a(.href("/m/\(other.slug)/structure/recherche?q=\(QueryText.encoded(words))"), text: name)
                    }
                }
            }
        }
    }
}
