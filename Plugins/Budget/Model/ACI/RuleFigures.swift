import Kernel

/// The figures of rules in groups that people read: the total first, then each indicator.
enum RuleFigures {
    struct Group {
        let title: String
        let indicator: AciIndicator?
        let lines: [ParameterLine]
    }

    static func groups(_ rules: RuleSet) -> [Group] {
        var groups = [
            Group(title: "Total, avance et majoration", indicator: nil, lines: rules.parameters.filter { $0.path.hasPrefix("total.") })
        ]
        groups += rules.indicators.map { indicator in
            Group(title: "\(indicator.id.rawValue) – \(indicator.name)", indicator: indicator, lines: rules.parameters(of: indicator))
        }
        return groups.filter { !$0.lines.isEmpty }
    }

    /// The document with other values at some paths (`indicators[3].formula.parts[0].points`); units, sources and notes stay.
    /// The status of a changed figure becomes « à vérifier ».
    static func changed(_ document: JSONValue, _ values: [String: String]) -> JSONValue {
        values.reduce(document) { document, change in
            set(document, Self.steps(change.key)[...], change.value)
        }
    }

    private enum Step { case member(String), item(Int) }

    private static func steps(_ path: String) -> [Step] {
        path.split(separator: ".").flatMap { part -> [Step] in
            guard let open = part.firstIndex(of: "["), part.hasSuffix("]") else { return [.member(String(part))] }
            let index = Int(part[part.index(after: open)...].dropLast()) ?? -1
            return [.member(String(part[..<open])), .item(index)]
        }
    }

    private static func set(_ value: JSONValue, _ steps: ArraySlice<Step>, _ text: String) -> JSONValue {
        guard let step = steps.first else { return figure(value, text) }
        switch (step, value) {
        case (.member(let name), .object(let members)):
            return .object(members.map { ($0.0, $0.0 == name ? set($0.1, steps.dropFirst(), text) : $0.1) })
        case (.item(let index), .array(let items)) where items.indices.contains(index):
            var items = items
            items[index] = set(items[index], steps.dropFirst(), text)
            return .array(items)
        default: return value
        }
    }

    private static func figure(_ value: JSONValue, _ text: String) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object(
            members.map { name, old in
                switch name {
                case "value": (name, Int(text).map { .integer($0) } ?? .string(text))
                case "status": (name, .string(ParameterStatus.toVerify.rawValue))
                default: (name, old)
                }
            })
    }
}
