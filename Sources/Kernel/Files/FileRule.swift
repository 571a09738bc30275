/// What may be kept at a place: kinds of file, their size, and the words of the form that takes them. One rule stands for every door.
public struct FileRule: Sendable {
    public let kinds: [PaperKind]
    public let maximumBytes: Int
    /// Under the input.
    public let help: String
    /// What the dialogue of the browser offers.
    public let accept: String
    /// French sentence for a file that is too large: the limit, and what to do.
    public let tooLarge: String

    public init(kinds: [PaperKind], maximumBytes: Int, help: String, accept: String, tooLarge: String) {
        self.kinds = kinds
        self.maximumBytes = min(maximumBytes, PaperCheck.mostBytes)
        self.help = help
        self.accept = accept
        self.tooLarge = tooLarge
    }

    /// Scans and photos of papers.
    public static let papers = FileRule(
        kinds: PaperKind.allCases, maximumBytes: PaperCheck.mostBytes,
        help: "PDF ou photo (JPEG, PNG, HEIC, WebP), 20\u{A0}Mo au plus. Aucun patient reconnaissable.",
        accept: ".pdf,.jpg,.jpeg,.png,.heic,.heif,.webp,application/pdf,image/*",
        tooLarge:
            "La photo est trop lourde\u{A0}: une pièce fait au plus 20\u{A0}Mo. Envoyez-la en taille «\u{A0}moyenne\u{A0}» ou numérisez la feuille en PDF. Rien n’a été enregistré."
    )

    /// What a route takes that receives one such file.
    public var upload: UploadRule {
        UploadRule(maximumBytes: maximumBytes, mediaTypes: [UploadRule.bytes] + kinds.map(\.mediaType), tooLarge: tooLarge)
    }
}

/// A file that passed its checks. It is kept under a name of the house, because the sender's own may name a patient.
public struct CheckedFile: Sendable {
    public let bytes: [UInt8]
    public let kind: PaperKind

    /// Looks at every byte and opens it: done before the transaction, for a caller who was let in.
    /// - Parameter name: as sent, where the file itself does not say it.
    public init(_ file: UploadedFile, as rule: FileRule = .papers, name: String? = nil, _ request: MspRequest) async throws {
        let name = name ?? file.name
        guard file.bytes.count <= rule.maximumBytes else { throw rule.upload.refusal }
        kind = try PaperCheck.check(file.bytes, name: name, mediaType: file.mediaType)
        guard rule.kinds.contains(kind) else {
            throw Refusal(
                status: 422, code: "file_type",
                message: "Ici ne se joint pas \(kind.label)\u{A0}: envoyez \(French.list(rule.kinds.map(\.label), word: "ou")).")
        }
        if kind == .pdf, let refusal = PaperCheck.refusal(try await request.open(pdf: file.bytes), name: name) { throw refusal }
        bytes = file.bytes
    }
}

extension French {
    /// A name of a file made of words: `avenant-de-2026`; nil when no letter or digit is left.
    public static func fileName(_ title: String) -> String? {
        let opened = title.lowercased().replacing("œ", with: "oe").replacing("æ", with: "ae")
        var name = ""
        for word in FrenchWords.folded(opened).split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber)) })
        where name.count + word.count < 80 {
            name += (name.isEmpty ? "" : "-") + word
        }
        return name.isEmpty ? nil : name
    }
}
