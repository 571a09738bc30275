import Kernel

/// A result as it is frozen with a run: what was approved can be read back, and its fingerprint computed again.
extension IndemnityLine {
    /// The items, as stored.
    var itemsJSON: JSONValue { .array(items.map(\.json)) }

    var explanationJSON: JSONValue { .array(explanation.map { .string($0) }) }

    /// Reads a stored line; nil when the store holds something else.
    init?(person: Identifier, grossCents: Int, reductionCents: Int, items: JSONValue, explanation: JSONValue) {
        guard let list = items.arrayValue, let sentences = explanation.arrayValue else { return nil }
        var read: [IndemnityItem] = []
        for value in list {
            guard let item = IndemnityItem(value) else { return nil }
            read.append(item)
        }
        self.init(
            person: person, items: read, grossCents: grossCents, reductionCents: reductionCents,
            explanation: sentences.compactMap(\.stringValue))
    }
}

extension IndemnityItem {
    fileprivate var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("source", source.map { .string($0.description) } ?? .null),
            ("day", day.map { .string($0.description) } ?? .null), ("title", .string(title)), ("minutes", .integer(minutes)),
            ("sixtieths", .integer(amount.sixtieths)), ("explanation", .string(explanation)),
        ])
    }

    fileprivate init?(_ value: JSONValue) {
        guard let kind = value["kind"]?.stringValue.flatMap({ Kind(rawValue: $0) }), let title = value["title"]?.stringValue,
            let minutes = value["minutes"]?.intValue, let sixtieths = value["sixtieths"]?.intValue,
            let explanation = value["explanation"]?.stringValue
        else { return nil }
        self.init(
            kind: kind, source: value["source"]?.stringValue.flatMap { Identifier($0) },
            day: value["day"]?.stringValue.flatMap { CivilDate($0) }, title: title, minutes: minutes,
            amount: ExactAmount(sixtieths: sixtieths), explanation: explanation)
    }
}

extension IndemnityAnomaly {
    var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("person", person.map { .string($0.description) } ?? .null),
            ("sources", .array(sources.map { .string($0.description) })), ("message", .string(message)),
        ])
    }

    init?(_ value: JSONValue) {
        guard let kind = value["kind"]?.stringValue.flatMap({ Kind(rawValue: $0) }), let message = value["message"]?.stringValue else {
            return nil
        }
        self.init(
            kind: kind, person: value["person"]?.stringValue.flatMap { Identifier($0) },
            sources: (value["sources"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { Identifier($0) } }, message: message)
    }
}

extension IndemnityResult {
    /// Lines and attendance lines or credits that this result pays: what no other run may pay again.
    var paidFacts: [Identifier] {
        var facts: Set<Identifier> = []
        for line in lines {
            for item in line.items where item.amount != .zero || item.minutes > 0 { if let source = item.source { facts.insert(source) } }
        }
        return facts.sorted()
    }

    var minutes: Int { lines.reduce(0) { $0 + $1.minutes(.meeting) + $1.minutes(.credit) } }

    /// Persons who get something.
    var paidPeople: Int { lines.count { $0.finalCents > 0 } }
}
