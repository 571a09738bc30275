import Kernel

extension JSONSchema {
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
