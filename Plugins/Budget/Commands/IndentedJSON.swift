import Kernel

/// JSON that a person edits: a value stays on one line while it fits, and takes a line for each of its parts when it does not.
enum IndentedJSON {
    private static let width = 140

    /// The lines of a document.
    static func lines(_ value: JSONValue) -> [String] {
        var lines: [String] = []
        append(value, before: "", after: "", depth: 0, to: &lines)
        return lines
    }

    private static func append(_ value: JSONValue, before: String, after: String, depth: Int, to lines: inout [String]) {
        let margin = String(repeating: "  ", count: depth)
        let line = "\(margin)\(before)\(text(value))\(after)"
        let isLong = line.count > width
        switch value {
        case .array(let elements) where isLong:
            lines.append("\(margin)\(before)[")
            for (index, element) in elements.enumerated() {
                append(element, before: "", after: index + 1 < elements.count ? "," : "", depth: depth + 1, to: &lines)
            }
            lines.append("\(margin)]\(after)")
        case .object(let members) where isLong:
            lines.append("\(margin)\(before){")
            for (index, (name, member)) in members.enumerated() {
                append(member, before: key(name), after: index + 1 < members.count ? "," : "", depth: depth + 1, to: &lines)
            }
            lines.append("\(margin)}\(after)")
        default: lines.append(line)
        }
    }

    /// On one line, with a space after each comma and colon.
    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { key($0.0) + text($0.1) }.joined(separator: ", ") + "}"
        default: value.text
        }
    }

    private static func key(_ name: String) -> String { JSONValue.string(name).text + ": " }
}
