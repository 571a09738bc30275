import Kernel

/// JSON Schema of the simulator's documents, from the same table of facts that reads them.
enum AciSchema {
    /// One structure, or an array of them.
    static let request = oneOrMany(structure, most: AciSimulation.greatestArray)
    /// One result, or an array in the same order.
    static let answer = oneOrMany(result)

    private static func oneOrMany(_ one: JSONValue, most: Int? = nil) -> JSONValue {
        var list: [(String, JSONValue)] = [("type", .string("array")), ("items", one)]
        if let most { list.append(("maxItems", .integer(most))) }
        return .object([("oneOf", .array([one, .object(list)]))])
    }

    // MARK: Input

    private static let structure: JSONValue = {
        var fields: [(path: String, schema: JSONValue)] = [("exercise", whole(1...9_999))]
        fields += Fact.allCases.map { ($0.path, schema($0.shape)) }
        fields += InputDetail.allCases.map { ($0.rawValue, schema($0.shape)) }
        var members: [(String, JSONValue)] = []
        var groups: [(name: String, members: [(String, JSONValue)])] = []
        for (path, schema) in fields {
            let parts = path.split(separator: ".").map(String.init)
            if parts.count == 1 {
                members.append((path, schema))
            } else if let index = groups.firstIndex(where: { $0.name == parts[0] }) {
                groups[index].members.append((parts[1], schema))
            } else {
                groups.append((parts[0], [(parts[1], schema)]))
            }
        }
        return object(
            members + groups.map { ($0.name, object($0.members, required: [])) }, required: ["exercise", "patients", "professionals"])
    }()

    private static func schema(_ shape: Fact.Shape) -> JSONValue {
        switch shape {
        case .flag: type("boolean")
        case .count: whole(0...SimulationInputReader.greatestCount)
        case .level(let top): whole(0...top)
        case .choice(let words): codes(words)
        }
    }

    private static func schema(_ shape: InputDetail.Shape) -> JSONValue {
        switch shape {
        case .number(let most, _): number(most)
        case .date: date
        case .choice(let words): codes(words)
        }
    }

    // MARK: Answer

    private static let result = object([
        ("exercise", type("integer")), ("rule_set", type("string")), ("prerequisites_met", type("boolean")),
        ("missing_prerequisites", list(codes(AciIndicatorID.allCases.map(\.rawValue)))), ("points", decimal), ("increase_rate", decimal),
        ("amount_cents", type("integer")), ("guaranteed_minimum_applied", type("boolean")), ("advance_cents", type("integer")),
        ("indicators", list(indicator)),
    ])

    private static let indicator = object([
        ("id", codes(AciIndicatorID.allCases.map(\.rawValue))), ("kind", codes(AciIndicatorKind.allCases.map(\.rawValue))),
        ("points", decimal), ("amount_cents", type("integer")), ("explanation", list(type("string"))),
    ])

    // MARK: Pieces

    private static let date = JSONValue.object([("type", .string("string")), ("format", .string("date"))])
    private static let decimal = JSONValue.object([("type", .string("string")), ("pattern", .string("^[0-9]+(\\.[0-9]*[1-9])?$"))])

    private static func type(_ name: String) -> JSONValue { .object([("type", .string(name))]) }

    private static func whole(_ bounds: ClosedRange<Int>) -> JSONValue {
        .object([("type", .string("integer")), ("minimum", .integer(bounds.lowerBound)), ("maximum", .integer(bounds.upperBound))])
    }

    private static func number(_ most: Int) -> JSONValue {
        .object([("type", .string("number")), ("minimum", .integer(0)), ("maximum", .integer(most))])
    }

    private static func codes(_ codes: [String]) -> JSONValue {
        .object([("type", .string("string")), ("enum", .array(codes.map { .string($0) }))])
    }

    private static func list(_ items: JSONValue) -> JSONValue { .object([("type", .string("array")), ("items", items)]) }

    /// A closed object; every member is there unless told otherwise.
    private static func object(_ members: [(String, JSONValue)], required: [String]? = nil) -> JSONValue {
        let required = required ?? members.map(\.0)
        return .object(
            [("type", .string("object")), ("properties", .object(members))]
                + (required.isEmpty ? [] : [("required", .array(required.map { .string($0) }))])
                + [("additionalProperties", .bool(false))])
    }
}
