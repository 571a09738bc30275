import Kernel

/// Pieces of JSON Schema for the endpoints of the indemnities, and the values that fit them.
enum IndemnitySchema {
    static let text = type("string")
    static let id = type("string", format: "uuid")
    static let day = type("string", format: "date")
    static let integer = type("integer")
    static let flag = type("boolean")
    static let money = object([("amount", text), ("currency", text)])

    static func type(_ name: String, format: String? = nil) -> JSONValue {
        .object([("type", .string(name))] + (format.map { [("format", .string($0))] } ?? []))
    }

    /// The same, or null.
    static func optional(_ schema: JSONValue) -> JSONValue {
        .object(
            (schema.objectValue ?? []).map { name, value in name == "type" ? (name, .array([value, .string("null")])) : (name, value) })
    }

    static func codes(_ codes: [String]) -> JSONValue {
        .object([("type", .string("string")), ("enum", .array(codes.map { .string($0) }))])
    }

    static func list(_ item: JSONValue) -> JSONValue { .object([("type", .string("array")), ("items", item)]) }

    /// - Parameter required: all members unless said otherwise.
    static func object(_ members: [(String, JSONValue)], required: [String]? = nil) -> JSONValue {
        .object([
            ("type", .string("object")), ("properties", .object(members)),
            ("required", .array((required ?? members.map(\.0)).map { .string($0) })), ("additionalProperties", .bool(false)),
        ])
    }

    /// `{"items": […]}`.
    static func items(_ item: JSONValue) -> JSONValue { object([("items", list(item))]) }

    // MARK: Values

    static func money(_ cents: Int) -> JSONValue {
        let text = ExactDecimal(coefficient: Int128(cents), scale: 2)?.description ?? "0.00"
        return .object([("amount", .string(text)), ("currency", .string("EUR"))])
    }

    static func answer(status: Int = 200, headers: [(name: String, value: String)] = [], _ value: JSONValue) -> APIResponse {
        APIResponse.json(status: status, headers: headers) { $0.value(value) }
    }

    static func items(_ values: [JSONValue]) -> APIResponse { answer(.object([("items", .array(values))])) }

    /// Parameters that are not understood are refused, never ignored.
    static func refuse(_ web: WebRequest, except known: Set<String> = []) throws {
        var seen: Set<String> = []
        for (name, _) in web.query.pairs {
            guard known.contains(name) else {
                throw Refusal.malformed("unknown_parameter", "Le paramètre « \(name.prefix(60)) » n’existe pas ici.")
            }
            guard seen.insert(name).inserted else {
                throw Refusal.malformed("repeated_parameter", "Le paramètre « \(name) » est indiqué deux fois.")
            }
        }
    }

    /// Members of a body; others are refused.
    static func body(_ web: WebRequest, names: Set<String>) throws -> FaultReader {
        guard let json = web.json, json.objectValue != nil else {
            throw Refusal.malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        return FaultReader(json, path: "", names: names)
    }

    static let year = EndpointContract.Parameter(
        "year", in: .query, schema: .object([("type", .string("integer")), ("minimum", .integer(2000)), ("maximum", .integer(2100))]),
        summary: "Civil year; the present one without it.")

    /// The year asked for.
    static func year(_ web: WebRequest, zone: String) throws -> Int {
        try refuse(web, except: ["year"])
        guard let text = web.query["year"] else { return LocalTime(web.now, zone: zone).date.year }
        guard text.count == 4, let year = Int(text), (2000...2100).contains(year) else {
            throw Refusal.malformed("year", "Indiquez une année entre 2000 et 2100.")
        }
        return year
    }
}
