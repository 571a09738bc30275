extension JSONSchema {
    /// A list that is given whole.
    public static func whole(_ entity: JSONValue) -> JSONValue { object([("data", list(entity))]) }
}

extension EndpointContract {
    /// Of one thing that a program may keep and compare.
    public static let one = EndpointContract(parameters: [.ifNoneMatch], responseHeaders: [tag], otherStatuses: [304])

    /// Of a change to one thing.
    public static let change = EndpointContract(
        parameters: [.ifMatch(required: true)], responseHeaders: [tag], otherStatuses: [409, 412, 422, 428])

    /// Of a thing that is ended.
    public static let end = EndpointContract(parameters: [.ifMatch(required: true)], success: 204, otherStatuses: [409, 412, 422, 428])

    /// Of a creation that may be repeated.
    public static let creation = EndpointContract(
        parameters: [.idempotencyKey], success: 201, responseHeaders: [tag, ("Location", "Address of what was made.")],
        otherStatuses: [409, 422])

    private static let tag = (name: "ETag", summary: "Strong tag of what is answered, for If-Match.")
}

extension EndpointContract.Parameter {
    public static let ifNoneMatch = EndpointContract.Parameter(
        "If-None-Match", in: .header, schema: .object([("type", .string("string"))]),
        summary: "Answer 304 when the record still has this tag.")
    public static let idempotencyKey = EndpointContract.Parameter(
        "Idempotency-Key", in: .header,
        schema: .object([("type", .string("string")), ("pattern", .string("^(\"[ !#-\\[\\]-~]{1,200}\"|[!#-\\[\\]-~]{1,200})$"))]),
        summary: "A text of your choice, such as a UUID, quoted or not; the same key and body give the first answer again, for one day.")

    public static func ifMatch(required: Bool) -> EndpointContract.Parameter {
        EndpointContract.Parameter(
            "If-Match", in: .header, schema: .object([("type", .string("string")), ("examples", .array([.string("\"3\"")]))]),
            required: required,
            summary: "Tag of the revision you read; 412 when the record has changed since.")
    }
}

extension JSONValue {
    /// Null without a value.
    public static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    public static func id(_ value: Identifier?) -> JSONValue { text(value?.description) }
    public static func date(_ value: CivilDate?) -> JSONValue { text(value?.description) }
    public static func instant(_ value: Instant?) -> JSONValue { text(value?.iso8601) }
    public static func texts(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }
}

extension WebRequest {
    /// The body, an object. Throws 400 without one.
    public func document() throws(Refusal) -> JSONValue {
        guard let json, json.objectValue != nil else {
            throw .malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        return json
    }
}

extension JSONWriter {
    /// A whole document.
    public static func bytes(_ value: JSONValue) -> [UInt8] {
        let writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}
