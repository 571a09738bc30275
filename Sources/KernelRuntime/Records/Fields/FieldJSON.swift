import Kernel

/// Reads the members of a JSON body into values.
enum FieldJSON {
    /// The value of one member, or what is wrong with it. Null empties the field. Rules come after, in `FieldRules`.
    static func value(_ json: JSONValue, _ kind: FieldKind) -> Result<FieldValue, InputFault> {
        if json == .null {
            return .success(kind.nothing)
        }
        switch kind {
        case .text, .longText, .email, .phone, .url, .choice, .rpps, .finess:
            guard let text = json.stringValue else { return .failure(InputFault("Un texte est attendu.")) }
            let value = TextRules.cleaned(text, kind)
            // Free text may be blank; a code, an address or a number is given or is null.
            if value == .null, !kind.isFreeText { return .failure(InputFault("Envoyez null pour vider ce champ.")) }
            return .success(value)
        case .integer, .minutes:
            guard let number = json.intValue else { return .failure(InputFault("Un nombre entier est attendu.")) }
            return .success(.integer(number))
        case .money: return money(json)
        case .decimal:
            guard let number = json.stringValue.flatMap({ ExactDecimal($0) }) else {
                return .failure(InputFault("Un nombre décimal écrit dans un texte est attendu, par exemple \"12.5\"."))
            }
            return .success(.decimal(number))
        case .boolean:
            guard case .bool(let flag) = json else { return .failure(InputFault("La valeur attendue est true ou false.")) }
            return .success(.boolean(flag))
        case .date:
            guard let date = json.stringValue.flatMap({ CivilDate($0) }) else {
                return .failure(InputFault("Une date est attendue, par exemple 2026-11-21."))
            }
            return .success(.date(date))
        case .instant:
            guard let text = json.stringValue, text.contains("T"), let instant = Instant(iso8601: text) else {
                return .failure(InputFault("Une date avec heure et fuseau est attendue, par exemple 2026-11-21T18:30:00Z."))
            }
            return .success(.instant(instant))
        case .choices:
            guard let elements = json.arrayValue else { return .failure(InputFault("Une liste de codes est attendue.")) }
            let codes = elements.compactMap(\.stringValue)
            guard codes.count == elements.count else { return .failure(InputFault("Une liste de codes est attendue.")) }
            guard Set(codes).count == codes.count else { return .failure(InputFault("Un code figure deux fois dans la liste.")) }
            return .success(.codes(codes))
        case .reference:
            guard let id = json.stringValue.flatMap({ Identifier($0) }) else { return .failure(InputFault("Un identifiant est attendu.")) }
            return .success(.id(id))
        case .references:
            guard let elements = json.arrayValue else { return .failure(InputFault("Une liste d’identifiants est attendue.")) }
            let ids = elements.compactMap { $0.stringValue.flatMap { Identifier($0) } }
            guard ids.count == elements.count else { return .failure(InputFault("Une liste d’identifiants est attendue.")) }
            guard Set(ids).count == ids.count else { return .failure(InputFault("Un identifiant figure deux fois dans la liste.")) }
            return .success(.ids(ids.sorted()))
        }
    }

    private static func money(_ json: JSONValue) -> Result<FieldValue, InputFault> {
        let wrong: Result<FieldValue, InputFault> = .failure(
            InputFault("Un montant est attendu, par exemple {\"amount\":\"119.50\",\"currency\":\"EUR\"}."))
        guard let members = json.objectValue, members.count == 2, json["currency"]?.stringValue == "EUR",
            let amount = json["amount"]?.stringValue.flatMap({ ExactDecimal($0) }), amount.normalized.scale <= 2,
            let cents = (amount * ExactDecimal(100)).wholeNumber
        else { return wrong }
        return .success(.integer(cents))
    }

    /// Reads an object that gives values to some fields. Members that are unknown, read-only or of the wrong type are
    /// faults, never ignored (API-02).
    static func read(_ body: JSONValue?, fields: [RecordField], readOnly: Set<String>) throws -> RecordValues {
        guard let members = body?.objectValue else {
            throw Refusal.malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        var values = RecordValues()
        var faults: [FieldFault] = []
        for (name, json) in members {
            guard let field = fields.first(where: { $0.name == name }) else {
                faults.append(
                    FieldFault(
                        String(name.prefix(60)), readOnly.contains(name) ? "Ce champ est en lecture seule." : "Ce champ n’existe pas."))
                continue
            }
            switch value(json, field.kind) {
            case .success(let value): values[name] = value
            case .failure(let fault): faults.append(FieldFault(name, fault.message))
            }
        }
        guard faults.isEmpty else {
            faults += fields.compactMap { field in
                guard let value = values.values[field.name] else { return nil }
                return FieldRules.fault(value, field).map { FieldFault(field.name, $0) }
            }
            throw Refusal.invalid(faults)
        }
        return values
    }
}

extension FieldKind {
    /// True for text without a form of its own.
    fileprivate var isFreeText: Bool {
        switch self {
        case .text, .longText: true
        default: false
        }
    }
}
