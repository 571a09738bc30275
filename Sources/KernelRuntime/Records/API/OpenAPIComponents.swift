import Kernel

/// The named schemas of a description. A schema carries its name (`JSONSchema.named`); here it moves to the components, and a
/// reference takes its place, so that a generated client has one type for each thing.
struct OpenAPIComponents {
    private(set) var schemas: [(String, JSONValue)] = []
    private var places: [String: Int] = [:]

    /// The same document with references in place of named schemas. Two different schemas of one name keep apart: the second gets a number.
    mutating func hoist(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map { hoist($0) })
        case .object(let members):
            let rest = members.filter { $0.0 != JSONSchema.nameMember }.map { ($0.0, hoist($0.1)) }
            guard let name = value[JSONSchema.nameMember]?.stringValue else { return .object(rest) }
            return .object([("$ref", .string("#/components/schemas/\(place(name, .object(rest)))"))])
        default: return value
        }
    }

    private mutating func place(_ name: String, _ schema: JSONValue) -> String {
        var found = name
        var number = 2
        while let index = places[found] {
            if schemas[index].1 == schema { return found }
            found = "\(name)\(number)"
            number += 1
        }
        places[found] = schemas.count
        schemas.append((found, schema))
        return found
    }
}
