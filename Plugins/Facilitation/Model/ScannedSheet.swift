import Kernel

/// A paper sheet, scanned or photographed, by its bytes: what the sender says of it is not believed. Pure.
enum ScannedSheet {
    static let accept = "application/pdf,image/jpeg,image/png"
    static let upload = UploadRule(
        maximumBytes: 20_000_000, mediaTypes: ["application/pdf", "image/jpeg", "image/png", "application/octet-stream"],
        tooLarge:
            "La feuille est trop lourde\u{A0}: 20\u{A0}Mo au plus. Numérisez-la en PDF ou photographiez-la en taille «\u{A0}moyenne\u{A0}»."
    )

    /// Media type and ending of a whole PDF without password, JPEG or PNG; a refusal that says what to do otherwise.
    static func kind(of bytes: [UInt8]) throws(Refusal) -> (mediaType: String, ending: String) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return ("image/jpeg", "jpg") }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return ("image/png", "png") }
        if contains(Array("%PDF-".utf8), in: bytes.prefix(1_024)) {
            guard !contains(Array("/Encrypt".utf8), in: bytes[...]) else {
                throw Refusal(
                    status: 422, code: "protected_pdf",
                    message: "Ce PDF est protégé par un mot de passe\u{A0}: enregistrez-le sans protection.",
                    faults: [FieldFault("sheet", "Ce PDF est protégé par un mot de passe\u{A0}: enregistrez-le sans protection.")])
            }
            return ("application/pdf", "pdf")
        }
        throw Refusal(
            status: 422, code: "not_a_sheet", message: "Envoyez la feuille en PDF, en JPEG ou en PNG.",
            faults: [FieldFault("sheet", "Envoyez la feuille en PDF, en JPEG ou en PNG.")])
    }

    private static func contains(_ words: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = words.first else { return true }
        var rest = bytes
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: words) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }
}
