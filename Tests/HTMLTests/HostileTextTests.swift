import HTML
import Testing

/// Strings from people, in every position, against markup.
@Suite("Hostile text")
struct HostileTextTests {
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</textarea><script>", "<!--", "]]>",
        "&lt;b&gt;", "&#60;script&#62;", "\u{0}<\u{0}script>", "<svg/onload=alert(1)>", "\u{2028}<b>", "＜script＞<b>", "é<é>é\"é'é&é",
        "12345678<", "1234567<8", "1234567812345678>", "\u{1}\u{2}\u{1F}\u{7F}\"",
    ]

    @Test("a text never opens a tag or an entity of its own", arguments: hostile)
    func text(_ hostile: String) {
        let inside = written { $0.text(hostile) }
        #expect(!inside.contains("<") && !inside.contains(">") && !inside.contains("\"") && !inside.contains("'"))
        #expect(ampersandsAreOurs(inside))
    }

    @Test("an attribute value never leaves its quotes", arguments: hostile)
    func attribute(_ hostile: String) {
        for attribute in [
            Attribute.title(hostile), .value(hostile), .data("x", hostile), .aria(.label, hostile), .class(hostile), .d(hostile),
        ] {
            let page = written { $0.span(attribute) }
            #expect(page.filter { $0 == "\"" }.count == 2)
            #expect(page.filter { $0 == "<" }.count == 2)
            #expect(!page.contains("'"))
        }
    }

    @Test("an address never leaves its quotes", arguments: hostile)
    func address(_ hostile: String) {
        for address in [hostile, "/" + hostile, "https://exemple.fr/" + hostile, "?q=" + hostile] {
            let page = written { $0.a(.href(address)) }
            #expect(page.filter { $0 == "\"" }.count == 2)
            #expect(page.filter { $0 == "<" }.count == 2)
        }
    }

    @Test("every byte below 128 is written, replaced or dropped as stated")
    func everyASCIIByte() {
        for byte in UInt8(0)..<128 {
            let character = String(UnicodeScalar(byte))
            for text in [character, "1234567" + character + "1234567890", character + "\u{E9}"] {
                let expected: String =
                    switch byte {
                    case 0x22: "&quot;"
                    case 0x26: "&amp;"
                    case 0x27: "&#39;"
                    case 0x3C: "&lt;"
                    case 0x3E: "&gt;"
                    case 9, 10, 13: character
                    case 0..<0x20, 0x7F: ""
                    default: character
                    }
                #expect(Array(written { $0.text(text) }.utf8) == Array(text.replacing(character, with: expected).utf8))
            }
        }
    }

    @Test("bidirectional controls are dropped, their neighbours are kept")
    func bidi() {
        let controls = ["\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}"]
        for control in controls {
            #expect(written { $0.text("facture\(control)fdp.exe") } == "facturefdp.exe")
            #expect(written { $0.span(.title("a\(control)\(control)b")) } == "<span title=\"ab\"></span>")
            #expect(written { $0.text(control) } == "")
        }
        let kept = "\u{2029}\u{202F}\u{2065}\u{206A}\u{2019}\u{20AC}\u{200E}"
        #expect(written { $0.text(kept) } == kept)
    }

    @Test("bytes that are no text at all do no harm")
    func brokenBytes() {
        for bytes: [UInt8] in [[0xE2], [0xE2, 0x80], [0xFF, 0x3C], [0xC3], [0xE2, 0x80, 0x3C], Array(repeating: 0xE2, count: 40)] {
            let h = HTMLWriter()
            bytes.withUnsafeBufferPointer { h.textBytes($0) }
            #expect(!h.bytes.contains(0x3C))
        }
    }

    private func ampersandsAreOurs(_ text: String) -> Bool {
        text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { piece in
            ["quot;", "amp;", "#39;", "lt;", "gt;"].contains { piece.hasPrefix($0) }
        }
    }
}
