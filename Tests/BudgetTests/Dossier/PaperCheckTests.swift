import Testing

@testable import Kernel

@Suite("What may be kept as a paper")
struct PaperCheckTests {
    private static let tail = [UInt8](repeating: 0, count: 200)
    private static let pdf = Array("%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n".utf8)
    private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + tail
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + tail + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    private static let heic: [UInt8] = [0, 0, 0, 24] + Array("ftypheic".utf8) + tail
    private static let webp: [UInt8] = Array("RIFF".utf8) + [204, 0, 0, 0] + Array("WEBP".utf8) + tail

    private static let samples: [(PaperKind, [UInt8])] = [(.pdf, pdf), (.jpeg, jpeg), (.png, png), (.heic, heic), (.webp, webp)]

    private func code(_ bytes: [UInt8], _ name: String, _ type: String? = nil) -> String? {
        do {
            _ = try PaperCheck.check(bytes, name: name, mediaType: type)
            return nil
        } catch { return error.code }
    }

    @Test("Each kind passes under its own name and type, and under no other")
    func kinds() {
        for (kind, bytes) in Self.samples {
            for claimed in PaperKind.allCases {
                #expect(code(bytes, "piece.\(claimed.fileExtension)", kind.mediaType) == (claimed == kind ? nil : "file_mismatch"))
                #expect(code(bytes, "piece.\(kind.fileExtension)", claimed.mediaType) == (claimed == kind ? nil : "file_mismatch"))
            }
            #expect(code(bytes, "PIECE.\(kind.fileExtension.uppercased())", nil) == nil)
            #expect(code(bytes, "piece", nil) == "file_name")
        }
    }

    @Test("The sentence says what the name promises and what the file is")
    func sentence() {
        do {
            _ = try PaperCheck.check(Self.jpeg, name: "facture.pdf", mediaType: "application/pdf")
            Issue.record("accepted")
        } catch {
            #expect(
                error.message
                    == "« facture.pdf » n’est pas ce que dit son nom : le nom annonce un document PDF, le contenu est une image JPEG. Choisissez le bon fichier ou corrigez son nom."
            )
        }
    }

    @Test("A program, a page, a text, nothing: not an exhibit")
    func others() {
        #expect(code(Array("MZ".utf8) + Self.tail, "facture.pdf") == "file_type")
        #expect(code(Array("<html><script>".utf8) + Self.tail, "photo.jpg", "image/jpeg") == "file_type")
        #expect(code(Array("PK\u{3}\u{4}".utf8) + Self.tail, "dossier.pdf") == "file_type")
        // A PDF hidden behind the start of something else.
        #expect(code(Array("GIF89a".utf8) + Self.pdf, "facture.pdf") == "file_type")
        #expect(code([], "facture.pdf") == "file_empty")
    }

    @Test("The mark of a PDF stands anywhere in the first 1 024 bytes; zeros may follow its end")
    func tolerated() {
        #expect(code(Array("\n".utf8) + Self.pdf, "a.pdf") == nil)
        #expect(code([0xEF, 0xBB, 0xBF] + Self.pdf, "a.pdf") == nil)
        #expect(code([UInt8](repeating: 0, count: 1_019) + Self.pdf, "a.pdf") == nil)
        #expect(code([UInt8](repeating: 0, count: 1_020) + Self.pdf, "a.pdf") == "file_type")
        #expect(code(Self.pdf + [UInt8](repeating: 0, count: 4_000), "a.pdf") == nil)
        #expect(code(Array(Self.pdf.dropLast(7)) + [UInt8](repeating: 0, count: 4_000), "a.pdf") == "file_truncated")
        // Another format with a PDF inside its beginning.
        for start in ["PK\u{3}\u{4}", " <html>", "MZ", "#!/bin/sh\n"] {
            #expect(code(Array(start.utf8) + Self.pdf, "a.pdf") == "file_type")
        }
    }

    @Test("What the opening says decides: a password, no page, a program inside")
    func opened() {
        #expect(PaperCheck.refusal(.opens(pages: 3, hasScript: false), name: "a.pdf") == nil)
        #expect(PaperCheck.refusal(.opens(pages: 3, hasScript: true), name: "a.pdf")?.code == "file_active")
        #expect(PaperCheck.refusal(.asksPassword, name: "a.pdf")?.code == "file_protected")
        #expect(PaperCheck.refusal(.broken, name: "a.pdf")?.status == 422)
    }

    @Test("A photo of 40 MB is refused with its size, before it is read")
    func size() {
        #expect(code(Self.jpeg + [UInt8](repeating: 7, count: PaperCheck.mostBytes), "photo.jpg") == "file_too_large")
        let refusal = PaperCheck.refusal(size: 40_000_000, name: "photo.jpg")
        #expect(refusal?.status == 413)
        #expect(
            refusal.map { Fixtures.plain($0.message) }
                == "« photo.jpg » pèse 40 Mo : une pièce fait au plus 20 Mo. Envoyez la photo en taille « moyenne » ou numérisez la feuille en PDF."
        )
        #expect(PaperCheck.refusal(size: PaperCheck.mostBytes, name: "photo.jpg") == nil)
        #expect(PaperCheck.refusal(size: PaperCheck.mostBytes + 1, name: "p.jpg")?.message.contains("20,1") == true)
    }

    @Test("What did not arrive whole is told")
    func truncated() {
        #expect(code(Array(Self.pdf.dropLast(7)), "a.pdf") == "file_truncated")
        #expect(code(Array(Self.png.dropLast(10)), "a.png") == "file_truncated")
        #expect(code(Array(Self.webp.dropLast(1)), "a.webp") == "file_truncated")
        #expect(code(Array(Self.jpeg.prefix(20)), "a.jpg") == "file_truncated")
    }

    @Test(
        "A PDF that acts when it is opened is refused",
        arguments: ["/S /JavaScript /JS (app.alert)", "/S/J#61vaScript", "<</S /Launch /F (cmd.exe)>>"])
    func active(_ piece: String) {
        #expect(code(Array("%PDF-1.7\n\(piece)\n%%EOF".utf8), "a.pdf") == "file_active")
    }

    @Test(
        "Names that only look alike pass",
        arguments: ["/JavaScripts", "/LaunchPad", "JavaScript", "/OpenAction [1 0 R /Fit]", "(/ Launch)", "/Type/EmbeddedFile"])
    func passive(_ piece: String) { #expect(code(Array("%PDF-1.7\n\(piece)\n%%EOF".utf8), "a.pdf") == nil) }

    @Test("Names with several dots or none, and what a sender says without saying anything")
    func names() {
        #expect(PaperKind.named("a.pdf.jpg") == .jpeg)
        #expect(PaperKind.named("pdf") == nil)
        #expect(PaperKind.declared("image/jpeg; charset=binary") == .jpeg)
        #expect(code(Self.pdf, "a.pdf", "application/octet-stream") == nil)
        #expect(code(Self.pdf, "a.pdf", "text/html") == "file_mismatch")
    }

    @Test("Any bytes: an answer, never a fall", arguments: 0..<100)
    func fuzz(seed: Int) {
        var numbers = SeededNumbers(UInt64(seed))
        let start = Self.samples[seed % Self.samples.count].1
        var bytes = Array(start.prefix(Int.random(in: 0...start.count, using: &numbers)))
        for _ in 0..<Int.random(in: 0...20, using: &numbers) where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
        }
        for kind in PaperKind.allCases { _ = code(bytes, "a.\(kind.fileExtension)") }
    }
}
