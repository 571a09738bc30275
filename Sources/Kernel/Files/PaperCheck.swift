/// Decides whether a file may be kept as a paper: its size, what it is, what its name says, nothing active inside, and that whoever
/// receives it can open it.
public enum PaperCheck {
    /// Largest paper: 20 MB. A scan of fifty pages and a phone's photo stay below; a photo of 40 MB does not.
    public static let mostBytes = 20_000_000

    /// Too large, told before a byte is read; nil when the size is fine.
    public static func refusal(size: Int, name: String) -> Refusal? {
        guard size > mostBytes else { return nil }
        return Refusal(
            status: 413, code: "file_too_large",
            message:
                "« \(shown(name)) » pèse \(French.fileSize(size)) : une pièce fait au plus \(French.fileSize(mostBytes)). Envoyez la photo en taille « moyenne » ou numérisez la feuille en PDF."
        )
    }

    /// - Parameters:
    ///   - name: name of the file as sent.
    ///   - mediaType: what the sender says it is; nil or `application/octet-stream` says nothing.
    /// - Returns: what the file is.
    public static func check(_ bytes: [UInt8], name: String, mediaType: String?) throws(Refusal) -> PaperKind {
        if let refusal = refusal(size: bytes.count, name: name) { throw refusal }
        guard !bytes.isEmpty else { throw refused("file_empty", "« \(shown(name)) » est vide : envoyez le fichier à nouveau.") }
        guard let kind = PaperKind.found(in: bytes) else {
            let claim = PaperKind.named(name).map { " Son nom annonce \($0.label), son contenu n’en est pas." } ?? ""
            throw refused(
                "file_type",
                "« \(shown(name)) » n’est ni un PDF ni une photo (JPEG, PNG, HEIC, WebP).\(claim) Exportez-le en PDF et renvoyez-le.")
        }
        guard let named = PaperKind.named(name) else {
            throw refused(
                "file_name",
                "Le nom « \(shown(name)) » ne dit pas ce qu’est ce fichier : c’est \(kind.label). Ajoutez .\(kind.fileExtension) à son nom."
            )
        }
        guard named == kind else {
            throw refused(
                "file_mismatch",
                "« \(shown(name)) » n’est pas ce que dit son nom : le nom annonce \(named.label), le contenu est \(kind.label). Choisissez le bon fichier ou corrigez son nom."
            )
        }
        if let mediaType, mediaType.lowercased() != "application/octet-stream", !mediaType.isEmpty, PaperKind.declared(mediaType) != kind {
            throw refused(
                "file_mismatch", "« \(shown(name)) » est annoncé comme « \(shown(mediaType)) », mais son contenu est \(kind.label).")
        }
        guard isWhole(bytes, kind) else {
            throw refused(
                "file_truncated", "« \(shown(name)) » est incomplet : l’envoi s’est sans doute interrompu. Envoyez-le à nouveau.")
        }
        if kind == .pdf, let found = PDFActivity.found(in: bytes) { throw active(found, name) }
        return kind
    }

    /// Cheap signs that the end arrived. A photo may carry bytes behind its end (phones do), so only a few kinds can be told.
    private static func isWhole(_ bytes: [UInt8], _ kind: PaperKind) -> Bool {
        func ends(with text: [UInt8], within count: Int) -> Bool {
            let tail = Array(bytes[..<end(bytes)].suffix(count))
            guard tail.count >= text.count else { return false }
            return (0...(tail.count - text.count)).contains { tail[$0..<($0 + text.count)].elementsEqual(text) }
        }
        return switch kind {
        case .pdf: ends(with: Array("%%EOF".utf8), within: 2_048)
        case .png: ends(with: Array("IEND".utf8), within: 64)
        case .webp:
            bytes.count >= 12 && Int(bytes[4]) | Int(bytes[5]) << 8 | Int(bytes[6]) << 16 | Int(bytes[7]) << 24 <= bytes.count - 8
        case .jpeg, .heic: bytes.count > 100
        }
    }

    /// Where the file ends without what scanners and storage blocks put behind it: zeros, spaces, line ends.
    private static func end(_ bytes: [UInt8]) -> Int {
        (bytes.lastIndex { $0 != 0 && $0 != 0x1A && $0 != 0x20 && !(0x09...0x0D).contains($0) } ?? -1) + 1
    }

    /// What opening a PDF says against it; nil when nothing does. One that is encrypted and opens without a password passes: official
    /// attestations are such, and every reader shows them.
    public static func refusal(_ opening: PaperOpening, name: String) -> Refusal? {
        switch opening {
        case .opens(_, hasScript: false): nil
        case .opens(_, hasScript: true): active(.script, name)
        case .asksPassword:
            refused(
                "file_protected",
                "« \(shown(name)) » est protégé par un mot de passe : ni l’équipe ni l’Assurance maladie ne pourraient l’ouvrir. Enregistrez-le sans mot de passe et renvoyez-le."
            )
        case .broken:
            refused(
                "file_unreadable",
                "« \(shown(name)) » ne s’ouvre pas, ou n’a aucune page : ouvrez-le sur votre ordinateur, imprimez-le dans un nouveau PDF et envoyez celui-ci."
            )
        }
    }

    private static func active(_ found: PDFActivity, _ name: String) -> Refusal {
        refused("file_active", "« \(shown(name)) » contient \(found.label) : imprimez-le dans un nouveau PDF et envoyez celui-ci.")
    }

    private static func refused(_ code: String, _ message: String) -> Refusal { Refusal(status: 422, code: code, message: message) }

    /// A name in a sentence: no control character, no more than sixty.
    private static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format }
            ).prefix(60))
    }
}

/// What a PDF does by itself when it is opened. Found where the file says so in clear; what hides in a compressed object stream
/// is found by the program that opens it, and papers are still served as downloads.
enum PDFActivity: Sendable {
    case script, launch

    var label: String {
        switch self {
        case .script: "un programme (JavaScript)"
        case .launch: "une commande qui lance un programme"
        }
    }

    /// Looks for the names `/JavaScript` and `/Launch`, also written with `#61` for `a`. Files attached inside are fine: electronic
    /// invoices (Factur-X) are PDFs with one.
    static func found(in bytes: [UInt8]) -> PDFActivity? {
        let wanted: [(name: [UInt8], activity: PDFActivity)] = [
            (Array("JavaScript".utf8), .script), (Array("Launch".utf8), .launch),
        ]
        return bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                guard bytes[index] == UInt8(ascii: "/") else {
                    index += 1
                    continue
                }
                let (name, end) = self.name(bytes, from: index + 1)
                if let match = wanted.first(where: { $0.name == name }) { return match.activity }
                index = max(end, index + 1)
            }
            return nil
        }
    }

    /// A name object up to its delimiter, at most thirty characters, `#xx` decoded.
    private static func name(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> ([UInt8], Int) {
        var name: [UInt8] = []
        var index = start
        while index < bytes.count, name.count < 30 {
            let byte = bytes[index]
            guard byte > 0x20, !"()<>[]{}/%".utf8.contains(byte) else { break }
            if byte == UInt8(ascii: "#"), index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) {
                name.append(high << 4 | low)
                index += 3
            } else {
                name.append(byte)
                index += 1
            }
        }
        return (name, index)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
