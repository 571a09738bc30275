import Kernel

/// Pieces of JSON Schema for the endpoints of the indemnities, and the values that fit them.
enum IndemnitySchema {
    static let money = JSONSchema.object([("amount", JSONSchema.text), ("currency", JSONSchema.text)])

    /// `{"items": […]}`.
    static func items(_ item: JSONValue) -> JSONValue { JSONSchema.object([("items", JSONSchema.list(item))]) }

    // MARK: Values

    static func money(_ cents: Int) -> JSONValue {
        let text = ExactDecimal(coefficient: Int128(cents), scale: 2)?.description ?? "0.00"
        return .object([("amount", .string(text)), ("currency", .string("EUR"))])
    }

    static func answer(status: Int = 200, headers: [(name: String, value: String)] = [], _ value: JSONValue) -> APIResponse {
        APIResponse.json(status: status, headers: headers) { $0.value(value) }
    }

    static func items(_ values: [JSONValue]) -> APIResponse { answer(.object([("items", .array(values))])) }

    static let year = EndpointContract.Parameter(
        "year", in: .query, schema: JSONSchema.integer(2000...2100),
        summary: "Civil year; the present one without it.")

    /// The year asked for.
    static func year(_ request: MspRequest) async throws -> Int {
        guard let text = request.web.query["year"] else { return try await request.presentYear() }
        guard text.count == 4, let year = Int(text), (2000...2100).contains(year) else {
            throw Refusal.malformed("year", "Indiquez une année entre 2000 et 2100.")
        }
        return year
    }
}
