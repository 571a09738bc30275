public import HTML

/// Parts that the documents of all modules share. Styles: `print.css`.
extension HTMLWriter {
    /// Structure, title and subject in front of a document.
    public func documentHead(structure: String, title: String, subject: String) {
        header(.class("doc__head")) {
            p(.class("doc__structure"), text: structure)
            h1(.class("doc__title"), text: title)
            p(.class("doc__facts"), text: subject)
        }
    }

    /// Label and value, one per line; those without a value are left out.
    public func documentFacts(_ facts: [(String, String?)]) {
        dl(.class("dl")) {
            for (label, value) in facts {
                guard let value, !value.isEmpty else { continue }
                div {
                    dt(text: label)
                    dd(text: value)
                }
            }
        }
    }

    /// A section with its title.
    public func documentSection(_ title: String, _ content: () -> Void) {
        section(.class("doc__section")) {
            h2(text: title)
            content()
        }
    }

    /// A table with its caption, header row and, when there is one, its last line.
    /// - Parameter numbers: indices of the columns whose figures stand on the right.
    public func documentTable(
        _ caption: String, _ columns: [String], extra: String = "", numbers: Set<Int> = [], totals: [String]? = nil, _ rows: () -> Void
    ) {
        div(.class("table-wrap")) {
            table(.class("table", extra)) {
                self.caption(.class("vh"), text: caption)
                thead {
                    tr {
                        for (index, column) in columns.enumerated() {
                            th(.scope(.col), .when(numbers.contains(index), .class("num")), text: column)
                        }
                    }
                }
                tbody(content: rows)
                if let totals {
                    tfoot {
                        tr {
                            for (index, total) in totals.enumerated() {
                                if index == 0 { th(.scope(.row), text: total) } else { td(.class("num"), text: total) }
                            }
                        }
                    }
                }
            }
        }
    }
}
