import Kernel

/// Turns the form of a rule into its document, the one that `IndemnityRule.read` takes. Pure: rules are checked there, here only
/// what people type is understood.
struct RuleFormReader {
    let form: FormValues
    private var reader: FormReader
    /// Form row behind each row of the document, by part: empty rows are left out of the document.
    private var rateRows: [[Int]] = []
    private var weightRows: [[Int]] = []

    /// Most rows of a scale in the form.
    static let rows = 40
    static let parts = 4

    init(_ form: FormValues) {
        self.form = form
        reader = FormReader(form)
    }

    /// What was not understood.
    var faults: [FieldFault] { reader.faults }

    var method: IndemnityMethod? { IndemnityMethod(rawValue: form["method"] ?? "") }

    /// Number of elements of a mixed rule.
    static func partCount(_ form: FormValues) -> Int {
        guard form["method"] == IndemnityMethod.mixed.rawValue else { return 1 }
        return min(parts, max(2, Int(form["parts"] ?? "") ?? 2))
    }

    mutating func document() -> JSONValue {
        var members: [(String, JSONValue)] = [("name", .string((form["name"] ?? "").trimmed))]
        members.append(("valid_from", day("valid_from")))
        members.append(("valid_to", day("valid_to")))
        members.append(("method", .string(form["method"] ?? "")))
        members.append(("eligible", .string(form["eligible"] ?? "")))
        members.append(("late_rule", .string(form["late_rule"] ?? LateRule.countReal.rawValue)))
        members.append(("min_presence_minutes", minutes("min_presence_minutes")))
        members.append(("rounding_minutes", .integer(Int(form["rounding_minutes"] ?? "") ?? 15)))
        members.append(("rounding", .string(form["rounding"] ?? "NEAREST")))
        members.append(("cap_per_person_cents", cents("cap_per_person_cents")))
        members.append(("cap_total_cents", cents("cap_total_cents")))
        switch method {
        case nil, .none?: break
        case .mixed?:
            var parts: [JSONValue] = []
            for index in 0..<Self.partCount(form) {
                let method = IndemnityMethod(rawValue: form["p\(index)_method"] ?? "")
                parts.append(.object([("method", .string(method?.rawValue ?? ""))] + part(index, method)))
            }
            members.append(("parts", .array(parts)))
        case let method?: members += part(0, method)
        }
        return .object(members)
    }

    /// The form's own name of a field that the rules speak of: `parts[1].rates[0].cents` is `p1_r2_euros`.
    func name(of path: String) -> String {
        var rest = path[...]
        var part = 0
        if rest.hasPrefix("parts["), let end = rest.firstIndex(of: "]") {
            part = Int(rest[rest.index(rest.startIndex, offsetBy: 6)..<end]) ?? 0
            rest = rest[rest.index(after: end)...].drop { $0 == "." }
            if rest.isEmpty { return "p\(part)_method" }
        }
        func row(_ prefix: String, _ rows: [[Int]]) -> Int? {
            guard rest.hasPrefix(prefix), let end = rest.firstIndex(of: "]"), rows.indices.contains(part) else { return nil }
            let index = Int(rest[rest.index(rest.startIndex, offsetBy: prefix.count)..<end]) ?? 0
            return rows[part].indices.contains(index) ? rows[part][index] : nil
        }
        if let index = row("rates[", rateRows) { return "p\(part)_r\(index)_euros" }
        if let index = row("share.weights[", weightRows) { return "p\(part)_w\(index)_factor" }
        switch rest {
        case "meeting_types": return "p\(part)_types"
        case "rates": return "p\(part)_r0_euros"
        case "share", "share.percent": return "p\(part)_percent"
        case "method" where path != "method": return "p\(part)_method"
        case "parts": return "p0_method"
        case _ where rest.hasPrefix("share."): return "p\(part)_" + rest.dropFirst(6)
        default: return String(rest)
        }
    }

    // MARK: Parts

    private mutating func part(_ index: Int, _ method: IndemnityMethod?) -> [(String, JSONValue)] {
        let prefix = "p\(index)_"
        while rateRows.count <= index {
            rateRows.append([])
            weightRows.append([])
        }
        var members: [(String, JSONValue)] = []
        if method != .perTask { members.append(("meeting_types", .array(form.all(prefix + "types").map { .string($0) }))) }
        if method == .flatPerMeeting || method == .perTask {
            members.append(("counts_credits", .bool(false)))
        } else {
            members.append(("counts_credits", .bool(form[prefix + "credits"] != nil)))
        }
        if method == .shareOfSurplus {
            members.append(("share", share(index)))
            return members
        }
        var rates: [JSONValue] = []
        for row in 0..<Self.rows {
            let name = "\(prefix)r\(row)_"
            guard let text = form[name + "euros"] else { continue }
            let criteria = ["profession", "role", "meeting_type", "task"].compactMap { key -> (String, JSONValue)? in
                guard let code = form[name + key], !code.isEmpty else { return nil }
                return (key, .string(code))
            }
            if text.trimmed.isEmpty, criteria.isEmpty { continue }
            rateRows[index].append(row)
            rates.append(.object(criteria + [("cents", cents(name + "euros", required: true))]))
        }
        members.append(("rates", .array(rates)))
        return members
    }

