import Kernel

extension RuleSetReader {
    /// The indicators, in the order of the accord whatever that of the document.
    mutating func indicators(_ top: DocumentObject) -> [AciIndicator] {
        var indicators: [AciIndicator] = []
        for (value, path) in reading.elements(top, "indicators") {
            guard let indicator = indicator(value, path) else { continue }
            if indicators.contains(where: { $0.id == indicator.id }) {
                reading.refuse("\(path).id", "L’indicateur « \(indicator.id.rawValue) » figure deux fois.")
            }
            indicators.append(indicator)
        }
        if top.members["indicators"]?.arrayValue?.isEmpty == true {
            reading.refuse("indicators", "Indiquez au moins un indicateur.")
        }
        for part in indicators {
            guard let owner = part.partOf else { continue }
            if owner == part.id || !indicators.contains(where: { $0.id == owner && $0.kind == part.kind }) {
                reading.refuse("\(part.path).part_of", "« \(owner.rawValue) » n’est pas un autre indicateur de même nature de ce document.")
            }
        }
        return indicators.sorted { $0.id.order < $1.id.order }
    }

    private mutating func indicator(_ value: JSONValue, _ path: String) -> AciIndicator? {
        let names = ["id", "axis", "name", "kind", "advance", "formula"]
        guard let object = reading.object(value, path, names, optional: ["part_of"]) else { return nil }
        let id = indicatorID(object, "id")
        let axis = reading.whole(object, "axis", 1...3)
        if let id, let axis, !id.rawValue.hasPrefix("A\(axis)") {
            reading.refuse("\(path).axis", "L’indicateur « \(id.rawValue) » n’est pas de l’axe \(axis).")
        }
        let name = reading.words(object, "name")
        let kind = reading.word(object, "kind", AciIndicatorKind.self)
        let partOf = indicatorID(object, "part_of")
        let advance = choice(object, "advance", AciIndicator.AdvanceBasis.self)
        let formula = object.members["formula"].flatMap { self.formula($0, object.path("formula")) }
        guard let id, let axis, let name, let kind, let advance, let formula else { return nil }
        return AciIndicator(
            id: id, axis: axis, name: name, kind: kind, partOf: partOf, advance: advance, formula: formula, path: path)
    }

    private mutating func indicatorID(_ object: DocumentObject, _ name: String) -> AciIndicatorID? {
        guard let value = object.members[name] else { return nil }
        if let text = value.stringValue, let id = AciIndicatorID(rawValue: text) { return id }
        reading.refuse(object.path(name), "Indicateur inconnu. " + DocumentReading.expected(AciIndicatorID.allCases.map(\.rawValue)))
        return nil
    }

    private mutating func formula(_ value: JSONValue, _ path: String) -> AciFormula? {
        switch value["kind"]?.stringValue {
        case "sum": return sum(value, path)
        case "opening": return opening(value, path).map { .opening($0) }
        default:
            reading.refuse("\(path).kind", DocumentReading.expected(["sum", "opening"]))
            return nil
        }
    }

    private mutating func opening(_ value: JSONValue, _ path: String) -> OpeningFormula? {
        let names = [
            "kind", "full", "amplitudes", "saturday_closed", "holiday_closure", "holiday_closure_limit", "other_closure_limit",
        ]
        guard let object = reading.object(value, path, names) else { return nil }
        let full = parameter(object, "full", .points)
        var amplitudes: [OpeningFormula.Amplitude] = []
        for (value, path) in reading.elements(object, "amplitudes") {
            guard let element = reading.object(value, path, ["at_least", "deduction"]) else { continue }
            let hours = parameter(element, "at_least", .hoursPerDay)
            let deduction = parameter(element, "deduction", .points)
            guard let hours, let deduction else { continue }
            if let wider = amplitudes.last, hours.decimal >= wider.atLeast.decimal || deduction.decimal < wider.deduction.decimal {
                reading.refuse(path, "Les amplitudes vont de la plus large à la plus étroite, la minoration ne diminuant pas.")
            }
            amplitudes.append(OpeningFormula.Amplitude(atLeast: hours, deduction: deduction))
        }
        if object.members["amplitudes"]?.arrayValue?.isEmpty == true {
            reading.refuse("\(path).amplitudes", "Indiquez au moins une amplitude.")
        }
        let saturday = parameter(object, "saturday_closed", .points)
        let holidays = parameter(object, "holiday_closure", .points)
        let limit = parameter(object, "holiday_closure_limit", .weeks)
        let other = parameter(object, "other_closure_limit", .weeks)
        guard let full, let saturday, let holidays, let limit, let other else { return nil }
        return OpeningFormula(
            full: full, amplitudes: amplitudes, saturdayClosed: saturday, holidayClosure: holidays, holidayClosureLimit: limit,
            otherClosureLimit: other)
    }
}
