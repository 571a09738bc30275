internal import Kernel

/// What an entry of the trail holds beside its act, in words: labels of the fields, values as the screens show them. Keys of programs,
/// identifiers and empty values are left out.
struct AuditDetail {
    /// Declaration of the object's record, where it has one.
    let record: RecordType?
    let zone: String

    private static let labels = [
        "by": "Par", "reason": "Motif", "roles": "Rôles", "exercise": "Exercice", "year": "Année",
        "sha256": "Empreinte", "number": "Numéro", "name": "Nom", "title": "Titre", "email": "Adresse", "day": "Jour", "minutes": "Minutes",
        "from": "Avant", "to": "Après", "present": "Présents", "invited": "Invités", "starts_at": "Début", "ends_at": "Fin",
        "module": "Module", "state": "État", "method": "Moyen", "carried_over": "Repris de l’année précédente", "time_zone": "Heure locale",
        "count": "Nombre", "label": "Intitulé", "kind": "Nature", "indicator": "Indicateur", "person": "Personne", "version": "Version",
        "fact": "Donnée", "slug": "Adresse de la structure", "size": "Taille",
    ]

    /// Labels and values, in the order of the trail.
    func lines(_ text: String, action: String) -> [(label: String, text: String)] {
        guard let members = (try? JSONValue.parse(text))?.objectValue else { return [] }
        return members.flatMap { key, value -> [(label: String, text: String)] in
            switch key {
            case "changes": changes(value)
            case "input": inputs(value, action)
            default: line(key, value).map { [$0] } ?? []
            }
        }
    }

    private func changes(_ json: JSONValue) -> [(label: String, text: String)] {
        (json.objectValue ?? []).flatMap { name, pair -> [(label: String, text: String)] in
            if let lines = record?.lines.first(where: { $0.name == name }) {
                return LineTrail(lines: lines, zone: zone, names: [:]).changes(pair).map { ($0.label, "\($0.from) → \($0.to)") }
            }
            return change(name, pair).map { [$0] } ?? []
        }
    }

    private func change(_ name: String, _ pair: JSONValue) -> (label: String, text: String)? {
        guard let values = pair.arrayValue, values.count == 2 else { return line(name, pair) }
        guard let field = record?.field(name) else {
            return Self.labels[name].map { ($0, "\(plain(values[0]) ?? "—") → \(plain(values[1]) ?? "—")") }
        }
        return (field.label, "\(shown(values[0], field)) → \(shown(values[1], field))")
    }

    private func inputs(_ json: JSONValue, _ action: String) -> [(label: String, text: String)] {
        let fields = record?.actions.first { action.hasSuffix(".\($0.id)") }?.fields ?? []
        return (json.objectValue ?? []).compactMap { name, value in
            guard let field = fields.first(where: { $0.name == name }) else { return line(name, value) }
            return (field.label, shown(value, field))
        }
    }

    private func shown(_ json: JSONValue, _ field: RecordField) -> String {
        RecordHistory.text(json, field, workflow: record?.workflow, title: nil, zone: zone)
    }

    private func line(_ key: String, _ value: JSONValue) -> (label: String, text: String)? {
        guard let label = record?.field(key)?.label ?? Self.labels[key] else { return nil }
        if let field = record?.field(key) { return (label, shown(value, field)) }
        if case .integer(let year) = value, ["exercise", "year"].contains(key) { return (label, String(year)) }
        return plain(value).map { (label, $0) }
    }

    private func plain(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty || Identifier(text) != nil ? nil : Role(rawValue: text)?.label ?? text
        case .integer(let number): French.number(number)
        case .bool(let isSo): isSo ? "Oui" : "Non"
        case .array(let values):
            values.isEmpty ? nil : values.compactMap(plain).joined(separator: ", ")
        default: nil
        }
    }
}
