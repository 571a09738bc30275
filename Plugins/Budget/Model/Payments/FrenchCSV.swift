import Kernel

/// A table for French spreadsheets (formats.md 6.1): UTF-8 with BOM, `;`, CRLF, RFC 4180 quotes, decimal comma.
///
/// Every text passes the guard against formulas (compliance.md API-08); numbers are typed, so a negative amount stays a number.
struct FrenchCSV {
    /// One cell.
    enum Cell: Sendable, Equatable {
        case text(String)
        /// Cents: `-11987,50`.
        case money(Int)
        case number(ExactDecimal)
        case integer(Int)
        /// `21/11/2026`.
        case day(CivilDate)
        case flag(Bool)
        case empty
    }

    private(set) var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(header: [String]) { row(header.map { .text($0) }) }

    mutating func row(_ cells: [Cell]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ";")) }
            bytes.append(contentsOf: Self.text(of: cell).utf8)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    static func text(of cell: Cell) -> String {
        switch cell {
        case .text(let text): quoted(guarded(text))
        case .money(let cents):
            "\(cents < 0 ? "-" : "")\(cents.magnitude / 100),\(cents.magnitude % 100 < 10 ? "0" : "")\(cents.magnitude % 100)"
        case .number(let number): number.description.map { $0 == "." ? "," : String($0) }.joined()
        case .integer(let number): String(number)
        case .day(let day): French.date(day)
        case .flag(let flag): flag ? "oui" : "non"
        case .empty: ""
        }
    }

    /// A text that a spreadsheet would read as a formula gets an apostrophe in front; also when only spaces come before, and
    /// for full-width signs, which some programs read alike. NUL and other control characters are dropped.
    static func guarded(_ text: String) -> String {
        let isDangerous: Bool =
            switch text.unicodeScalars.first(where: { !isSpace($0) }) {
            case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\u{2212}": true
            default: false
            }
        let startsBadly: Bool =
            switch text.unicodeScalars.first {
            case "\t", "\r", "\n", "\0": true
            default: false
            }
        let kept = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 || $0 == "\n" || $0 == "\r" || $0 == "\t" }))
        return isDangerous || startsBadly ? "'" + kept : kept
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        // What a program may skip before it looks for a formula.
        scalar.properties.isWhitespace || scalar.value < 32 || scalar.value == 0xFEFF || scalar.value == 0x200B
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == ";" || $0 == "\"" || $0 == "\r" || $0 == "\n" || $0 == "\t" }) else {
            return text
        }
        return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
