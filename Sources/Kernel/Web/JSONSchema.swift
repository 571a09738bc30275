/// Pieces of JSON Schema for the endpoints written by hand.
public enum JSONSchema {
    public static let text = type("string")
    public static let id = type("string", format: "uuid")
    public static let integer = type("integer")
    public static let boolean = type("boolean")
    public static let date = type("string", format: "date")
    public static let instant = type("string", format: "date-time")
    public static let decimal = JSONValue.object([("type", .string("string")), ("pattern", .string("^-?[0-9]+(\\.[0-9]+)?$"))])
    /// Any object.
    public static let anyObject = type("object")

    public static func type(_ name: String, format: String? = nil) -> JSONValue {
        .object([("type", .string(name))] + (format.map { [("format", .string($0))] } ?? []))
    }

    public static func integer(_ range: ClosedRange<Int>) -> JSONValue {
        .object([("type", .string("integer")), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))])
    }

    /// Member that carries the name of a schema until the description is put together.
    public static let nameMember = "x-component"

    /// A schema that the description lists under a name and refers to.
    public static func named(_ name: String, _ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object([(nameMember, .string(name))] + members.filter { $0.0 != nameMember })
    }

    /// The same, or null.
    public static func optional(_ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema, let type = members.first(where: { $0.0 == "type" })?.1,
            !members.contains(where: { $0.0 == "enum" || $0.0 == nameMember })
        else { return .object([("anyOf", .array([schema, self.type("null")]))]) }
        return .object([("type", .array([type, .string("null")]))] + members.filter { $0.0 != "type" })
    }

    /// One of some codes.
    public static func codes(_ codes: [String]) -> JSONValue {
        .object([("type", .string("string")), ("enum", .array(codes.map { .string($0) }))])
    }

    public static func list(_ items: JSONValue) -> JSONValue { .object([("type", .string("array")), ("items", items)]) }

    /// A closed object.
    /// - Parameter required: all members unless said otherwise.
    public static func object(_ members: [(String, JSONValue)], required: [String]? = nil) -> JSONValue {
        let required = required ?? members.map(\.0)
        var schema: [(String, JSONValue)] = [
            ("type", .string("object")), ("additionalProperties", .bool(false)), ("properties", .object(members)),
        ]
        if !required.isEmpty { schema.append(("required", .array(required.map { .string($0) }))) }
        return .object(schema)
    }
}
