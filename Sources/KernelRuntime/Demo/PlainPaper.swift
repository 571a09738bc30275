import Kernel

/// Documents of the demonstration as PDF without a printer: hundreds of sheets and minutes of past years, in a millisecond each.
///
/// It knows the few elements that documents are made of (headings, paragraphs, facts, lists, tables, the seal) and sets them in one
/// plain way. What a person does in the product is printed by WeasyPrint.
enum PlainPaper {
    /// The document of a page of ours.
    static func print(_ html: [UInt8]) -> PrintedDocument {
        let page = PlainPage(html)
        let sheet = PlainSheet(title: page.title, footer: page.footer)
        for block in page.blocks { sheet.set(block) }
        return PrintedDocument(bytes: sheet.finish(), mediaType: "application/pdf", fileExtension: "pdf")
    }
}

/// A document taken apart.
struct PlainPage {
    enum Block: Equatable {
        case heading(String, level: Int)
        case text(String)
        case item(String)
        /// A line of the seal.
        case seal(String)
        case table([Row])
    }

    struct Row: Equatable {
        var cells: [String] = []
        var isHead = false
    }

    private(set) var title = ""
    private(set) var footer = ""
    private(set) var blocks: [Block] = []
    private var text = ""
    private var rows: [Row]?
    private var isHead = false
    private var isSeal = false

    init(_ html: [UInt8]) {
        var rest = html[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            text += Self.decoded(rest[..<open])
            guard let close = rest[open...].firstIndex(of: UInt8(ascii: ">")) else { break }
            tag(String(decoding: rest[(open + 1)..<close], as: UTF8.self))
            rest = rest[(close + 1)...]
        }
        flush()
    }

    private mutating func tag(_ tag: String) {
        let isEnd = tag.hasPrefix("/")
        let name = tag.dropFirst(isEnd ? 1 : 0).prefix { $0.isLetter || $0.isNumber }
        switch (name, isEnd) {
        case ("title", true): (title, text) = (tidied, "")
        case ("h1", true), ("h2", true), ("h3", true): heading(Int(name.dropFirst()) ?? 2)
        case ("table", false), ("dl", false):
            flush()
            rows = []
        case ("table", true), ("dl", true):
            if let rows, !rows.isEmpty { blocks.append(.table(rows)) }
            rows = nil
        case ("caption", true): text = ""
        case ("thead", _): isHead = !isEnd
        case ("tr", false), ("dt", false):
            text = ""
            rows?.append(Row(isHead: isHead))
        case ("td", true), ("th", true), ("dt", true), ("dd", true): cell()
        case ("li", true): block { .item($0) }
        case ("span", true) where isSeal: flush()
        case ("div", false):
            flush()
            if tag.contains("\"seal\"") { isSeal = true }
        case ("div", true) where rows == nil:
            if footer.isEmpty, blocks.isEmpty {
                (footer, text) = (tidied, "")
            } else {
                flush()
            }
            isSeal = false
        case ("p", _), ("ul", _), ("section", _), ("header", _), ("li", false), ("h1", false), ("h2", false), ("h3", false): flush()
        default: break
        }
    }

    private var tidied: String { text.split { $0 == "\n" || $0 == "\t" || $0 == " " }.joined(separator: " ") }

    private mutating func heading(_ level: Int) { block { .heading($0, level: level) } }

    private mutating func cell() {
        let said = tidied
        if let last = rows?.indices.last { rows?[last].cells.append(said) }
        text = ""
    }

    private mutating func flush() {
        guard rows == nil else { return }
        let isSeal = isSeal
        block { isSeal ? .seal($0) : .text($0) }
    }

    private mutating func block(_ make: (String) -> Block) {
        let said = tidied
        if !said.isEmpty { blocks.append(make(said)) }
        text = ""
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }
}
