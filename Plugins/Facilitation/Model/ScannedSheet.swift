import Kernel

/// A paper sheet, scanned or photographed, by its bytes: what the sender says of it is not believed.
enum ScannedSheet {
    static let accept = "application/pdf,image/jpeg,image/png"
    static let upload = UploadRule(
        maximumBytes: 20_000_000, mediaTypes: ["application/pdf", "image/jpeg", "image/png", "application/octet-stream"],
        tooLarge:
            "La feuille est trop lourde\u{A0}: 20\u{A0}Mo au plus. Numérisez-la en PDF ou photographiez-la en taille «\u{A0}moyenne\u{A0}»."
    )

    /// Media type and ending of a PDF, JPEG or PNG; a refusal that says what to do otherwise.
    static func kind(of bytes: [UInt8]) throws(Refusal) -> (mediaType: String, ending: String) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return ("image/jpeg", "jpg") }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return ("image/png", "png") }
        let start = bytes.prefix(1_024)
        if start.indices.contains(where: { start[$0...].starts(with: "%PDF-".utf8) }) { return ("application/pdf", "pdf") }
        throw refused("not_a_sheet", "Envoyez la feuille en PDF, en JPEG ou en PNG.")
    }

    /// Opens a PDF as its reader will: for a caller who was let in, and before any transaction.
    static func open(_ bytes: [UInt8], _ request: MspRequest) async throws {
        _ = try await request.read()
        guard try kind(of: bytes).ending == "pdf" else { return }
        switch try await request.open(pdf: bytes) {
        case .opens(_, hasScript: false): return
        case .opens: throw refused("active_pdf", "Ce PDF contient un programme\u{A0}: imprimez-le dans un nouveau PDF.")
        case .asksPassword:
            throw refused("protected_pdf", "Ce PDF est protégé par un mot de passe\u{A0}: enregistrez-le sans protection.")
        case .broken: throw refused("broken_pdf", "Ce PDF ne s’ouvre pas\u{A0}: numérisez la feuille à nouveau.")
        }
    }

    private static func refused(_ code: String, _ message: String) -> Refusal {
        Refusal(status: 422, code: code, message: message, faults: [FieldFault("sheet", message)])
    }
}
