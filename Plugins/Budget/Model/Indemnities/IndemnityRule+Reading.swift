import Kernel

extension IndemnityRule {
    /// Reads a rule and checks it.
    /// - Returns: the rule, or every fault with the path of its field.
    static func read(_ value: JSONValue) -> Result<IndemnityRule, Refusal> {
        var reader = FaultReader(value, path: "", names: Self.names)
        let name = reader.text("name")
        let version = reader.integer("version", 1...9_999)
        let from = reader.day("valid_from")
        let to = reader.day("valid_to", required: false)
        var decision: Decision?
        if let value = reader.value("decision") {
            var inner = FaultReader(value, path: "decision", names: ["kind", "reference", "date"])
            let kind: Decision.Kind? = inner.code("kind")
            let reference = inner.text("reference")
            let date = inner.day("date")
            reader.take(inner.faults)
            if let kind, let reference, let date { decision = Decision(kind: kind, reference: reference, date: date) }
        }
        let method: IndemnityMethod? = reader.code("method")
        let eligible: Eligibility? = reader.code("eligible")
        let late: LateRule? = reader.code("late_rule", default: .countReal)
        let minimum = reader.integer("min_presence_minutes", 0...480, required: false)
        let step = reader.integer("rounding_minutes", 1...60, required: false)
        let direction: MinuteRounding.Direction? = reader.code("rounding", default: .nearest)
        let capPerPerson = reader.cents("cap_per_person_cents", required: false)
        let capTotal = reader.cents("cap_total_cents", required: false)
        let parts = method.map { Self.parts(value, method: $0, reader: &reader) } ?? []
        guard reader.faults.isEmpty, let name, let version, let from, let method, let eligible, let late, let direction else {
            return .failure(.invalid(reader.faults))
        }
        let rule = IndemnityRule(
            name: name, version: version, validFrom: from, validTo: to, decision: decision, method: method, parts: parts,
            eligible: eligible, lateRule: late, minimumPresence: minimum ?? 15,
            rounding: MinuteRounding(step: step ?? 15, direction: direction), capPerPerson: capPerPerson, capTotal: capTotal)
        let faults = rule.faults
        return faults.isEmpty ? .success(rule) : .failure(.invalid(faults))
    }

    private static let common: Set<String> = [
        "name", "version", "valid_from", "valid_to", "decision", "method", "eligible", "late_rule", "min_presence_minutes",
        "rounding_minutes", "rounding", "cap_per_person_cents", "cap_total_cents",
    ]
    static let partNames: Set<String> = ["method", "meeting_types", "counts_credits", "rates", "share"]
    static let names = common.union(partNames).union(["parts"])

    /// The parts: written in the rule itself, or listed under `parts` when the method is mixed.
    private static func parts(_ value: JSONValue, method: IndemnityMethod, reader: inout FaultReader) -> [IndemnityPart] {
        if method == .none { return [] }
        guard method == .mixed else { return [IndemnityPart.read(method: method, from: &reader)] }
        for name in Self.partNames.subtracting(["method"]).sorted() where reader.value(name) != nil {
            reader.fault(name, "Dans un mode mixte, ce champ se place dans chaque élément de parts.")
        }
        var parts: [IndemnityPart] = []
        for (index, element) in reader.list("parts").enumerated() {
            var inner = FaultReader(element, path: "parts[\(index)]", names: Self.partNames)
            let method: IndemnityMethod? = inner.code("method")
            if let method { parts.append(IndemnityPart.read(method: method, from: &inner)) }
            reader.take(inner.faults)
        }
        return parts
    }
}

extension IndemnityPart {
    /// Reads the members of a part out of the rule or of one element of `parts`.
    static func read(method: IndemnityMethod, from reader: inout FaultReader) -> IndemnityPart {
        var part = IndemnityPart(method: method, countsCredits: reader.flag("counts_credits", default: true))
        for (index, element) in reader.list("meeting_types").enumerated() {
            guard let code = element.stringValue, !code.isEmpty, code.count <= 60 else {
                reader.fault("meeting_types[\(index)]", "Un type de réunion est attendu, par exemple RCP.")
                continue
            }
            if !part.meetingTypes.insert(code).inserted {
                reader.fault("meeting_types[\(index)]", "Le type \(code) est indiqué deux fois.")
            }
        }
        for (index, element) in reader.list("rates").enumerated() {
            var row = FaultReader(
                element, path: reader.path("rates[\(index)]"), names: ["profession", "role", "meeting_type", "task", "cents"])
            let rate = IndemnityRate(
                profession: row.text("profession", required: false, most: 60), role: row.text("role", required: false, most: 60),
                meetingType: row.text("meeting_type", required: false, most: 60), task: row.text("task", required: false, most: 60),
                cents: row.cents("cents") ?? 0)
            part.rates.append(rate)
            reader.take(row.faults)
        }
        if let value = reader.value("share") { part.share = SurplusShare.read(value, path: reader.path("share"), into: &reader) }
        return part
    }
}

extension SurplusShare {
    static func read(_ value: JSONValue, path: String, into reader: inout FaultReader) -> SurplusShare {
        var inner = FaultReader(
            value, path: path,
            names: ["percent", "points_per_hour", "points_per_meeting", "points_per_task", "points_fixed", "weights"])
        var share = SurplusShare(percent: inner.decimal("percent", upTo: 100) ?? ExactDecimal(100))
        share.pointsPerHour = inner.decimal("points_per_hour", upTo: 100_000) ?? .zero
        share.pointsPerMeeting = inner.decimal("points_per_meeting", upTo: 100_000) ?? .zero
        share.pointsPerTask = inner.decimal("points_per_task", upTo: 100_000) ?? .zero
        share.pointsFixed = inner.decimal("points_fixed", upTo: 100_000) ?? .zero
        for (index, element) in inner.list("weights").enumerated() {
            var row = FaultReader(element, path: "\(path).weights[\(index)]", names: ["profession", "role", "factor"])
            let factor = row.decimal("factor", upTo: 1_000)
            if factor == nil, row.value("factor") == nil { row.fault("factor", "Ce champ est obligatoire.") }
            share.weights.append(
                Weight(
                    profession: row.text("profession", required: false, most: 60), role: row.text("role", required: false, most: 60),
                    factor: factor ?? ExactDecimal(1)))
            inner.take(row.faults)
        }
        reader.take(inner.faults)
        return share
    }
}
