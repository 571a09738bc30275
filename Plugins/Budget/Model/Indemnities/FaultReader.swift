import Kernel

/// Reads members of a JSON object and notes every fault with its path, so that a form or a program sees all of them at once.
struct FaultReader {
    /// `parts[0].rates[1]`; empty for the document itself.
    let path: String
    private let members: [(String, JSONValue)]
    private(set) var faults: [FieldFault] = []

    /// - Parameter names: the members that the object may have; any other is a fault, most often a slip of the pen.
    init(_ value: JSONValue, path: String, names: Set<String>) {
        self.path = path
        members = value.objectValue ?? []
        if value.objectValue == nil { faults.append(FieldFault(path, "Un objet est attendu ici.")) }
        for (name, _) in members where !names.contains(name) { fault(name, "Ce champ est inconnu : retirez-le ou corrigez son nom.") }
    }

    /// The members of a request's body. Throws 400 when it is no object.
    init(_ web: WebRequest, names: Set<String>) throws(Refusal) {
        self.init(try web.document(), path: "", names: names)
    }

    func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    mutating func fault(_ name: String, _ message: String) { faults.append(FieldFault(name.isEmpty ? path : path(name), message)) }

    mutating func take(_ others: [FieldFault]) { faults += others }

    /// The member; nil when it is absent or null.
    func value(_ name: String) -> JSONValue? {
        guard let value = members.first(where: { $0.0 == name })?.1, value != .null else { return nil }
        return value
    }

    /// A text of at most so many characters, without control characters.
    mutating func text(_ name: String, required: Bool = true, most: Int = 200) -> String? {
        guard let value = value(name) else {
            if required { fault(name, "Ce champ est obligatoire.") }
            return nil
        }
        guard let text = value.stringValue.map({ TextRules.normalised($0, lines: false) }), !text.isEmpty, text.count <= most,
            text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else {
            fault(name, "Un texte de 1 à \(most) caractères est attendu.")
            return nil
        }
        return text
    }

    /// A text that may have several lines, without white space at its ends.
    mutating func longText(_ name: String, required: Bool = true, most: Int) -> String? {
        guard let value = value(name) else {
            if required { fault(name, "Ce champ est obligatoire.") }
            return nil
        }
        guard let text = value.stringValue.map({ TextRules.normalised($0, lines: true).trimmed }), !text.isEmpty else {
            fault(name, "Un texte de 1 à \(most) caractères est attendu.")
            return nil
        }
        if let wrong = TextRules.fault(text, max: most, lines: true) {
            fault(name, wrong)
            return nil
        }
        return text
    }

    mutating func integer(_ name: String, _ range: ClosedRange<Int>, required: Bool = true) -> Int? {
        guard let value = value(name) else {
            if required { fault(name, "Ce champ est obligatoire.") }
            return nil
        }
        guard let number = value.intValue, range.contains(number) else {
            fault(name, "Un nombre entier de \(French.number(range.lowerBound)) à \(French.number(range.upperBound)) est attendu.")
            return nil
        }
        return number
    }

    /// An amount in whole cents.
    mutating func cents(_ name: String, required: Bool = true) -> Int? {
        guard let value = value(name) else {
            if required { fault(name, "Ce montant est obligatoire.") }
            return nil
        }
        guard let cents = value.intValue, (0...IndemnityLimits.cents).contains(cents) else {
            fault(name, "Un montant en centimes entiers est attendu, de 0 à \(French.money(cents: IndemnityLimits.cents)).")
            return nil
        }
        return cents
    }

    /// An exact number of at most four decimals, written as a whole number, a decimal or a text.
    mutating func decimal(_ name: String, upTo most: Int) -> ExactDecimal? {
        guard let value = value(name) else { return nil }
        let number: ExactDecimal? =
            switch value {
            case .integer(let whole): ExactDecimal(whole)
            case .decimal(let decimal): decimal
            case .string(let text): ExactDecimal(text)
            default: nil
            }
        guard let number, number >= .zero, number <= ExactDecimal(most), number.normalized.scale <= 4 else {
            fault(name, "Un nombre de 0 à \(French.number(most)), avec au plus quatre décimales, est attendu.")
            return nil
        }
        return number.normalized
    }

    mutating func day(_ name: String, required: Bool = true) -> CivilDate? {
        guard let value = value(name) else {
            if required { fault(name, "Cette date est obligatoire.") }
            return nil
        }
        guard let day = value.stringValue.flatMap({ CivilDate($0) }) else {
            fault(name, "Une date est attendue, par exemple 2026-01-31.")
            return nil
        }
        return day
    }

    mutating func flag(_ name: String, default fallback: Bool) -> Bool {
        guard let value = value(name) else { return fallback }
        guard case .bool(let flag) = value else {
            fault(name, "La valeur true ou false est attendue.")
            return fallback
        }
        return flag
    }

    /// A code of a closed list.
    mutating func code<Code: RawRepresentable & CaseIterable>(_ name: String, default fallback: Code? = nil) -> Code?
    where Code.RawValue == String {
        guard let value = value(name) else {
            if fallback == nil { fault(name, "Ce champ est obligatoire.") }
            return fallback
        }
        guard let code = value.stringValue.flatMap({ Code(rawValue: $0) }) else {
            fault(name, "Valeur inconnue. Valeurs possibles : \(Code.allCases.map(\.rawValue).joined(separator: ", ")).")
            return nil
        }
        return code
    }

    mutating func list(_ name: String) -> [JSONValue] {
        guard let value = value(name) else { return [] }
        guard let elements = value.arrayValue, elements.count <= IndemnityLimits.rows else {
            fault(name, "Une liste d’au plus \(IndemnityLimits.rows) éléments est attendue.")
            return []
        }
        return elements
    }
}

/// Bounds that keep every sum far inside 64 bits.
enum IndemnityLimits {
    /// One million euros, for one amount of a rule.
    static let cents = 100_000_000
    static let rows = 200
    /// Units of one task.
    static let units = 1_000
    /// Ten million euros, for one surplus.
    static let surplus = 1_000_000_000
}
