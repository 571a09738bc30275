import Kernel

/// Parts of the dossier's JSON: schemas and the strict reading of small bodies.
enum DossierJSON {
    static let text = JSONValue.object([("type", .string("string"))])
    static let integer = JSONValue.object([("type", .string("integer"))])
    static let boolean = JSONValue.object([("type", .string("boolean"))])
    static let id = JSONValue.object([("type", .string("string")), ("format", .string("uuid"))])
    static let instant = JSONValue.object([("type", .string("string")), ("format", .string("date-time"))])

    static func optional(_ schema: JSONValue) -> JSONValue {
        .object([("anyOf", .array([schema, .object([("type", .string("null"))])]))])
    }

    static func codes(_ codes: [String]) -> JSONValue {
        .object([("type", .string("string")), ("enum", .array(codes.map { .string($0) }))])
    }

    static func list(_ items: JSONValue) -> JSONValue { .object([("type", .string("array")), ("items", items)]) }

    static func object(_ members: [(String, JSONValue)], required: [String]? = nil) -> JSONValue {
        .object([
            ("type", .string("object")), ("required", .array((required ?? members.map(\.0)).map { .string($0) })),
            ("properties", .object(members)), ("additionalProperties", .bool(false)),
        ])
    }

    /// The members of a body; an unknown one is refused, because it would be ignored.
    static func members(_ web: WebRequest, _ known: Set<String>) throws(Refusal) -> [String: JSONValue] {
        guard let json = web.json else { throw .malformed("body_missing", "Envoyez un document JSON.") }
        guard let members = json.objectValue else { throw .malformed("not_an_object", "Le document JSON doit être un objet.") }
        let unknown = members.filter { !known.contains($0.0) }.map {
            FieldFault(String($0.0.prefix(60)), "Le champ «\u{A0}\($0.0.prefix(60))\u{A0}» n’existe pas.")
        }
        guard unknown.isEmpty else { throw .invalid(unknown) }
        return Dictionary(members, uniquingKeysWith: { first, _ in first })
    }

    /// These addresses take no body and no parameter: what would be ignored is refused.
    static func refuseRest(_ web: WebRequest, query known: Set<String> = []) throws(Refusal) {
        if let json = web.json, json != .object([]) { throw .malformed("no_body_expected", "Cette adresse n’attend aucun contenu.") }
        let unknown = web.query.names.subtracting(known).sorted().map {
            FieldFault(String($0.prefix(60)), "Cette adresse n’accepte pas le paramètre «\u{A0}\($0.prefix(60))\u{A0}».")
        }
        guard unknown.isEmpty else {
            throw Refusal(status: 400, code: "unknown_parameter", message: unknown[0].message, faults: unknown)
        }
    }

    /// A text member, nil when it is absent or null.
    static func text(_ value: JSONValue?, _ name: String) throws(Refusal) -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw .invalid(name, "Ce champ attend un texte.")
        }
    }
}
