import Kernel

/// One operation of the description, and the parts that all share.
struct OpenAPIOperation {
    let method: Method
    /// `/api/v1/msps/{msp}/facilitation/meetings/{id}`.
    let address: String
    let tag: String
    private let id: String
    private let summary: String
    private let explanation: String
    /// Nil above the MSPs, where roles decide.
    private let permission: String?
    private let requestSchema: JSONValue?
    private let responseSchema: JSONValue
    private let contract: EndpointContract
    private let upload: UploadRule?
    /// False where the credential is not even read.
    private let hasCaller: Bool

    init(_ route: EndpointRoute, tag: String, module: ModuleManifest) {
        method = route.method
        address = "/api/v1/msps/{msp}/\(module.id)/\(Self.braced(route.path))"
        self.tag = tag
        id = route.contract.operationID ?? Self.fallbackID(route.path, route.method, in: module.id)
        summary = route.summary
        explanation = route.explanation
        permission = route.permission
        requestSchema = route.requestSchema
        responseSchema = route.responseSchema
        contract = route.contract
        upload = route.upload
        hasCaller = true
    }

    init(_ endpoint: PortalEndpoint) {
        self.init(
            endpoint.method, endpoint.path, tag: String(endpoint.path.prefix { $0 != "/" }), place: "portal", summary: endpoint.summary,
            request: endpoint.requestSchema, response: endpoint.responseSchema, contract: endpoint.contract, hasCaller: true)
    }

    init(_ endpoint: OpenEndpoint) {
        self.init(
            endpoint.method, endpoint.path, tag: endpoint.firstSegment, place: "open", summary: endpoint.summary,
            request: endpoint.requestSchema, response: endpoint.responseSchema, contract: endpoint.contract, hasCaller: false)
    }

    /// One above the MSPs.
    private init(
        _ method: Method, _ path: String, tag: String, place: String, summary: String, request: JSONValue?, response: JSONValue,
        contract: EndpointContract, hasCaller: Bool
    ) {
        self.method = method
        address = "/api/v1/\(Self.braced(path))"
        self.tag = tag
        id = contract.operationID ?? Self.fallbackID(path, method, in: place)
        self.summary = summary
        explanation = ""
        permission = nil
        requestSchema = request
        responseSchema = response
        self.contract = contract
        upload = nil
        self.hasCaller = hasCaller
    }

    /// What two operations may not share.
    var key: String { "\(method.rawValue) \(address)" }

