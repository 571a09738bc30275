import Kernel

/// What the trail of a record holds of its lines, in words: which line, which field, from what to what.
struct LineTrail {
    let lines: Lines
    let zone: String
    /// Names of what fields point to, for whoever may read them.
    let names: [Identifier: String]

    /// Each change of the lines that one act left.
    func changes(_ json: JSONValue) -> [(label: String, from: String, to: String)] {
        (json.arrayValue ?? []).flatMap { change -> [(label: String, from: String, to: String)] in
            let line = name(change["title"])
            var told: [(label: String, from: String, to: String)] = []
            if let places = change["place"]?.arrayValue, places.count == 2, let from = places[0].intValue, let to = places[1].intValue {
                told.append(("\(line) · Rang", "\(from)", "\(to)"))
            }
            for (name, pair) in change["fields"]?.objectValue ?? [] {
                guard let field = lines.field(name), let values = pair.arrayValue, values.count == 2 else { continue }
                told.append(("\(line) · \(field.label)", text(values[0], field), text(values[1], field)))
            }
            guard told.isEmpty else { return told }
            // A discreet line says no more than that.
            switch change["act"]?.stringValue {
            case "add": return [(line, "—", "ajout")]
            case "remove": return [(line, "présence", "retrait")]
            default: return [(line, "avant", "modification")]
            }
        }
    }

    private func name(_ title: JSONValue?) -> String {
        let word = lines.words.singular.firstCapital
        guard let title, let field = lines.columns.first.flatMap(lines.field) else { return word }
        return "\(word) «\u{00A0}\(text(title, field))\u{00A0}»"
    }

    private func text(_ json: JSONValue, _ field: RecordField) -> String {
        RecordHistory.text(json, field, workflow: nil, title: RecordHistory.title(json, field, names), zone: zone)
    }
}
