import CQREncode
public import HTML

extension HTMLWriter {
    /// A QR code as one path. Nothing when the text is too long for one (about two thousand characters).
    /// - Parameter label: what the code opens, for those who do not see it.
    public func qr(_ text: String, label: String) {
        guard let code = QRCode(text) else { return }
        div(.class("qr")) {
            svg(
                .viewBox(0, 0, Double(code.width + 2 * QRCode.margin), Double(code.width + 2 * QRCode.margin)), .role("img"),
                .aria(.label, label)
            ) {
                path(.d(code.outline))
            }
        }
    }
}

/// The squares of a QR code (error correction level M).
struct QRCode {
    /// Squares on a side.
    let width: Int
    /// The dark squares as the outline of one path, rows joined into runs.
    let outline: String
    /// Light squares around the code, without which readers do not find it.
    static let margin = 4

    /// nil when the text is empty or does not fit.
    init?(_ text: String) {
        guard !text.isEmpty, !text.utf8.contains(0), let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let squares = code.pointee.data, width > 0 else { return nil }
        var outline = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard squares[row * width + column] & 1 == 1 else {
                    column += 1
                    continue
                }
                let start = column
                while column < width, squares[row * width + column] & 1 == 1 { column += 1 }
                outline += "M\(start + Self.margin) \(row + Self.margin)h\(column - start)v1h-\(column - start)z"
            }
        }
        self.width = width
        self.outline = outline
    }
}
