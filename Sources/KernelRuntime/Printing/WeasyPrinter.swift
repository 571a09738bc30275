import HTML
public import Kernel
import Subprocess

/// Turns print documents into tagged PDF with the WeasyPrint program (docs/decisions). The program runs beside the
/// server and gets only our own typed HTML, so it fetches nothing.
public struct WeasyPrinter: Printer {
    /// File path of the print style sheet.
    private let stylesheet: String
    /// Largest PDF accepted, in bytes.
    private static let limit = 20 * 1024 * 1024

    /// The same document gives the same bytes: without these, fonts carry the time of printing and sets their own order.
    private static let reproducible: [Environment.Key: String?] = ["SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"]

    public init(stylesheet: String) { self.stylesheet = stylesheet }

    public func print(_ document: PrintDocument) async throws -> PrintedDocument {
        let html = PrintPage.bytes(document)
        let result = try await run(
            .name("weasyprint"),
            arguments: ["--quiet", "--pdf-variant", "pdf/ua-1", "--base-url", "about:blank", "--stylesheet", stylesheet, "-", "-"],
            environment: .inherit.updating(Self.reproducible), input: .array(html), output: .bytes(limit: Self.limit), error: .discarded)
        guard result.terminationStatus.isSuccess, !result.standardOutput.isEmpty else {
            throw Refusal(
                status: 503, code: "printing",
                message: "Le document n’a pas pu être mis en page. Rien n’a été enregistré ; réessayez dans un instant.")
        }
        return PrintedDocument(bytes: result.standardOutput, mediaType: "application/pdf", fileExtension: "pdf")
    }
}

/// Keeps print documents as HTML: demonstration data of past years needs sealed bytes, not thousands of PDFs.
public struct HTMLPrinter: Printer {
    public init() {}

    public func print(_ document: PrintDocument) async throws -> PrintedDocument {
        PrintedDocument(bytes: PrintPage.bytes(document), mediaType: "text/html", fileExtension: "html")
    }
}

/// The page around a print document.
enum PrintPage {
    static func bytes(_ document: PrintDocument) -> [UInt8] {
        let h = HTMLWriter()
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.title(text: document.title)
                h.meta(.name("author"), .content(document.mspName))
            }
            h.body(.class("print")) {
                h.div(.class("print__foot"), text: document.footer)
                h.render(document.body)
            }
        }
        return h.bytes
    }
}
