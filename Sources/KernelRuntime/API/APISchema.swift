import Kernel

/// Pieces of JSON Schema for the endpoints written by hand.
enum APISchema {
    static let text = type("string")
    static let id = type("string", format: "uuid")
    static let integer = type("integer")
    static let boolean = type("boolean")
    static let date = type("string", format: "date")
    static let instant = type("string", format: "date-time")
    static let decimal = JSONValue.object([("type", .string("string")), ("pattern", .string("^-?[0-9]+(\\.[0-9]+)?$"))])

    private static func type(_ name: String, format: String? = nil) -> JSONValue {
        .object([("type", .string(name))] + (format.map { [("format", .string($0))] } ?? []))
    }

    /// The same, or null.
    static func optional(_ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object(members.map { $0.0 == "type" ? ("type", .array([$0.1, .string("null")])) : $0 })
    }

    /// One of some codes.
    static func codes(_ codes: [String]) -> JSONValue {
        .object([("type", .string("string")), ("enum", .array(codes.map { .string($0) }))])
    }

    static func list(_ items: JSONValue) -> JSONValue { .object([("type", .string("array")), ("items", items)]) }

    /// A closed object; every member is there.
    static func object(_ members: [(String, JSONValue)]) -> JSONValue { FieldSchema.object(members, required: members.map(\.0)) }

    /// A list that is given whole.
    static func whole(_ entity: JSONValue) -> JSONValue { object([("data", list(entity))]) }

    /// A slice of a list.
    static func slice(_ entity: JSONValue) -> JSONValue {
        object([
            ("data", .object([("type", .string("array")), ("maxItems", .integer(ListParameters.limits.upperBound)), ("items", entity)])),
            ("next_cursor", optional(text)),
        ])
    }
}

extension EndpointContract {
    /// Of a list in slices, with its filters.
    static func slices(_ filters: [Parameter] = []) -> EndpointContract {
        EndpointContract(
            parameters: [.limit, .cursor] + filters,
            responseHeaders: [("Link", "The next page, rel=\"next\" (RFC 8288); absent on the last one.")])
    }

    /// Of one thing that a program may keep and compare.
    static let one = EndpointContract(parameters: [.ifNoneMatch], responseHeaders: [tag], otherStatuses: [304])

    /// Of a change to one thing.
    static let change = EndpointContract(
        parameters: [.ifMatch(required: true)], responseHeaders: [tag], otherStatuses: [409, 412, 422, 428])

    /// Of a thing that is ended.
    static let end = EndpointContract(parameters: [.ifMatch(required: true)], success: 204, otherStatuses: [409, 412, 422, 428])

    /// Of a creation that may be repeated.
    static let creation = EndpointContract(
        parameters: [.idempotencyKey], success: 201, responseHeaders: [tag, ("Location", "Address of what was made.")],
        otherStatuses: [409, 422])

    private static let tag = (name: "ETag", summary: "Strong tag of what is answered, for If-Match.")
}

extension EndpointContract.Parameter {
    static let limit = EndpointContract.Parameter(
        "limit", in: .query, schema: .object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(200))]),
        summary: "Rows at most, 50 by default.")
    static let cursor = EndpointContract.Parameter(
        "cursor", in: .query, schema: .object([("type", .string("string")), ("maxLength", .integer(2000))]),
        summary: "The next_cursor of the page before, under the same order.")

    /// A filter in the query string.
    static func filter(_ name: String, _ schema: JSONValue, _ summary: String) -> EndpointContract.Parameter {
        EndpointContract.Parameter(name, in: .query, schema: schema, summary: summary)
    }
}

extension JSONValue {
    /// Null without a value.
    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    static func id(_ value: Identifier?) -> JSONValue { text(value?.description) }
    static func date(_ value: CivilDate?) -> JSONValue { text(value?.description) }
    static func instant(_ value: Instant?) -> JSONValue { text(value?.iso8601) }
    static func texts(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }
}
