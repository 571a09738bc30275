import Kernel

/// How a field can be filtered; the screen and the API take the same names and the same values.
enum FilterShape: Sendable, Equatable {
    /// Part of a text, accents and case ignored.
    case contains
    /// `name`, `name_min`, `name_max`.
    case number
    /// `true` or `false`.
    case flag
    /// `name` for a shortcut, `name_from` and `name_to` for days, both included.
    case period
    /// Codes of a list, repeated values meaning « or ».
    case codes
    /// Ids, repeated values meaning « or ».
    case reference

    init(_ kind: FieldKind) {
        self =
            switch kind {
            case .text, .longText, .email, .phone, .url, .rpps, .finess: .contains
            case .integer, .minutes, .money, .decimal: .number
            case .boolean: .flag
            case .date, .instant: .period
            case .choice, .choices: .codes
            case .reference, .references: .reference
            }
    }
}

/// Shortcuts for days (ui-conventions 3.2).
enum Period: String, Sendable, CaseIterable {
    case today
    case thisWeek = "this_week"
    case thisMonth = "this_month"
    case thisQuarter = "this_quarter"
    case thisYear = "this_year"
    case
        lastYear = "last_year"

    var label: String {
        switch self {
        case .today: "Aujourd’hui"
        case .thisWeek: "Cette semaine"
        case .thisMonth: "Ce mois-ci"
        case .thisQuarter: "Ce trimestre"
        case .thisYear: "Année en cours"
        case .lastYear: "Année précédente"
        }
    }
}

/// What one filter asks of a row.
enum FilterTest: Sendable, Equatable {
    case contains([String])
    case equals([FieldValue])
    case atLeast(FieldValue)
    case atMost(FieldValue)
    case flags([Bool])
    case anyCode([String])
    case anyID([Identifier])
    case period(Period)
    case from(CivilDate)
    case to(CivilDate)
}

/// One filter in use.
struct ActiveFilter: Sendable, Equatable {
    /// Place of the field in the declaration.
    let field: Int
    /// Name of the parameter it came from.
    let parameter: String
    let test: FilterTest
}

/// The parameters by which a list of a record can be narrowed.
struct RecordFilters: Sendable {
    /// One name of the address.
    struct Parameter: Sendable {
        enum Part: Sendable { case whole, from, to, min, max }

        let name: String
        let field: Int
        let part: Part
    }

    /// Names that mean the same on every list.
    static let common: Set<String> = ["q", "sort", "archived"]
    private static let longest = 200
    private static let mostValues = 50

    let parameters: [Parameter]
    private let byName: [String: Parameter]
    private let record: RecordType

