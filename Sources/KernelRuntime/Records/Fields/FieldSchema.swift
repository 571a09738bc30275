import Kernel

/// JSON Schema (2020-12) of fields and records, from the same declaration that checks them.
enum FieldSchema {
    /// One line. Other controls, changes of direction and characters without width fall when it is read (`TextRules.normalised`).
    static let linePattern = "^[^\\u0000\\u000a\\u000d]*$"
    private static let textPattern = "^[^\\u0000]*$"
    /// What is looked for: it stands in an address, where nothing is put right in silence.
    static let soughtPattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$"

    /// Schema of a field in an answer. Codes are not enumerated: an MSP may have added some (`X_…`), and lists grow.
    static func output(_ field: RecordField) -> JSONValue {
        var members = described(field)
        switch field.kind {
        case .text, .longText, .email, .phone, .url, .choice, .rpps, .finess: members += type("string")
        case .integer, .minutes: members += type("integer")
        case .money: return nullable(money(field))
        case .decimal: members += type("string") + [("pattern", .string("^-?[0-9]+(\\.[0-9]+)?$"))]
        case .boolean: members += type("boolean")
        case .date: members += type("string") + [("format", .string("date"))]
        case .instant: members += type("string") + [("format", .string("date-time"))]
        case .choices: return .object(members + [("type", .string("array")), ("items", .object([("type", .string("string"))]))])
        case .reference: members += type("string") + [("format", .string("uuid"))]
        case .references: return .object(members + [("type", .string("array")), ("items", uuid)])
        }
        return .object(members)

        func type(_ name: String) -> [(String, JSONValue)] { [("type", .array([.string(name), .string("null")]))] }
    }

    /// Schema of a field in a body. Null empties an optional field.
    static func input(_ field: RecordField) -> JSONValue {
        var members = described(field)
        var isText = false
        switch field.kind {
        case .text(let max): text(max, linePattern)
        case .longText(let max): text(max, textPattern)
        case .email: text(254, "^[^@\\s\\u0000-\\u001f]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$")
        case .phone: text(30, "^\\+?[0-9][0-9 .()-]*$")
        case .url: text(500, "^https?://[!-~]+$")
        case .rpps: text(20, "^[0-9]{11}$")
        case .finess: text(20, "^[0-9][0-9AB][0-9]{7}$")
        case .choice(let list):
            let codes = list.codes.map { JSONValue.string($0.code) }
            members += [("enum", .array(field.isRequired ? codes : codes + [.null]))]
            return .object(members)
        case .integer(let range), .minutes(let range):
            members += [
                ("type", types("integer")), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ]
        case .money: return field.isRequired ? money(field) : nullable(money(field))
        case .decimal(let scale, _, _):
            members += [("type", types("string")), ("pattern", .string("^-?[0-9]{1,15}" + (scale > 0 ? "(\\.[0-9]{1,\(scale)})?$" : "$")))]
        case .boolean: members += [("type", types("boolean"))]
        case .date: members += [("type", types("string")), ("format", .string("date"))]
        case .instant: members += [("type", types("string")), ("format", .string("date-time"))]
        case .choices(let list):
            members += [
                ("type", types("array")), ("uniqueItems", .bool(true)),
                ("items", .object([("enum", .array(list.codes.map { .string($0.code) }))])),
            ]
            if field.isRequired { members.append(("minItems", .integer(1))) }
        case .reference: members += [("type", types("string")), ("format", .string("uuid"))]
        case .references:
            members += [
                ("type", types("array")), ("uniqueItems", .bool(true)), ("maxItems", .integer(FieldRules.mostReferences)), ("items", uuid),
            ]
            if field.isRequired { members.append(("minItems", .integer(1))) }
        }
        if isText, field.isRequired { members.append(("minLength", .integer(1))) }
        return .object(members)

        func types(_ name: String) -> JSONValue { field.isRequired ? .string(name) : .array([.string(name), .string("null")]) }
        func text(_ max: Int, _ pattern: String) {
            isText = true
            members += [("type", types("string")), ("maxLength", .integer(max)), ("pattern", .string(pattern))]
        }
    }