    private mutating func share(_ index: Int) -> JSONValue {
        let prefix = "p\(index)_"
        var members: [(String, JSONValue)] = []
        for name in ["percent", "points_per_hour", "points_per_meeting", "points_per_task", "points_fixed"] {
            let value = number(prefix + name)
            if value != .null { members.append((name, value)) }
        }
        var weights: [JSONValue] = []
        for row in 0..<Self.rows {
            let name = "\(prefix)w\(row)_"
            guard let text = form[name + "factor"], !text.trimmed.isEmpty else { continue }
            weightRows[index].append(row)
            let criteria = ["profession", "role"].compactMap { key -> (String, JSONValue)? in
                guard let code = form[name + key], !code.isEmpty else { return nil }
                return (key, .string(code))
            }
            weights.append(.object(criteria + [("factor", number(name + "factor"))]))
        }
        return .object(members + [("weights", .array(weights))])
    }

    // MARK: Values as people type them

    private mutating func day(_ name: String) -> JSONValue { .date(reader.day(name)) }

    private mutating func minutes(_ name: String) -> JSONValue {
        reader.read(name) { text throws(InputFault) in .integer(try FrenchInput.duration(text)) } ?? .null
    }

    private mutating func cents(_ name: String, required: Bool = false) -> JSONValue {
        reader.read(name, required ? "Indiquez le montant." : nil) { text throws(InputFault) in
            .integer(try FrenchInput.cents(text))
        } ?? .null
    }

    private mutating func number(_ name: String) -> JSONValue {
        reader.read(name) { text throws(InputFault) in .string(try FrenchInput.percent(text).description) } ?? .null
    }
}

extension FormValues {
    /// The values that the form of a rule shows for a stored one.
    init(_ rule: IndemnityRule) {
        var pairs: [(name: String, value: String)] = [
            ("name", rule.name), ("valid_from", rule.validFrom.description), ("valid_to", rule.validTo?.description ?? ""),
            ("method", rule.method.rawValue), ("eligible", rule.eligible.rawValue), ("late_rule", rule.lateRule.rawValue),
            ("min_presence_minutes", French.duration(minutes: rule.minimumPresence)), ("rounding_minutes", String(rule.rounding.step)),
            ("rounding", rule.rounding.direction.rawValue), ("cap_per_person_cents", rule.capPerPerson.map(Self.euros) ?? ""),
            ("cap_total_cents", rule.capTotal.map(Self.euros) ?? ""), ("parts", String(rule.parts.count)),
        ]
        for (index, part) in rule.parts.enumerated() {
            pairs.append(("p\(index)_method", part.method.rawValue))
            pairs += part.meetingTypes.sorted().map { ("p\(index)_types", $0) }
            if part.countsCredits { pairs.append(("p\(index)_credits", "1")) }
            for (row, rate) in part.rates.enumerated() {
                let name = "p\(index)_r\(row)_"
                pairs += [
                    (name + "profession", rate.profession ?? ""), (name + "role", rate.role ?? ""),
                    (name + "meeting_type", rate.meetingType ?? ""), (name + "task", rate.task ?? ""),
                    (name + "euros", Self.euros(rate.cents)),
                ]
            }
            guard let share = part.share else { continue }
            for (name, value) in [
                ("percent", share.percent), ("points_per_hour", share.pointsPerHour), ("points_per_meeting", share.pointsPerMeeting),
                ("points_per_task", share.pointsPerTask), ("points_fixed", share.pointsFixed),
            ] { pairs.append(("p\(index)_\(name)", French.number(value))) }
            for (row, weight) in share.weights.enumerated() {
                let name = "p\(index)_w\(row)_"
                pairs += [
                    (name + "profession", weight.profession ?? ""), (name + "role", weight.role ?? ""),
                    (name + "factor", French.number(weight.factor)),
                ]
            }
        }
        self.init(pairs)
    }

    /// « 54,00 », as people would type it.
    private static func euros(_ cents: Int) -> String {
        French.number(ExactDecimal(coefficient: Int128(cents), scale: 2) ?? .zero, decimals: 2)
    }
}
