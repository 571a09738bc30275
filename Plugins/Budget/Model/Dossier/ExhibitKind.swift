/// Kinds of file that a payer's portal and every computer can open.
enum ExhibitKind: String, CaseIterable, Sendable {
    case pdf, jpeg, png, heic, webp

    var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .heic: "image/heic"
        case .webp: "image/webp"
        }
    }

    var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    /// « un document PDF ».
    var label: String {
        switch self {
        case .pdf: "un document PDF"
        case .jpeg: "une image JPEG"
        case .png: "une image PNG"
        case .heic: "une photo HEIC"
        case .webp: "une image WebP"
        }
    }

    /// The kind that a name claims by its ending.
    static func named(_ name: String) -> ExhibitKind? {
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
    static func declared(_ mediaType: String) -> ExhibitKind? {
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

    /// The kind that the first bytes show. A PDF must begin with its mark: one hidden behind another format's start is not one.
    static func found(in bytes: [UInt8]) -> ExhibitKind? {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if has("%PDF-") { return .pdf }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if has("RIFF"), has("WEBP", at: 8) { return .webp }
        if has("ftyp", at: 4), ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains(where: { has($0, at: 8) }) {
            return .heic
        }
        return nil
    }
}
