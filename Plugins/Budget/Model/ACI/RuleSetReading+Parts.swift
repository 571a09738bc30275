import Kernel

extension RuleSetReader {
    /// Parts that add up, then factors.
    mutating func sum(_ value: JSONValue, _ path: String) -> AciFormula? {
        guard let object = reading.object(value, path, ["kind", "parts"], optional: ["factors"]) else { return nil }
        if object.members["parts"]?.arrayValue?.isEmpty == true { reading.refuse("\(path).parts", "Indiquez au moins une part.") }
        var parts: [FormulaPart] = []
        for (value, path) in reading.elements(object, "parts") {
            if let part = part(value, path) { parts.append(part) }
        }
        var factors: [FormulaFactor] = []
        for (value, path) in reading.elements(object, "factors") {
            guard let factor = factor(value, path) else { continue }
            if factors.contains(where: { $0.kind == factor.kind }) { reading.refuse("\(path).kind", "Ce facteur figure deux fois.") }
            factors.append(factor)
        }
        return .sum(parts, factors)
    }

    private mutating func part(_ value: JSONValue, _ path: String) -> FormulaPart? {
        let common = ["when", "when_one_of"]
        let object: DocumentObject?
        let unit: ParameterUnit
        switch value["kind"]?.stringValue {
        case "fixed":
            object = reading.object(value, path, ["kind", "label", "points"], optional: common)
            unit = .points
        case "per_unit":
            object = reading.object(value, path, ["kind", "label", "points", "unit_of"], optional: common + ["after", "up_to"])
            unit = .pointsPerUnit
        case "per_unit_by_patients":
            object = reading.object(value, path, ["kind", "label", "points", "unit_of"], optional: common + ["after", "up_to"])
            unit = .pointsPerReference
        case "per_patients":
            object = reading.object(value, path, ["kind", "label", "points"], optional: common + ["after", "up_to"])
            unit = .pointsPerReference
        default:
            reading.refuse("\(path).kind", DocumentReading.expected(["fixed", "per_unit", "per_unit_by_patients", "per_patients"]))
            return nil
        }
        guard let object else { return nil }
        let label = reading.words(object, "label")
        let points = parameter(object, "points", unit)
        let alternatives = alternatives(object)
        let isByUnit = object.members["unit_of"] != nil
        let bound: ParameterUnit = unit == .pointsPerReference && !isByUnit ? .patients : .count
        let after = parameter(object, "after", bound)
        let upTo = parameter(object, "up_to", bound)
        if let after, let upTo, upTo.decimal < after.decimal {
            reading.refuse("\(path).up_to.value", "Le plafond (\(upTo.decimal)) est sous le plancher (\(after.decimal)).")
        }
        let quantity: FormulaPart.Quantity
        switch (unit, isByUnit) {
        case (.points, _): quantity = .fixed
        case (.pointsPerReference, false): quantity = .patients(after: after, upTo: upTo)
        default:
            guard let fact = fact(object, "unit_of") else { return nil }
            if fact.shape != .count { reading.refuse(object.path("unit_of"), "« \(fact.path) » ne se compte pas en unités.") }
            if upTo == nil, !fact.isCircumstance {
                reading.refuse(object.path("up_to"), "Un plafond est obligatoire pour « \(fact.path) ».")
            }
            quantity = .units(fact, after: after, upTo: upTo, byPatients: unit == .pointsPerReference)
        }
        guard let label, let points else { return nil }
        return FormulaPart(label: label, points: points, quantity: quantity, alternatives: alternatives)
    }

    /// `when`: all must hold; `when_one_of`: one list must hold whole.
    private mutating func alternatives(_ object: DocumentObject) -> [[FactCondition]] {
        if object.members["when"] != nil, object.members["when_one_of"] != nil {
            reading.refuse(object.path("when_one_of"), "Indiquez « when » ou « when_one_of », pas les deux.")
        }
        if object.members["when"] != nil { return [reading.elements(object, "when").compactMap { condition($0.value, $0.path) }] }
        return reading.elements(object, "when_one_of").map { value, path in
            let inner = DocumentObject(path: path, members: ["": value])
            return reading.elements(inner, "").compactMap { condition($0.value, $0.path) }
        }
    }

    private mutating func condition(_ value: JSONValue, _ path: String) -> FactCondition? {
        guard let object = reading.object(value, path, ["fact", "at_least"]) else { return nil }
        let fact = fact(object, "fact")
        guard let least = reading.whole(object, "at_least", 1...100_000_000), let fact else { return nil }
        if let greatest = fact.greatest, least > greatest {
            reading.refuse(object.path("at_least"), "« \(fact.path) » ne dépasse pas \(greatest).")
        }
        return FactCondition(fact: fact, atLeast: least)
    }

    private mutating func fact(_ object: DocumentObject, _ name: String) -> Fact? {
        guard let value = object.members[name] else { return nil }
        if let text = value.stringValue, let fact = Fact.at(text) { return fact }
        reading.refuse(object.path(name), "Ce champ du simulateur est inconnu.")
        return nil
    }

    private mutating func factor(_ value: JSONValue, _ path: String) -> FormulaFactor? {
        switch value["kind"]?.stringValue {
        case "contract_share": return reading.object(value, path, ["kind"]).map { _ in .contractShare }
        case "acquisition_share": return reading.object(value, path, ["kind"]).map { _ in .acquisitionShare }
        case "concertation_rate":
            let names = ["kind", "target", "minimum_meetings", "precision", "decimals"]
            guard let object = reading.object(value, path, names, optional: ["minimum_rounding", "files"]) else { return nil }
            let target = parameter(object, "target", .percent)
            let meetings = parameter(object, "minimum_meetings", .meetings)
            let precision = choice(object, "precision", RatePrecision.self)
            let decimals = parameter(object, "decimals", .decimals)
            let rounding = choice(object, "minimum_rounding", ConcertationRate.MinimumRounding.self) ?? .exact
            let files = choice(object, "files", ConcertationRate.FilesCounted.self) ?? .discussions
            if let target, target.decimal == .zero { reading.refuse(object.path("target.value"), "Le taux cible est supérieur à 0.") }
            if let decimals, decimals.whole > 6 { reading.refuse(object.path("decimals.value"), "Indiquez au plus six décimales.") }
            guard let target, let meetings, let precision, let decimals else { return nil }
            return .concertationRate(
                ConcertationRate(
                    target: target, minimumMeetings: meetings, rounding: rounding, files: files, precision: precision, decimals: decimals))
        default:
            reading.refuse("\(path).kind", DocumentReading.expected(["contract_share", "acquisition_share", "concertation_rate"]))
            return nil
        }
    }
}

extension FormulaFactor {
    /// Name in the document.
    var kind: String {
        switch self {
        case .contractShare: "contract_share"
        case .acquisitionShare: "acquisition_share"
        case .concertationRate: "concertation_rate"
        }
    }
}
