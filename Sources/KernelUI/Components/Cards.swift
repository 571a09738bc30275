public import HTML

/// One line of a list of definitions.
public struct Definition {
    let label: String
    let content: Fragment

    /// A line with a text; an empty one shows « — ».
    public init(_ label: String, _ text: String?) {
        self.label = label
        self.content = { h in
            if let text, !text.isEmpty { h.text(text) } else { h.span(.class("soft"), text: "—") }
        }
    }

    /// A line with any content.
    public init(_ label: String, _ content: @escaping Fragment) {
        self.label = label
        self.content = content
    }
}

extension HTMLWriter {
    /// A sheet on the page, with its title and perhaps one link on the right (« Tout voir »).
    /// - Parameter level: level of the title, 2 or 3.
    public func card(
        _ title: String? = nil, level: Int = 2, link: (label: String, href: String)? = nil, count: Int? = nil, content: () -> Void
    ) {
        section(.class("card")) {
            if let title {
                div(.class("card__title")) {
                    if level > 2 { h3(text: title) } else { h2(.class("card__heading"), text: title) }
                    if let count { self.count(count) }
                    if let link {
                        a(.class("button button--quiet button--small"), .href(link.href)) {
                            text(link.label)
                            span(.class("vh"), text: " : \(title)")
                        }
                    }
                }
            }
            content()
        }
    }

    /// Labels and values in two columns.
    public func definitionList(_ definitions: [Definition]) {
        dl(.class("dl")) {
            for definition in definitions {
                div {
                    dt(text: definition.label)
                    dd { render(definition.content) }
                }
            }
        }
    }

    /// Labels and texts in two columns.
    public func definitionList(_ definitions: [(label: String, text: String?)]) {
        definitionList(definitions.map { Definition($0.label, $0.text) })
    }
}
