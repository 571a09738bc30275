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
        var fields: [(path: String, schema: JSONValue)] = [("exercise", JSONSchema.integer(1...9_999))]
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
        return JSONSchema.object(
            members + groups.map { ($0.name, JSONSchema.object($0.members, required: [])) },
            required: ["exercise", "patients", "professionals"])
    }()

    private static func schema(_ shape: Fact.Shape) -> JSONValue {
        switch shape {
        case .flag: JSONSchema.boolean
        case .count: JSONSchema.integer(0...SimulationInputReader.greatestCount)
        case .level(let top): JSONSchema.integer(0...top)
        case .choice(let words): JSONSchema.codes(words)
        }
    }

    private static func schema(_ shape: InputDetail.Shape) -> JSONValue {
        switch shape {
        case .number(let most, _): number(most)
        case .date: JSONSchema.date
        case .choice(let words): JSONSchema.codes(words)
        }
    }

    // MARK: Answer

    private static let result = JSONSchema.object([
        ("exercise", JSONSchema.integer), ("rule_set", JSONSchema.text),
        ("rules_standing", JSONSchema.codes(RuleSet.Standing.allCases.map(\.rawValue))), ("rules_standing_label", JSONSchema.text),
        ("prerequisites_met", JSONSchema.boolean),
        ("missing_prerequisites", JSONSchema.list(JSONSchema.codes(AciIndicatorID.allCases.map(\.rawValue)))), ("points", decimal),
        ("increase_rate", decimal),
        ("amount_cents", JSONSchema.integer), ("guaranteed_minimum_applied", JSONSchema.boolean), ("advance_cents", JSONSchema.integer),
        ("indicators", JSONSchema.list(indicator)),
    ])

    private static let indicator = JSONSchema.object([
        ("id", JSONSchema.codes(AciIndicatorID.allCases.map(\.rawValue))),
        ("kind", JSONSchema.codes(AciIndicatorKind.allCases.map(\.rawValue))),
        ("points", decimal), ("amount_cents", JSONSchema.integer), ("explanation", JSONSchema.list(JSONSchema.text)),
    ])

    // MARK: Pieces

    private static let decimal = JSONValue.object([("type", .string("string")), ("pattern", .string("^[0-9]+(\\.[0-9]*[1-9])?$"))])

    private static func number(_ most: Int) -> JSONValue {
        .object([("type", .string("number")), ("minimum", .integer(0)), ("maximum", .integer(most))])
    }
}
