/// A screen of a module (R8), mounted at `/m/<msp>/<module path>/<path>`.
public struct PageRoute: Sendable {
    public let method: Method
    /// Segments below the module's own, `:name` for a parameter.
    public let path: String
    public let permission: String
    /// Nil when the page takes no file.
    public let upload: UploadRule?
    public let handle: @Sendable (MspRequest) async throws -> PageResponse

    public init(
        _ method: Method, _ path: String, permission: String, upload: UploadRule? = nil,
        handle: @escaping @Sendable (MspRequest) async throws -> PageResponse
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.upload = upload
        self.handle = handle
    }
}

/// An endpoint of the API that is more than a record (R9), at `/api/v1/msps/<id>/<module>/<path>`.
public struct EndpointRoute: Sendable {
    public let method: Method
    public let path: String
    public let permission: String
    /// A few English words for the reference.
    public let summary: String
    /// English sentences for the reference, below the summary; empty when the summary says it all.
    public let explanation: String
    /// JSON Schema of the body, nil when it has none.
    public let requestSchema: JSONValue?
    /// JSON Schema of the answer; not used where the answer has no body.
    public let responseSchema: JSONValue
    /// Parameters and headers, for the reference.
    public let contract: EndpointContract
    /// Set when the body is the bytes of one file instead of a JSON document.
    public let upload: UploadRule?
    public let handle: @Sendable (MspRequest) async throws -> APIResponse

    public init(
        _ method: Method, _ path: String, permission: String, summary: String, explanation: String = "", requestSchema: JSONValue? = nil,
        responseSchema: JSONValue, contract: EndpointContract = EndpointContract(), upload: UploadRule? = nil,
        handle: @escaping @Sendable (MspRequest) async throws -> APIResponse
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.summary = summary
        self.explanation = explanation
        self.requestSchema = requestSchema
        self.responseSchema = responseSchema
        self.contract = contract
        self.upload = upload
        self.handle = handle
    }
}

/// What the reference says of an endpoint beside its bodies.
public struct EndpointContract: Sendable {
    /// A parameter in the query string or a request header.
    public struct Parameter: Sendable {
        public enum Place: String, Sendable { case query, header }

        public let name: String
        public let place: Place
        /// JSON Schema; an array in the query string means that the name may be repeated.
        public let schema: JSONValue
        public let isRequired: Bool
        /// One English sentence.
        public let summary: String

        public init(_ name: String, in place: Place, schema: JSONValue, required: Bool = false, summary: String) {
            self.name = name
            self.place = place
            self.schema = schema
            self.isRequired = required
            self.summary = summary
        }
    }

    /// Unique name of the operation; nil for one made of method and path.
    public var operationID: String?
    public var parameters: [Parameter]
    /// Status of the usual answer.
    public var success: Int
    /// True when the body may be left out.
    public var bodyIsOptional: Bool
    /// Media types of the body as described. A merge patch is always understood as such (RFC 7396), whichever of its two types it has.
    public var bodyTypes: [String]
    /// Media type of the usual answer.
    public var mediaType: String
    /// Media types as described: what is no JSON is bytes too, for clients that know no more.
    public var mediaTypes: [String] {
        switch mediaType {
        case "application/json": [mediaType]
        case "*/*": [UploadRule.bytes, mediaType]
        default: [mediaType, UploadRule.bytes]
        }
    }

    /// Headers of the usual answer, with one English sentence each.
    public var responseHeaders: [(name: String, summary: String)]
    /// Statuses that this endpoint can give beside those that all endpoints share.
    public var otherStatuses: Set<Int>

    public init(
        operationID: String? = nil, parameters: [Parameter] = [], success: Int = 200, bodyIsOptional: Bool = false,
        bodyTypes: [String] = ["application/json"], mediaType: String = "application/json",
        responseHeaders: [(name: String, summary: String)] = [], otherStatuses: Set<Int> = []
    ) {
        self.operationID = operationID
        self.parameters = parameters
        self.success = success
        self.bodyIsOptional = bodyIsOptional
        self.bodyTypes = bodyTypes
        self.mediaType = mediaType
        self.responseHeaders = responseHeaders
        self.otherStatuses = otherStatuses
    }
}

/// A page opened by a secret link, without sign-in: `/l/<purpose>/<token>` and `/l/<purpose>/<token>/<path>`.
public struct LinkRoute: Sendable {
    public let method: Method
    /// Lower-case French word, unique over all modules.
    public let purpose: String
    /// Segments after the token, empty for the page itself.
    public let path: String
    public let handle: @Sendable (LinkRequest) async throws -> PageResponse

    public init(
        _ method: Method, purpose: String, path: String = "", handle: @escaping @Sendable (LinkRequest) async throws -> PageResponse
    ) {
        self.method = method
        self.purpose = purpose
        self.path = path
        self.handle = handle
    }
}

/// The answer of an endpoint.
public struct APIResponse: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]
    /// Sent in place of `body`, with its own type, name and length.
    public let download: Download?

    public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
        download = nil
    }

    /// A file that is sent piece by piece.
    public init(_ download: Download) {
        status = 200
        headers = []
        body = []
        self.download = download
    }

    /// A JSON answer written directly.
    public static func json(
        status: Int = 200, headers: [(name: String, value: String)] = [], _ write: (JSONWriter) throws -> Void
    ) rethrows -> APIResponse {
        let writer = JSONWriter()
        try write(writer)
        return APIResponse(status: status, headers: headers, body: writer.bytes)
    }
}