    /// Schema of a query parameter that filters.
    static func filter(_ parameter: RecordFilters.Parameter, _ record: RecordType, _ filters: RecordFilters) -> JSONValue {
        let field = record.fields[parameter.field]
        func repeated(_ items: [(String, JSONValue)]) -> JSONValue {
            .object([("type", .string("array")), ("maxItems", .integer(50)), ("items", .object(items))])
        }
        func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
        switch (FilterShape(field.kind), parameter.part) {
        case (.contains, _):
            return repeated([("type", .string("string")), ("maxLength", .integer(200)), ("pattern", .string(soughtPattern))])
        case (.flag, _): return repeated([("enum", strings(["true", "false"]))])
        case (.codes, _): return repeated([("enum", strings(filters.allowedCodes(field)))])
        case (.reference, _): return repeated([("type", .string("string")), ("format", .string("uuid"))])
        case (.period, .whole): return .object([("enum", strings(Period.allCases.map(\.rawValue)))])
        case (.period, _): return .object([("type", .string("string")), ("format", .string("date"))])
        case (.number, .whole): return repeated(number(field.kind))
        case (.number, _): return .object(number(field.kind))
        }
    }

    private static func number(_ kind: FieldKind) -> [(String, JSONValue)] {
        let fraction =
            switch kind {
            case .integer, .minutes: ""
            case .money: "(\\.[0-9]{1,2})?"
            default: "(\\.[0-9]{1,6})?"
            }
        return [("type", .string("string")), ("pattern", .string("^-?[0-9]{1,9}\(fraction)$"))]
    }

    /// A record as every answer gives it; its lines stand in an answer that is about it alone.
    static func record(_ record: RecordType, lines: [(Lines, schema: JSONValue)] = []) -> JSONValue {
        let members = row(record.fields) + [("archived_at", optionalInstant)]
        let nested = lines.map { lines, schema in
            (lines.name, JSONValue.object([("type", .string("array")), ("maxItems", .integer(lines.most)), ("items", schema)]))
        }
        return JSONSchema.object(members + nested, required: members.map(\.0))
    }

    /// One line under a record.
    static func line(_ lines: LinesPlan) -> JSONValue {
        var members = row(lines.lines.fields)
        // A line of a checklist that nobody touched was never made: it has the revision 0.
        if lines.lines.checklist != nil {
            members = members.filter { $0.0 != "created_at" }.map {
                $0.0 == "revision" ? ($0.0, JSONSchema.integer(0...Int(Int32.max))) : $0
            }
        }
        return JSONSchema.object(members, required: members.map(\.0))
    }

    private static let uuid = JSONValue.object([("type", .string("string")), ("format", .string("uuid"))])

    private static let optionalInstant = JSONValue.object([
        ("type", .array([.string("string"), .string("null")])), ("format", .string("date-time")),
    ])

    private static func row(_ fields: [RecordField]) -> [(String, JSONValue)] {
        [
            ("id", .object([("type", .string("string")), ("format", .string("uuid"))])),
            ("revision", .object([("type", .string("integer")), ("minimum", .integer(1))])),
        ] + fields.filter { !$0.isDerived }.map { ($0.name, output($0)) } + [
            ("created_at", .object([("type", .string("string")), ("format", .string("date-time"))])), ("updated_at", optionalInstant),
        ]
    }

    /// A body that gives fields. A creation demands the required ones that have no default; a patch demands none.
    static func body(_ fields: [RecordField], demanding: Bool) -> JSONValue {
        let required = demanding ? fields.filter { $0.isRequired && $0.initialValue.isEmpty }.map(\.name) : []
        return JSONSchema.object(fields.map { ($0.name, input($0)) }, required: required)
    }

    private static func described(_ field: RecordField) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [("title", .string(field.label))]
        if let help = field.help { members.append(("description", .string(help))) }
        if let target = field.target { members.append(("x-record", .string(target.record))) }
        return members
    }

    private static func money(_ field: RecordField) -> JSONValue {
        let amount = JSONValue.object([("type", .string("string")), ("pattern", .string("^-?[0-9]{1,9}(\\.[0-9]{1,2})?$"))])
        let currency = JSONValue.object([("const", .string("EUR"))])
        guard
            case .object(let members) = JSONSchema.object([("amount", amount), ("currency", currency)], required: ["amount", "currency"])
        else {
            return .null
        }
        return .object(described(field) + members)
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object(members.map { $0.0 == "type" ? ("type", .array([$0.1, .string("null")])) : $0 })
    }
}
