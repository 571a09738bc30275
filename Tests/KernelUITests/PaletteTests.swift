import Foundation
import Testing

/// The tokens of the style sheet, read from the file itself.
struct Palette {
    let tokens: [String: String]

    /// The blocks of the style sheet that state colours: light, dark by the system, dark by choice.
    static func all() throws -> [Palette] {
        let sheet = try stylesheet()
        return try [":root{", ":root:not([data-scheme=light]){", ":root[data-scheme=dark]{"].map { start in
            let compact = sheet.replacing(" {", with: "{")
            let from = try #require(compact.range(of: start)?.upperBound)
            let to = try #require(compact[from...].firstIndex(of: "}"))
            var tokens: [String: String] = [:]
            for declaration in compact[from..<to].split(separator: ";") {
                let pair = declaration.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                if pair.count == 2, pair[0].hasPrefix("--"), pair[1].hasPrefix("#") { tokens[String(pair[0].dropFirst(2))] = pair[1] }
            }
            return Palette(tokens: tokens)
        }
    }

    static func stylesheet() throws -> String {
        try String(contentsOf: assets.appendingPathComponent("collectif.css"), encoding: .utf8)
    }

    static var assets: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/KernelUI/Assets")
    }

    /// Contrast of two colours, 1 to 21 (WCAG 2.2).
    func contrast(_ one: String, _ other: String) throws -> Double {
        let a = try luminance(one)
        let b = try luminance(other)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private func luminance(_ name: String) throws -> Double {
        let text = try #require(tokens[name], "token \(name)")
        let value = try #require(UInt32(text.dropFirst(), radix: 16))
        let red = linear((value >> 16) & 0xFF)
        let green = linear((value >> 8) & 0xFF)
        let blue = linear(value & 0xFF)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    private func linear(_ channel: UInt32) -> Double {
        let share = Double(channel) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
}

@Suite("Palette")
struct PaletteTests {
    static let grounds = ["paper", "sheet", "act-wash"]

    @Test("every text is readable on paper, on a sheet and on a chosen row, in both schemes")
    func texts() throws {
        for palette in try Palette.all() {
            for text in ["ink", "ink-soft", "act", "act-strong", "warn", "stop", "done", "note"] {
                for ground in Self.grounds {
                    let contrast = try palette.contrast(text, ground)
                    #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
                }
            }
        }
    }

    @Test("a remark is readable on its own wash, and text on a filled button")
    func pairs() throws {
        let pairs = [
            ("warn", "warn-wash"), ("stop", "stop-wash"), ("done", "done-wash"), ("note", "note-wash"), ("ink", "warn-wash"),
            ("ink", "stop-wash"),
            ("ink", "done-wash"), ("ink", "note-wash"), ("ink-soft", "done-wash"), ("ink-soft", "warn-wash"), ("ink-soft", "note-wash"),
            ("on-act", "act"),
            ("on-act", "act-strong"), ("on-stop", "stop"), ("paper", "note"), ("paper", "warn"),
        ]
        for palette in try Palette.all() {
            for (text, ground) in pairs {
                let contrast = try palette.contrast(text, ground)
                #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
            }
        }
    }

    @Test("the border of a control and the focus ring stand out")
    func borders() throws {
        for palette in try Palette.all() {
            for line in ["edge", "act", "stop"] {
                for ground in Self.grounds {
                    let contrast = try palette.contrast(line, ground)
                    #expect(contrast >= 3, "\(line) on \(ground): \(contrast)")
                }
            }
        }
    }

    @Test("dark by the system and dark by choice are the same; light and dark state the same colours")
    func schemes() throws {
        let palettes = try Palette.all()
        #expect(palettes[1].tokens == palettes[2].tokens)
        #expect(Set(palettes[0].tokens.keys) == Set(palettes[1].tokens.keys))
        #expect(palettes[0].tokens.count >= 12)
    }
}

@Suite("Assets")
struct AssetTests {
    private func text(_ name: String) throws -> String {
        try String(contentsOf: Palette.assets.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("the style sheet and the script stay small")
    func sizes() throws {
        #expect(try text("collectif.css").utf8.count <= 46_000)
        #expect(try text("collectif.js").utf8.count <= 25_000)
    }

    @Test("nothing comes from elsewhere: no import, no address, no embedded data")
    func sameOrigin() throws {
        for name in ["collectif.css", "print.css"] {
            let sheet = try text(name)
            #expect(!sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains("http"))
        }
        let script = try text("collectif.js")
        for word in ["eval(", "new Function", "document.write", "http://", "https://", ".onclick", "setAttribute(\"on", ".style"] {
            #expect(!script.contains(word), "\(word)")
        }
    }

    @Test("every brace of the style sheets closes")
    func braces() throws {
        for name in ["collectif.css", "print.css"] {
            let sheet = try text(name)
            #expect(sheet.filter { $0 == "{" }.count == sheet.filter { $0 == "}" }.count)
        }
    }

    @Test("every custom property that is used is stated")
    func properties() throws {
        let sheet = try text("collectif.css")
        let stated = Set(sheet.matches(of: /(--[a-z0-9-]+)\s*:/).map { String($0.1) })
        let used = Set(sheet.matches(of: /var\((--[a-z0-9-]+)/).map { String($0.1) })
        #expect(used.subtracting(stated).isEmpty, "\(used.subtracting(stated))")
    }
}