    private static func braced(_ path: String) -> String {
        path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    private static func fallbackID(_ path: String, _ method: Method, in place: String) -> String {
        let words = path.split(separator: "/").map { $0.hasPrefix(":") ? String($0.dropFirst()) : String($0) }
        return ([place] + words + [method.rawValue.lowercased()]).joined(separator: ".")
    }

    /// Answers that any endpoint under an MSP may give.
    private static let always: Set<Int> = [400, 401, 403, 404, 429, 503]
    /// Answers that an endpoint open to anybody may give; 403 to a page of another site.
    private static let openly: Set<Int> = [400, 403, 503]
    /// Answers of endpoints that take a body.
    private static let withBody: Set<Int> = [413, 415]

    var description: JSONValue {
        var members: [(String, JSONValue)] = [
            ("operationId", .string(id)), ("summary", .string(summary)), ("tags", .array([.string(tag)])),
            ("description", .string(words)),
        ]
        if !hasCaller { members.append(("security", .array([]))) }
        if let permission { members.append(("x-permission", .string(permission))) }
        if !contract.parameters.isEmpty { members.append(("parameters", .array(contract.parameters.map(Self.parameter)))) }
        if let schema = requestSchema.map({ Self.named($0, "\(APIWords.typeName(id))Body") }) {
            members.append(
                (
                    "requestBody",
                    .object([
                        ("required", .bool(!contract.bodyIsOptional)),
                        ("content", .object(contract.bodyTypes.map { ($0, .object([("schema", schema)])) })),
                    ])
                ))
        }
        if let upload {
            let bytes = JSONValue.object([
                ("type", .string("string")), ("format", .string("binary")), ("maxLength", .integer(upload.maximumBytes)),
            ])
            members.append(
                (
                    "requestBody",
                    .object([
                        ("required", .bool(true)),
                        ("description", .string("The bytes of the file, \(upload.maximumBytes / 1_000_000) MB at most.")),
                        ("content", .object(upload.allMediaTypes.map { ($0, .object([("schema", bytes)])) })),
                    ])
                ))
        }
        var responses: [(String, JSONValue)] = [("\(contract.success)", success)]
        var others = (hasCaller ? Self.always : Self.openly).union(contract.otherStatuses)
        // A change without a body is refused or accepted like the others: its body may be too large or of another kind all the same.
        if method != .get { others.formUnion(Self.withBody) }
        if requestSchema != nil || upload != nil { others.insert(422) }
        for status in others.subtracting([contract.success]).sorted() { responses.append(("\(status)", Self.other(status))) }
        members.append(("responses", .object(responses)))
        return .object(members)
    }

    private static func parameter(_ parameter: EndpointContract.Parameter) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(parameter.name)), ("in", .string(parameter.place.rawValue)), ("required", .bool(parameter.isRequired)),
            ("description", .string(parameter.summary)), ("schema", parameter.schema),
        ]
        if parameter.place == .query, parameter.schema["type"]?.stringValue == "array" {
            members += [("style", .string("form")), ("explode", .bool(true))]
        }
        return .object(members)
    }

    private var success: JSONValue {
        var members: [(String, JSONValue)] = [
            ("description", .string(contract.success == 201 ? "Created." : contract.success == 204 ? "Done." : "The answer."))
        ]
        let headers = contract.responseHeaders + (permission != nil && method != .get ? [Self.consequence] : [])
        if !headers.isEmpty {
            let text = JSONValue.object([("type", .string("string"))])
            members.append(
                ("headers", .object(headers.map { ($0.name, .object([("description", .string($0.summary)), ("schema", text)])) })))
        }
        if contract.success != 204 {
            let schema = Self.named(responseSchema, "\(APIWords.typeName(id))Answer")
            members.append(("content", .object(contract.mediaTypes.map { ($0, .object([("schema", schema)])) })))
        }
        return .object(members)
    }

    /// What an act made of a whole is told whatever the answer's body is.
    private static let consequence = (
        name: SaidAfter.header,
        summary: "What the act made of a whole that you may read, such as the amount of the year: French sentences, a list of display "
            + "strings (RFC 9651). Absent when nothing moved, and when an answer is given again for its Idempotency-Key."
    )

    private static func other(_ status: Int) -> JSONValue {
        status == 304
            ? .object([("description", .string("Not changed."))]) : .object([("$ref", .string("#/components/responses/Problem\(status)"))])
    }

    private static let titles: [(Int, String)] = [
        (400, "The request cannot be read, or a parameter is unknown or wrong."), (401, "No live credential."),
        (403, "The permission is missing."), (404, "There is no such record, here and for you."),
        (409, "The state of the record does not allow it, or a value is taken."), (412, "The record changed since it was read."),
        (413, "The body is too large."), (415, "The body is of another kind than the one announced."), (422, "A value cannot be accepted."),
        (428, "If-Match is missing."), (429, "Too many requests; see Retry-After."), (503, "Momentarily unavailable; see Retry-After."),
    ]

    /// Objects have a name of their own in the description, so that a generated client gives them a type one can read.
    private static func named(_ schema: JSONValue, _ name: String) -> JSONValue {
        guard schema[JSONSchema.nameMember] == nil, schema["properties"] != nil else { return schema }
        return JSONSchema.named(name, schema)
    }

    private var words: String {
        let right = permission.map { "Needs the permission `\($0)`." } ?? (hasCaller ? "Roles decide." : "Open to anybody.")
        return [explanation, right].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Security, the problem document, the refusals and the named schemas.
    static func components(_ schemas: [(String, JSONValue)]) -> JSONValue {
        .object([
            (
                "securitySchemes",
                .object([
                    (
                        "bearer",
                        .object([
                            ("type", .string("http")), ("scheme", .string("bearer")),
                            ("description", .string("A personal token of one MSP or one federation.")),
                        ])
                    ),
                    (
                        "cookie",
                        .object([
                            ("type", .string("apiKey")), ("in", .string("cookie")), ("name", .string("__Host-collectif")),
                            ("description", .string("The session of a signed-in person; changes also need the anti-forgery value.")),
                        ])
                    ),
                ])
            ),
            ("schemas", .object([("Problem", problem)] + schemas)),
            (
                "responses",
                .object(
                    titles.map { status, description in
                        let content = JSONValue.object([
                            (
                                "application/problem+json",
                                .object([("schema", .object([("$ref", .string("#/components/schemas/Problem"))]))])
                            )
                        ])
                        return ("Problem\(status)", .object([("description", .string(description)), ("content", content)]))
                    })
            ),
        ])
    }

    /// RFC 9457 with the members that all our problems carry.
    private static let problem: JSONValue = {
        func text(_ format: String? = nil) -> JSONValue {
            .object([("type", .string("string"))] + (format.map { [("format", .string($0))] } ?? []))
        }
        let fault = JSONSchema.object([("pointer", text()), ("message", text())], required: ["pointer", "message"])
        let status = JSONValue.object([("type", .string("integer")), ("minimum", .integer(400)), ("maximum", .integer(599))])
        return JSONSchema.object(
            [
                ("type", text("uri")), ("title", text()), ("status", status), ("detail", text()), ("instance", text()), ("code", text()),
                ("request_id", text()), ("errors", .object([("type", .string("array")), ("items", fault)])),
            ], required: ["type", "title", "status", "detail", "instance", "code", "request_id"])
    }()
}
