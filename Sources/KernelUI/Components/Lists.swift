public import HTML
import Kernel

/// An active filter of a list, with the address that removes it.
public struct FilterTag: Sendable {
    /// « État : Validé ».
    public let label: String
    public let removeHref: String

    public init(_ label: String, removeHref: String) {
        self.label = label
        self.removeHref = removeHref
    }
}

/// Where one is in a list.
public struct Pager: Sendable {
    /// « 1–50 sur 238 », « plus de 10 000 ».
    public let position: String
    public let previousHref: String?
    public let nextHref: String?
    /// Numbered pages, when the list counts them; an entry without address is a gap or the page shown.
    public let pages: [(label: String, href: String?, isCurrent: Bool)]

    /// - Parameter position: see `Pager.position(first:last:total:)`.
    public init(position: String, previousHref: String?, nextHref: String?, pages: [(label: String, href: String?, isCurrent: Bool)] = []) {
        self.position = position
        self.previousHref = previousHref
        self.nextHref = nextHref
        self.pages = pages
    }

    /// « 1–50 sur 238 »; with `isAtLeast`, « 1–50 sur plus de 10 000 ».
    public static func position(first: Int, last: Int, total: Int, isAtLeast: Bool = false) -> String {
        guard total > 0 else { return "Aucune ligne" }
        return "\(French.number(first))–\(French.number(last)) sur \(isAtLeast ? "plus de " : "")\(French.number(total))"
    }
}

extension HTMLWriter {
    /// The search box and filters of a list: an ordinary form sent by GET.
    public func filters(action: String, search: String?, _ fields: () -> Void) {
        form(
            .class("filters"), .method(.get), .action(action), .role("search"),
            .aria(.label, search == nil ? "Filtrer la liste" : "Rechercher")
        ) {
            div(.class("filters__fields")) {
                if let search {
                    div(.class("field field--search")) {
                        label(.class("field__label"), .for("filtre-q"), text: "Rechercher")
                        input(
                            .class("input"), .type(.search), .id("filtre-q"), .name("q"), .value(search), .autocomplete("off"),
                            .data("shortcut", "/"),
                            .data("shortcut-label", "Rechercher dans la liste"))
                    }
                }
                fields()
                button(search == nil ? "Filtrer" : "Rechercher")
            }
        }
    }

    /// Active filters as removable tags, plus « Tout effacer ». Nothing without filters.
    public func filterTags(_ tags: [FilterTag], clearHref: String) {
        guard !tags.isEmpty else { return }
        ul(.class("filter-tags"), .role("list"), .aria(.label, "Filtres actifs")) {
            for tag in tags {
                li {
                    a(.class("filter-tag"), .href(tag.removeHref)) {
                        text(tag.label)
                        icon(.remove)
                        span(.class("vh"), text: "Retirer ce filtre")
                    }
                }
            }
            li { a(.href(clearHref), text: "Tout effacer") }
        }
    }

    /// Position in the list and its pages.
    public func pager(_ pager: Pager) {
        nav(.class("pager"), .aria(.label, "Pages")) {
            span(text: pager.position)
            if pager.previousHref != nil || pager.nextHref != nil {
                div(.class("pager__links")) {
                    if let href = pager.previousHref { a(.href(href), .rel("prev"), text: "Précédent") }
                    for page in pager.pages {
                        if let href = page.href, !page.isCurrent {
                            a(.href(href), text: page.label)
                        } else {
                            span(.when(page.isCurrent, .aria(.current, "page")), text: page.label)
                        }
                    }
                    if let href = pager.nextHref { a(.href(href), .rel("next"), text: "Suivant") }
                }
            }
        }
    }

    /// The line of bulk actions under a table with boxes; its buttons belong to the form around the table.
    public func bulkBar(_ buttons: () -> Void) {
        div(.class("bulkbar")) {
            span(.class("soft"), .data("bulk-count"), .role("status"), text: "Lignes choisies")
            buttons()
        }
    }

    /// A button of the bulk bar. With scripts its label counts: « Modifier 12 lignes ».
    public func bulkButton(_ verb: String, action: String, kind: ButtonKind = .plain) {
        button(
            .class("button button--\(kind.rawValue)"), .type(.submit), .formaction(action), .data("bulk", verb),
            text: "\(verb) les lignes choisies")
    }
}
