public import HTML
public import Kernel

/// How every document of the house looks: the one frame, from the head with the MSP's name to the digest at the end. Styles: `print.css`.
extension PrintDocument {
    /// - Parameters:
    ///   - title: where the content says none.
    ///   - copy: what the frame says of this copy; nil for a document that must be the same whenever it is made.
    public init(_ content: PaperContent, title: String, of msp: MspHandle, copy: PaperCopy? = nil) {
        let title = content.title ?? title
        self.init(
            title: title, mspName: msp.name, footer: "\(msp.name) – \(content.foot ?? title.lowercasedFirst)",
            footnote: copy.map { $0.seal == nil ? $0.words(of: content) : $0.words }
        ) { html in
            html.header(.class("doc__head")) {
                html.p(.class("doc__structure"), text: msp.name)
                html.h1(.class("doc__title"), text: title)
                if !content.subject.isEmpty { html.p(.class("doc__facts"), text: content.subject) }
            }
            html.paper(content)
            if let copy { html.stamp(content, copy) }
        }
    }
}

extension PaperCopy {
    /// Which copy it is, in words.
    fileprivate var words: String { seal.map { "Scellé le \(made), version \($0.version)" } ?? "Établi le \(made)" }

    /// The same with the digest of what it says.
    public func words(of content: PaperContent) -> String { "\(words). Empreinte du contenu\u{A0}: \(content.digest)" }
}

extension HTMLWriter {
    /// A document without its head, on paper and on the page that prints it.
    public func paper(_ content: PaperContent) {
        if let draft = content.draft { p(.class("doc__draft"), text: draft) }
        for part in content.parts { paper(part) }
    }

    /// The stamp at the end of a sealed copy.
    func stamp(_ content: PaperContent, _ copy: PaperCopy) {
        guard let seal = copy.seal else { return }
        div(.class("seal")) {
            span(.class("seal__state"), text: seal.words)
            span(.class("seal__date"), text: "Le \(copy.made) par \(seal.by), version \(seal.version)")
            span(.class("seal__digest"), text: "Empreinte du contenu\u{A0}: \(content.digest)")
        }
    }

    /// One part of a document.
    func paper(_ part: PaperPart) {
        guard !part.isEmpty else { return }
        switch part {
        case .facts(let facts): paperFacts(facts)
        case .text(let text):
            for paragraph in (text ?? "").split(whereSeparator: \.isNewline) { p(text: String(paragraph)) }
        case .list(let lines): ul { for line in lines { li(text: line) } }
        case .table(let table): paperTable(table)
        case .note(let label, let text):
            div(.class("decision")) {
                span(.class("decision__label"), text: "\(label)\u{A0}: ")
                self.text(text)
            }
        case .signatures(let labels): div(.class("signatures")) { for label in labels { div(text: label) } }
        case .section(let title, let parts):
            section(.class("doc__section")) {
                h2(text: title)
                for part in parts { paper(part) }
            }
        }
    }

    private func paperFacts(_ facts: [(String, String?)]) {
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

    private func paperTable(_ table: PaperTable) {
        func style(_ index: Int) -> Attribute {
            switch table.columns.indices.contains(index) ? table.columns[index].kind : .text {
            case .number: .class("num")
            case .signature: .class("signature")
            case .text, .name, .digest: .class("")
            }
        }
        // Wider than the page on a telephone, it scrolls: by keyboard too.
        div(.class("table-wrap"), .tabindex(0), .role("group"), .aria(.label, table.caption)) {
            self.table(.class("table", table.isSheet ? "sheet" : "")) {
                caption(.class("vh"), text: table.caption)
                thead {
                    tr {
                        for (index, column) in table.columns.enumerated() {
                            th(.scope(.col), .when(column.kind == .number, style(index)), text: column.label)
                        }
                    }
                }
                tbody {
                    for row in table.rows {
                        tr {
                            for (index, cell) in row.enumerated() {
                                if index == table.nameColumn {
                                    th(.scope(.row)) { paperCell(cell, table.columns[index]) }
                                } else {
                                    td(style(index), .when(!cell.isEmpty, .data("label", table.columns[index].label))) {
                                        paperCell(cell, table.columns[index])
                                    }
                                }
                            }
                        }
                    }
                }
                if let totals = table.totals {
                    tfoot {
                        tr {
                            for (index, total) in totals.enumerated() {
                                if index == 0 { th(.scope(.row), text: total) } else { td(style(index), text: total) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func paperCell(_ cell: String, _ column: PaperColumn) {
        let lines = cell.split(separator: "\n")
        text(lines.first.map(String.init) ?? "")
        for line in lines.dropFirst() { span(.class(column.kind == .digest ? "doc__digest" : "doc__line"), text: String(line)) }
    }
}

extension String {
    /// « Feuille d’émargement » inside a sentence; names in capitals stay.
    fileprivate var lowercasedFirst: String {
        guard let first, dropFirst().first?.isUppercase != true else { return self }
        return first.lowercased() + dropFirst()
    }
}
