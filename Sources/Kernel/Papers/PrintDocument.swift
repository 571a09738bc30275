/// A document for paper: the same typed HTML on screen and as PDF.
public struct PrintDocument {
    /// Title of the document, in the PDF's own metadata too.
    public let title: String
    public let mspName: String
    /// Line at the foot of each page.
    public let footer: String
    /// Below it in smaller print: which copy this is.
    public let footnote: String?
    public let body: Fragment
    /// A page drawn and kept before; nil for one that is drawn now.
    private let frozen: [UInt8]?

    /// A page that was kept as it was drawn then.
    public init(frozen: [UInt8], title: String, mspName: String) {
        self.title = title
        self.mspName = mspName
        self.frozen = frozen
        footer = ""
        footnote = nil
        body = { _ in }
    }

    public init(title: String, mspName: String, footer: String, footnote: String? = nil, body: @escaping Fragment) {
        self.title = title
        self.mspName = mspName
        self.footer = footer
        self.footnote = footnote
        self.body = body
        frozen = nil
    }

    /// The whole page that is printed. The same facts give the same bytes.
    public var html: [UInt8] {
        if let frozen { return frozen }
        let h = HTMLWriter()
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.title(text: title)
                h.meta(.name("author"), .content(mspName))
            }
            h.body(.class("print")) {
                h.div(.class("print__foot")) {
                    h.text(footer)
                    if let footnote {
                        h.text(" ")
                        h.span(.class("print__copy"), text: footnote)
                    }
                }
                h.render(body)
            }
        }
        return h.bytes
    }
}

/// The bytes of a document for paper.
public struct PrintedDocument: Sendable {
    public let bytes: [UInt8]
    /// `application/pdf`.
    public let mediaType: String
    /// Without dot.
    public let fileExtension: String

    public init(bytes: [UInt8], mediaType: String, fileExtension: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.fileExtension = fileExtension
    }
}

/// Papers printed before a write began, found by what they show.
///
/// Printing takes seconds and may wait for its turn, so it never happens inside a transaction. A write that asks for a paper which is
/// not here throws `PaperWanted`: the runtime rolls it back, prints while nothing is locked, and runs the write again with the paper
/// at hand. The page drawn by that second run must be the one that was printed, to the byte, so a paper is joined only if it shows
/// what is true when it is joined; else the new page is printed, a few times at most.
public struct Papers: Sendable {
    private var printed: [[UInt8]: PrintedDocument] = [:]
    private let atOnce: (@Sendable ([UInt8]) -> PrintedDocument)?

    public init() { atOnce = nil }

    /// Makes every paper on the spot, by something quick that starts no program: the demonstration has hundreds of them.
    public init(atOnce: @escaping @Sendable ([UInt8]) -> PrintedDocument) { self.atOnce = atOnce }

    /// What is at hand for this page; `PaperWanted` when it was not printed yet.
    public func find(_ html: [UInt8]) throws(PaperWanted) -> PrintedDocument {
        if let atOnce { return atOnce(html) }
        guard let paper = printed[Digest.sha256(html)] else { throw PaperWanted(html: html) }
        return paper
    }

    /// The same with one more.
    public func with(_ paper: PrintedDocument, of html: [UInt8]) -> Papers {
        var more = self
        more.printed[Digest.sha256(html)] = paper
        return more
    }
}

/// A write needs this page printed before it can go on. Not a failure: the runtime answers it.
public struct PaperWanted: Error {
    public let html: [UInt8]
}