    init(_ record: RecordType) {
        self.record = record
        var parameters: [Parameter] = []
        for (index, field) in record.fields.enumerated() where field.noFilterReason == nil {
            parameters.append(Parameter(name: field.name, field: index, part: .whole))
            switch FilterShape(field.kind) {
            case .period:
                parameters.append(Parameter(name: field.name + "_from", field: index, part: .from))
                parameters.append(Parameter(name: field.name + "_to", field: index, part: .to))
            case .number:
                parameters.append(Parameter(name: field.name + "_min", field: index, part: .min))
                parameters.append(Parameter(name: field.name + "_max", field: index, part: .max))
            default: break
            }
        }
        self.parameters = parameters
        byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads every filter of an address. Empty values mean that a field of the form was left blank. Names that are
    /// neither filters nor `others` are faults: an ignored filter would show too much.
    func read(_ query: FormValues, others: Set<String>, faults: inout [FieldFault]) -> [ActiveFilter] {
        var seen: Set<String> = []
        var filters: [ActiveFilter] = []
        for (name, _) in query.pairs where seen.insert(name).inserted {
            if Self.common.contains(name) || others.contains(name) { continue }
            guard let parameter = byName[name] else {
                faults.append(FieldFault(String(name.prefix(60)), "Le paramètre « \(name.prefix(60)) » n’existe pas pour cette liste."))
                continue
            }
            let values = query.all(name).filter { !$0.isEmpty }
            guard !values.isEmpty else { continue }
            if let problem = Self.excess(values) {
                faults.append(FieldFault(name, problem))
                continue
            }
            switch test(parameter, values) {
            case .success(let test): filters.append(ActiveFilter(field: parameter.field, parameter: name, test: test))
            case .failure(let fault): faults.append(FieldFault(name, fault.message))
            }
        }
        return filters.sorted { ($0.field, $0.parameter) < ($1.field, $1.parameter) }
    }

    private static func excess(_ values: [String]) -> String? {
        if values.count > mostValues { return "Au plus \(mostValues) valeurs peuvent être données pour un même filtre." }
        if values.contains(where: { $0.count > longest }) { return "La valeur du filtre est trop longue (\(longest) caractères au plus)." }
        // An address stays in histories and logs: such a number may not even be looked for.
        if values.contains(where: { SocialSecurityNumber.isPresent(in: $0) }) { return SocialSecurityNumber.refusal }
        if values.contains(where: { TextRules.hasControls($0) }) { return "La valeur du filtre contient un caractère non accepté." }
        return nil
    }

    private func test(_ parameter: Parameter, _ values: [String]) -> Result<FilterTest, InputFault> {
        let field = record.fields[parameter.field]
        switch (FilterShape(field.kind), parameter.part) {
        case (.contains, _): return .success(.contains(values))
        case (.flag, _):
            let flags = values.compactMap { $0 == "true" ? true : $0 == "false" ? false : nil }
            return flags.count == values.count ? .success(.flags(flags)) : .failure(InputFault("Les valeurs possibles sont true et false."))
        case (.codes, _):
            let codes = allowedCodes(field)
            for value in values where !codes.contains(value) {
                return .failure(InputFault("« \(value.prefix(60)) » n’est pas une valeur du filtre « \(field.label) »."))
            }
            return .success(.anyCode(values))
        case (.reference, _):
            let ids = values.compactMap { Identifier($0) }
            return ids.count == values.count
                ? .success(.anyID(ids)) : .failure(InputFault("Le filtre « \(field.label) » attend un identifiant."))
        case (.period, .from): return day(field, values).map { .from($0) }
        case (.period, .to): return day(field, values).map { .to($0) }
        case (.period, _):
            guard values.count == 1, let period = Period(rawValue: values[0]) else {
                return .failure(
                    InputFault(
                        "Le filtre « \(field.label) » attend une seule de ces valeurs : \(Period.allCases.map(\.rawValue).joined(separator: ", "))."
                    ))
            }
            return .success(.period(period))
        case (.number, .min): return number(field, values).flatMap { Self.single($0, field).map { .atLeast($0) } }
        case (.number, .max): return number(field, values).flatMap { Self.single($0, field).map { .atMost($0) } }
        case (.number, _): return number(field, values).map { .equals($0) }
        }
    }

    /// Codes a filter knows: those of the list, and the states of the workflow.
    func allowedCodes(_ field: RecordField) -> [String] {
        if let workflow = record.workflow, workflow.field == field.name { return workflow.states.map(\.code) }
        switch field.kind {
        case .choice(let list), .choices(let list): return list.codes.map(\.code)
        default: return []
        }
    }

    private func day(_ field: RecordField, _ values: [String]) -> Result<CivilDate, InputFault> {
        guard values.count == 1 else { return .failure(InputFault("Une seule date est attendue.")) }
        return FieldText.date(values[0])
    }

    private func number(_ field: RecordField, _ values: [String]) -> Result<[FieldValue], InputFault> {
        var numbers: [FieldValue] = []
        for value in values {
            switch FieldText.number(value, field.kind, isTyped: false) {
            case .success(let number): numbers.append(number)
            case .failure(let fault): return .failure(fault)
            }
        }
        return .success(numbers)
    }

    private static func single(_ values: [FieldValue], _ field: RecordField) -> Result<FieldValue, InputFault> {
        values.count == 1 ? .success(values[0]) : .failure(InputFault("Le filtre « \(field.label) » attend une seule valeur."))
    }
}
