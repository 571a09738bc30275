/// One thing in JSON, described once: from it come the schema, the writer, and the reader, which names the place of each fault and says in
/// French how to repair it.
public struct Shape<Value: Sendable>: Sendable {
    /// JSON Schema of the value.
    public let schema: JSONValue
    public let write: @Sendable (Value) -> JSONValue
    /// Whether null, or nothing at all, is a value.
    let acceptsNull: Bool
    /// Nil where a fault was noted.
    let take: @Sendable (_ json: JSONValue, _ path: String, _ faults: inout [FieldFault]) -> Value?

    init(
        schema: JSONValue, acceptsNull: Bool = false, write: @escaping @Sendable (Value) -> JSONValue,
        take: @escaping @Sendable (JSONValue, String, inout [FieldFault]) -> Value?
    ) {
        self.schema = schema
        self.acceptsNull = acceptsNull
        self.write = write
        self.take = take
    }

    /// A value that one JSON value stands for.
    /// - Parameter expected: the sentence of a fault.
    init(
        schema: JSONValue, expected: String, write: @escaping @Sendable (Value) -> JSONValue,
        make: @escaping @Sendable (JSONValue) -> Value?
    ) {
        self.init(schema: schema, write: write) { json, path, faults in
            if let value = make(json) { return value }
            faults.append(FieldFault(path, json == .null ? "Ce champ est obligatoire." : expected))
            return nil
        }
    }

    /// The value. Throws `Refusal.invalid` with every fault and its place, such as `people[2].minutes`.
    public func read(_ json: JSONValue) throws -> Value {
        var faults: [FieldFault] = []
        guard let value = take(json, "", &faults), faults.isEmpty else { throw Refusal.invalid(faults) }
        return value
    }

    /// The same, or null; a member that is absent is null.
    public var optional: Shape<Value?> {
        Shape<Value?>(
            schema: JSONSchema.optional(schema), acceptsNull: true, write: { value in value.map(write) ?? .null },
            take: { json, path, faults in json == .null ? .some(nil) : take(json, path, &faults).map { .some($0) } })
    }

    /// An array of them, at most so many.
    public func list(atMost most: Int = 10_000) -> Shape<[Value]> {
        Shape<[Value]>(schema: JSONSchema.list(schema), write: { values in .array(values.map(write)) }) { json, path, faults in
            guard let items = json.arrayValue, items.count <= most else {
                faults.append(FieldFault(path, "Une liste d’au plus \(French.number(most)) éléments est attendue."))
                return nil
            }
            let values = items.enumerated().compactMap { index, item in take(item, "\(path)[\(index)]", &faults) }
            return values.count == items.count ? values : nil
        }
    }

    /// The same under a name in the description of the API.
    public func named(_ name: String) -> Shape<Value> {
        Shape(schema: JSONSchema.named(name, schema), acceptsNull: acceptsNull, write: write, take: take)
    }
}

extension Shape where Value == String {
    /// A text of one line, from 1 character to so many.
    public static func text(_ most: Int = 200) -> Shape {
        Shape(schema: JSONSchema.text, expected: "Un texte de 1 à \(most) caractères est attendu.", write: { .string($0) }) { json in
            json.stringValue.flatMap { text in
                text.isEmpty || TextRules.fault(text, max: most, lines: false) != nil ? nil : text
            }
        }
    }

    /// One of some codes.
    public static func code(_ codes: [String]) -> Shape {
        Shape(
            schema: JSONSchema.codes(codes), expected: "Une de ces valeurs est attendue\u{A0}: \(codes.joined(separator: ", ")).",
            write: { .string($0) }, make: { json in json.stringValue.flatMap { codes.contains($0) ? $0 : nil } })
    }
}

extension Shape where Value == Int {
    /// A whole number.
    public static func integer(_ range: ClosedRange<Int>) -> Shape {
        Shape(
            schema: JSONSchema.integer(range),
            expected: "Un nombre entier de \(French.number(range.lowerBound)) à \(French.number(range.upperBound)) est attendu.",
            write: { .integer($0) }, make: { json in json.intValue.flatMap { range.contains($0) ? $0 : nil } })
    }
}

extension Shape where Value == Bool {
    public static var boolean: Shape {
        Shape(schema: JSONSchema.boolean, expected: "true ou false est attendu.", write: { .bool($0) }) { json in
            if case .bool(let value) = json { value } else { nil }
        }
    }
}

extension Shape where Value == Identifier {
    public static var id: Shape {
        Shape(schema: JSONSchema.id, expected: "Un identifiant est attendu.", write: { .string($0.description) }) { json in
            json.stringValue.flatMap { Identifier($0) }
        }
    }
}

extension Shape where Value == CivilDate {
    public static var date: Shape {
        Shape(
            schema: JSONSchema.date, expected: "Une date est attendue, par exemple 2026-11-27.", write: { .string($0.description) }
        ) { json in json.stringValue.flatMap { CivilDate($0) } }
    }
}

extension Shape where Value == Instant {
    public static var instant: Shape {
        Shape(
            schema: JSONSchema.instant, expected: "Un instant est attendu, par exemple 2026-11-27T12:30:00Z.",
            write: { .string($0.description) }
        ) { json in json.stringValue.flatMap { Instant(iso8601: $0) } }
    }
}

extension Shape where Value == ExactDecimal {
    /// An exact number, as a text.
    public static var decimal: Shape {
        Shape(
            schema: JSONSchema.decimal, expected: "Un nombre est attendu, par exemple \"12.50\".", write: { .string($0.description) }
        ) { json in json.stringValue.flatMap { ExactDecimal($0) } }
    }
}
