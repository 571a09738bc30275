import Kernel

/// Blocks set on A4 pages in Helvetica, which every reader brings along; a PDF at the end. The same blocks give the same bytes.
final class PlainSheet {
    private static let (width, height, margin) = (595.0, 842.0, 46.0)
    private static var inner: Double { width - 2 * margin }

    private let title: String
    private let footer: String
    private var pages: [[UInt8]] = []
    private var content: [UInt8] = []
    private var y = PlainSheet.height - PlainSheet.margin

    init(title: String, footer: String) {
        self.title = title
        self.footer = footer
    }

    func set(_ block: PlainPage.Block) {
        switch block {
        case .heading(let text, let level):
            let size = level == 1 ? 18.0 : level == 2 ? 13 : 11
            space(level == 1 ? 0 : 8, keeping: 60)
            paragraph(text, size: size, isBold: true)
            if level == 1 { rule() }
        case .text(let text): paragraph(text, size: 10)
        case .item(let text): paragraph("• " + text, size: 10)
        case .seal(let text): paragraph(text, size: text.count > 70 ? 7.5 : 10, isBold: text.count < 30, color: "0.17 0.42 0.23")
        case .table(let rows): table(rows)
        }
    }

    // MARK: Text

    private func paragraph(_ text: String, size: Double, isBold: Bool = false, color: String = "0.12 0.16 0.18") {
        for line in Helvetica.wrapped(text, size: size, isBold: isBold, to: Self.inner) {
            room(size * 1.4)
            y -= size * 1.4
            write(line, x: Self.margin, size: size, isBold: isBold, color: color)
        }
        y -= 3
    }

    private func table(_ rows: [PlainPage.Row]) {
        let columns = rows.map(\.cells.count).max() ?? 0
        guard columns > 0 else { return }
        let size = 9.0
        let widths = Self.widths(rows, columns: columns, size: size)
        let head = rows.first.flatMap { $0.isHead ? $0 : nil }
        space(4, keeping: 40)
        for row in rows {
            let lines = (0..<columns).map { column in
                row.cells.indices.contains(column)
                    ? Helvetica.wrapped(row.cells[column], size: size, isBold: row.isHead, to: widths[column] - 8) : []
            }
            let height = Double(max(1, lines.map(\.count).max() ?? 1)) * 12 + 5
            if y - height < Self.margin + 20 {
                turn()
                if let head, head != row { set(.table([head])) }
            }
            var x = Self.margin
            for (column, cell) in lines.enumerated() {
                for (number, line) in cell.enumerated() {
                    write(line, x: x, y: y - 11 - 12 * Double(number), size: size, isBold: row.isHead, color: "0.12 0.16 0.18")
                }
                x += widths[column]
            }
            y -= height
            rule(row.isHead ? "0.8" : "0.3")
        }
        y -= 4
    }

    /// As wide as its widest word at least; what is left goes where texts are long.
    private static func widths(_ rows: [PlainPage.Row], columns: Int, size: Double) -> [Double] {
        func widest(_ column: Int, _ parts: (String) -> [Substring]) -> Double {
            let texts = rows.flatMap { $0.cells.indices.contains(column) ? parts($0.cells[column]) : [] }
            return (texts.map { Helvetica.width(String($0), size: size, isBold: true) }.max() ?? 0) + 10
        }
        let least = (0..<columns).map { widest($0) { $0.split(separator: " ") } }
        let wanted = (0..<columns).map { max(least[$0], min(widest($0) { [$0[...]] }, 220)) }
        let (needed, free) = (least.reduce(0, +), inner - least.reduce(0, +))
        guard free > 0 else { return least.map { $0 * inner / needed } }
        let longing = zip(wanted, least).map { $0 - $1 }
        let all = longing.reduce(0, +)
        return zip(least, longing).map { all > 0 ? $0 + free * $1 / all : $0 + free / Double(columns) }
    }

    private func write(_ text: String, x: Double, y: Double? = nil, size: Double, isBold: Bool, color: String) {
        let font = isBold ? "F2" : "F1"
        add(
            "BT /\(font) \(Self.number(size)) Tf \(color) rg \(Self.number(x)) \(Self.number(y ?? self.y)) Td <\(Helvetica.hex(text))> Tj ET\n"
        )
    }

    private func rule(_ weight: String = "1") {
        add(
            "\(weight) w 0.6 0.6 0.6 RG \(Self.number(Self.margin)) \(Self.number(y)) m \(Self.number(Self.width - Self.margin)) \(Self.number(y)) l S\n"
        )
    }

