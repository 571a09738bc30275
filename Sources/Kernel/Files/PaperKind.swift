/// Kinds of paper that every computer and a payer's portal can open.
public enum PaperKind: String, CaseIterable, Sendable {
    case pdf, jpeg, png, heic, webp

    public var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .heic: "image/heic"
        case .webp: "image/webp"
        }
    }

    public var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    /// « un document PDF ».
    public var label: String {
        switch self {
        case .pdf: "un document PDF"
        case .jpeg: "une image JPEG"
        case .png: "une image PNG"
        case .heic: "une photo HEIC"
        case .webp: "une image WebP"
        }
    }

    /// The kind that a name claims by its ending.
    public static func named(_ name: String) -> PaperKind? {
        switch name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased() {
        case "pdf": .pdf
        case "jpg", "jpeg", "jpe", "jfif": .jpeg
        case "png": .png
        case "heic", "heif": .heic
        case "webp": .webp
        default: nil
        }
    }

    /// The kind that a media type claims; parameters after `;` do not count.
    public static func declared(_ mediaType: String) -> PaperKind? {
        let type = mediaType.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
        return switch type {
        case "application/pdf", "application/x-pdf": .pdf
        case "image/jpeg", "image/jpg", "image/pjpeg": .jpeg
        case "image/png": .png
        case "image/heic", "image/heif": .heic
        case "image/webp": .webp
        default: nil
        }
    }

    /// The kind that the first bytes show. The mark of a PDF may stand anywhere in the first 1 024 bytes (ISO 32000): scanners and mail
    /// programs put lines before it. What begins as another format does is that format, also with a PDF behind.
    public static func found(in bytes: [UInt8]) -> PaperKind? {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if has("RIFF"), has("WEBP", at: 8) { return .webp }
        if has("ftyp", at: 4), ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains(where: { has($0, at: 8) }) {
            return .heic
        }
        guard !foreign.contains(where: { bytes.starts(with: $0) }) else { return nil }
        let text = bytes.prefix(1_024)
        // A page or a drawing may have spaces in front.
        guard text.first(where: { $0 > 0x20 && $0 < 0x80 }) != UInt8(ascii: "<") else { return nil }
        return text.indices.contains { text[$0...].starts(with: pdfMark) } ? .pdf : nil
    }

    private static let pdfMark = Array("%PDF-".utf8)

    /// First bytes of formats that can carry a PDF inside: archives and office files, programs, pictures, scripts.
    private static let foreign: [[UInt8]] =
        ["PK", "MZ", "\u{7F}ELF", "GIF8", "RIFF", "BM", "II*", "MM\0*", "%!PS", "#!", "{\\rtf", "Rar!", "7z", "OggS", "ID3"].map {
            Array($0.utf8)
        } + [[0xD0, 0xCF, 0x11, 0xE0], [0x1F, 0x8B], [0xCA, 0xFE, 0xBA, 0xBE]]
}
