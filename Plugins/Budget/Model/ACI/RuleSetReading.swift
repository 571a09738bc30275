import Kernel

/// Reads a rule set; each figure passes through `parameter` or `choice`, which keep its line for the screens.
struct RuleSetReader {
    var reading = DocumentReading()
    var lines: [ParameterLine] = []
    var sourceKeys: Set<String> = []

    /// What the top of a document says.
    struct Content {
        let id: String
        let name: String
        let status: RuleSet.Status
        let from: Int
        let to: Int?
        let confirmedUntil: CivilDate?
        let law: String
        let sources: [RuleSet.Source]
        let total: TotalRules
        let indicators: [AciIndicator]
    }

    mutating func content(_ document: JSONValue) -> Content? {
        let names = ["format", "id", "name", "status", "exercises", "law", "sources", "total", "indicators"]
        guard let top = reading.object(document, "", names, optional: ["confirmed_until"]) else { return nil }
        _ = reading.whole(top, "format", 1...1)
        let id = reading.text(top, "id")
        if let id, !id.allSatisfy({ $0.isASCII && ($0.isLetter && $0.isLowercase || $0.isNumber || $0 == "-") }) {
            reading.refuse("id", "L’identifiant s’écrit en minuscules, chiffres et tirets, sans espace ni accent.")
        }
        let name = reading.words(top, "name")
        let status = reading.word(top, "status", RuleSet.Status.self)
        let period = exercises(top)
        let confirmedUntil = reading.text(top, "confirmed_until").flatMap { CivilDate($0) }
        if top.members["confirmed_until"] != nil, confirmedUntil == nil {
            reading.refuse("confirmed_until", "Indiquez un jour, par exemple 2026-02-28.")
        }
        let law = reading.words(top, "law")
        let sources = sources(top)
        sourceKeys = Set(sources.map(\.key))
        let total = totalRules(top, from: period?.from)
        let indicators = indicators(top)
        guard let id, let name, let status, let period, let law, let total else { return nil }
        return Content(
            id: id, name: name, status: status, from: period.from, to: period.to, confirmedUntil: confirmedUntil, law: law,
            sources: sources, total: total,
            indicators: indicators)
    }

    private mutating func exercises(_ top: DocumentObject) -> (from: Int, to: Int?)? {
        guard let value = top.members["exercises"], let object = reading.object(value, "exercises", ["from", "to"]) else { return nil }
        let from = reading.whole(object, "from", 2000...2999)
        if object.members["to"] == .null { return from.map { ($0, nil) } }
        guard let to = reading.whole(object, "to", 2000...2999), let from else { return nil }
        if to < from { reading.refuse("exercises.to", "Le dernier exercice (\(to)) précède le premier (\(from)).") }
        return (from, to)
    }

    private mutating func sources(_ top: DocumentObject) -> [RuleSet.Source] {
        var sources: [RuleSet.Source] = []
        for (value, path) in reading.elements(top, "sources") {
            guard let object = reading.object(value, path, ["key", "title", "official", "address"]) else { continue }
            let key = reading.text(object, "key")
            let title = reading.words(object, "title")
            let address = reading.text(object, "address")
            guard case .bool(let isOfficial)? = object.members["official"] else {
                reading.refuse(object.path("official"), "Indiquez true ou false.")
                continue
            }
            guard let key, let title, let address else { continue }
            if sources.contains(where: { $0.key == key }) { reading.refuse(object.path("key"), "La source « \(key) » figure deux fois.") }
            sources.append(RuleSet.Source(key: key, title: title, isOfficial: isOfficial, address: address))
        }
        return sources
    }
}