    // MARK: Pages

    private func space(_ gap: Double, keeping: Double) {
        y -= gap
        room(keeping)
    }

    private func room(_ wanted: Double) { if y - wanted < Self.margin + 20 { turn() } }

    private func turn() {
        pages.append(content)
        content = []
        y = Self.height - Self.margin
    }

    /// The file.
    func finish() -> [UInt8] {
        turn()
        var objects: [[UInt8]] = [
            Array("<</Type/Catalog/Pages 2 0 R/Lang(fr)>>".utf8), [],
            Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".utf8),
            Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>".utf8),
            Array("<</Title<FEFF\(title.utf16.map(Self.hex).joined())>/Producer(Collectif)>>".utf8),
        ]
        var kids: [String] = []
        for (number, page) in pages.enumerated() {
            content = page
            let foot = "\(footer) – page \(number + 1) sur \(pages.count)"
            write(foot, x: Self.margin, y: 28, size: 8, isBold: false, color: "0.34 0.4 0.42")
            kids.append("\(objects.count + 1) 0 R")
            objects.append(
                Array(
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents \(objects.count + 2) 0 R>>"
                        .utf8))
            objects.append(Array("<</Length \(content.count)>>stream\n".utf8) + content + Array("\nendstream".utf8))
        }
        objects[1] = Array("<</Type/Pages/Kids[\(kids.joined(separator: " "))]/Count \(kids.count)>>".utf8)
        return Self.file(objects)
    }

    private static func file(_ objects: [[UInt8]]) -> [UInt8] {
        var file = Array("%PDF-1.4\n".utf8)
        var table = "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for (index, object) in objects.enumerated() {
            let offset = "\(file.count)"
            table += String(repeating: "0", count: 10 - offset.count) + "\(offset) 00000 n \n"
            file += Array("\(index + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
        }
        let start = file.count
        file += Array("\(table)trailer<</Size \(objects.count + 1)/Root 1 0 R/Info 5 0 R>>\nstartxref\n\(start)\n%%EOF\n".utf8)
        return file
    }

    private func add(_ text: String) { content += Array(text.utf8) }

    private static func hex(_ unit: UInt16) -> String { Digest.hex([UInt8(unit >> 8), UInt8(unit & 0xFF)]) }

    /// A length with one decimal.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}

/// Widths and codes of Helvetica, one of the fonts that every reader has.
enum Helvetica {
    /// From the space to the tilde, in thousandths of the size (Adobe font metrics).
    private static let widths: [Int] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556,
        278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,
        611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833,
        556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ]

    /// WinAnsi codes outside of Latin-1.
    private static let special: [Unicode.Scalar: UInt8] = [
        "’": 0x92, "‘": 0x91, "“": 0x93, "”": 0x94, "–": 0x96, "—": 0x97, "…": 0x85, "œ": 0x9C, "Œ": 0x8C, "€": 0x80, "•": 0x95,
        "\u{202F}": 0xA0, "\u{2009}": 0x20, "Ÿ": 0x9F,
    ]

    static func codes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { scalar in
            if (0x20...0x7E).contains(scalar.value) || (0xA0...0xFF).contains(scalar.value) { return UInt8(scalar.value) }
            return special[scalar] ?? UInt8(ascii: "?")
        }
    }

    static func hex(_ text: String) -> String { Digest.hex(codes(text)) }

    static func width(_ text: String, size: Double, isBold: Bool) -> Double {
        let sum = text.unicodeScalars.reduce(0) { sum, scalar in
            sum + ((0x20...0x7E).contains(scalar.value) ? widths[Int(scalar.value) - 0x20] : scalar.value == 0xA0 ? 278 : 556)
        }
        return Double(sum) * size / 1_000 * (isBold ? 1.06 : 1)
    }

    /// Lines no wider than their place; a word that is wider is cut.
    static func wrapped(_ text: String, size: Double, isBold: Bool, to place: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            let longer = line.isEmpty ? word : line + " " + word
            if width(longer, size: size, isBold: isBold) <= place {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while word.count > 1, width(word, size: size, isBold: isBold) > place {
                var cut = word
                while cut.count > 1, width(cut, size: size, isBold: isBold) > place { cut.removeLast() }
                lines.append(cut)
                word.removeFirst(cut.count)
            }
            line = word
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
