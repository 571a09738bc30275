import Kernel

extension RuleSetReader {
    /// A figure: its value, its unit among those expected, its sources, its status.
    mutating func parameter(_ object: DocumentObject, _ name: String, _ units: ParameterUnit...) -> AciParameter? {
        guard let value = object.members[name] else { return nil }
        return parameter(value, object.path(name), units)
    }

    mutating func parameter(_ value: JSONValue, _ path: String, _ units: [ParameterUnit]) -> AciParameter? {
        guard let line = head(value, path, units), line.unit != .choice else { return nil }
        guard let decimal = Self.decimal(value["value"]) else {
            reading.refuse("\(path).value", "Indiquez un nombre, par exemple 100 ou \"7.5\".")
            return nil
        }
        if decimal < .zero { reading.refuse("\(path).value", "Ce nombre ne peut pas être négatif.") }
        if decimal > ExactDecimal(100_000_000) { reading.refuse("\(path).value", "Ce nombre est trop grand : 100 000 000 au plus.") }
        if decimal.normalized.scale > (line.unit.isWhole ? 0 : 4) {
            reading.refuse(
                "\(path).value", line.unit.isWhole ? "Indiquez un nombre entier." : "Ce nombre a trop de décimales : quatre au plus.")
        }
        if line.unit == .percent, decimal > ExactDecimal(100) { reading.refuse("\(path).value", "Un pourcentage va de 0 à 100.") }
        keep(line, decimal.normalized.description)
        return AciParameter(decimal, line.unit)
    }

    /// A choice: one word of a closed list, with its sources and status.
    mutating func choice<Word: RawRepresentable & CaseIterable>(_ object: DocumentObject, _ name: String, _ type: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let value = object.members[name] else { return nil }
        let path = object.path(name)
        guard let line = head(value, path, [.choice]) else { return nil }
        guard let text = value["value"]?.stringValue, let word = Word(rawValue: text) else {
            reading.refuse("\(path).value", DocumentReading.expected(Word.allCases.map(\.rawValue)))
            return nil
        }
        keep(line, text)
        return word
    }

    private mutating func keep(_ line: ParameterLine, _ value: String) {
        lines.append(
            ParameterLine(path: line.path, unit: line.unit, value: value, sources: line.sources, status: line.status, note: line.note))
    }

    /// Everything of a parameter but its value.
    private mutating func head(_ value: JSONValue, _ path: String, _ units: [ParameterUnit]) -> ParameterLine? {
        guard let object = reading.object(value, path, ["value", "unit", "source", "status"], optional: ["note"]) else { return nil }
        let unit = reading.word(object, "unit", ParameterUnit.self)
        if let unit, !units.contains(unit) {
            reading.refuse(object.path("unit"), "Mauvaise unité. " + DocumentReading.expected(units.map(\.rawValue)))
        }
        let status = reading.word(object, "status", ParameterStatus.self)
        var sources: [String] = []
        for (element, path) in reading.elements(object, "source") {
            guard let key = element.stringValue, sourceKeys.contains(key) else {
                reading.refuse(path, "Cette source n’est pas dans la liste « sources » du document.")
                continue
            }
            sources.append(key)
        }
        if object.members["source"]?.arrayValue?.isEmpty == true { reading.refuse(object.path("source"), "Indiquez au moins une source.") }
        let note = reading.words(object, "note")
        guard let unit, let status, units.contains(unit) else { return nil }
        return ParameterLine(path: path, unit: unit, value: "", sources: sources, status: status, note: note)
    }

    /// A JSON number, or a decimal in a string.
    static func decimal(_ value: JSONValue?) -> ExactDecimal? {
        switch value {
        case .integer(let whole): ExactDecimal(whole)
        case .decimal(let decimal): decimal
        case .string(let text): ExactDecimal(text)
        default: nil
        }
    }
}
