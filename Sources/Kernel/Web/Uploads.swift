/// What a route takes beyond an ordinary form or JSON document.
///
/// A page route with a rule also accepts `multipart/form-data`; an endpoint with a rule takes the bytes of one file as its body.
/// Every other route keeps the small limit and answers 415. What a file is, its bytes say: `application/octet-stream` is always taken.
public struct UploadRule: Sendable {
    /// Largest file, in bytes.
    public let maximumBytes: Int
    /// Files of one form at most.
    public let maximumFiles: Int
    /// All files of one form together, in bytes: two such bodies may be in memory.
    public let maximumTotal: Int
    /// Media types of the body, for endpoints; an upload of another one is refused by `UploadRule.file(of:)`.
    public let mediaTypes: [String]
    /// French sentence for a file that is too large: the limit, and what to do.
    public let tooLarge: String

    public init(
        maximumBytes: Int, maximumFiles: Int = 1, maximumTotal: Int? = nil, mediaTypes: [String] = ["application/octet-stream"],
        tooLarge: String
    ) {
        self.maximumBytes = maximumBytes
        self.maximumFiles = maximumFiles
        self.maximumTotal = maximumTotal ?? maximumBytes * maximumFiles
        self.mediaTypes = mediaTypes
        self.tooLarge = tooLarge
    }

    /// Media types of the body as described: a program that knows only « bytes » is understood too.
    public var allMediaTypes: [String] { mediaTypes + (mediaTypes.contains(Self.bytes) ? [] : [Self.bytes]) }

    /// Type of a body whose sender does not say what it is.
    public static let bytes = "application/octet-stream"

    /// The refusal of a file that is too large; nothing of it was kept.
    public var refusal: Refusal { Refusal(status: 413, code: "too_large", message: tooLarge) }

    /// The file that is the body of a request to an endpoint. A handler asks after it knows that its object exists, so that an
    /// object of another MSP is not found whatever was sent (API-01).
    public func file(of web: WebRequest) throws(Refusal) -> UploadedFile {
        guard let file = web.files.first else {
            throw .malformed("no_content", "Envoyez le contenu du fichier dans le corps de la demande.")
        }
        guard allMediaTypes.contains(file.mediaType) else {
            throw Refusal(
                status: 415, code: "unsupported_media_type",
                message: "Envoyez le fichier tel quel, avec un de ces types\u{A0}: \(mediaTypes.joined(separator: ", ")).")
        }
        return file
    }
}

/// A file as it was sent. Nothing about it was checked: its name and its type are what the sender says.
public struct UploadedFile: Sendable, Equatable {
    /// Field of the form; empty for the body of an endpoint.
    public let field: String
    /// Last part of the name, without control characters; empty when none was given.
    public let name: String
    /// Lower case, without parameters; `application/octet-stream` when none was given.
    public let mediaType: String
    public let bytes: [UInt8]

    public init(field: String, name: String, mediaType: String, bytes: [UInt8]) {
        self.field = field
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// A file that is sent piece by piece, so that it is never in memory as a whole.
public struct Download: Sendable {
    public let name: String
    public let mediaType: String
    /// Bytes of the whole: a client sees from it when the sending broke off.
    public let size: Int
    /// Opens in the browser's window when it is a PDF.
    public let isInline: Bool
    /// Gives every piece in order. It runs after the answer has begun: what it throws ends the connection, and reading more rows
    /// passes the gate again.
    public let pieces: @Sendable (_ send: @Sendable ([UInt8]) async throws -> Void) async throws -> Void

    public init(
        name: String, mediaType: String, size: Int, isInline: Bool = false,
        pieces: @escaping @Sendable (_ send: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.isInline = isInline
        self.pieces = pieces
    }
}
