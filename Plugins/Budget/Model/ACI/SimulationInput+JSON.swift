public import Kernel

extension SimulationInput {
    /// Reads one object or an array of them; the flag tells which. Throws every fault at once, `[2].patients` in an array.
    public static func read(_ json: JSONValue, _ book: RuleBook) throws(DocumentRefusal) -> (inputs: [SimulationInput], isArray: Bool) {
        var reader = SimulationInputReader(book: book)
        let elements = json.arrayValue
        let inputs: [SimulationInput?] =
            if let elements {
                elements.indices.map { reader.input(elements[$0], "[\($0)]") }
            } else {
                [reader.input(json, "")]
            }
        guard reader.reading.faults.isEmpty else { throw DocumentRefusal(reader.reading.faults) }
        return (inputs.compactMap(\.self), elements != nil)
    }
}

/// Reads inputs, strictly: an unknown field, a wrong type, a negative number or a claim without rules is a fault.
struct SimulationInputReader {
    /// Counts end here, so that the calculation stays within 128 bits.
    static let greatestCount = 100_000_000

    let book: RuleBook
    var reading = DocumentReading()

    init(book: RuleBook) { self.book = book }

    mutating func input(_ json: JSONValue, _ prefix: String) -> SimulationInput? {
        guard let members = json.objectValue else {
            reading.refuse(prefix, "Indiquez un objet JSON décrivant la structure.")
            return nil
        }
        let rules = exercise(json["exercise"], prefix)
        for name in ["patients", "professionals"] where json[name] == nil {
            reading.refuse(DocumentReading.join(prefix, name), "Ce champ est obligatoire.")
        }
        var input = SimulationInput(exercise: rules?.exercise ?? 0, patients: 0, professionals: 0)
        for (name, value) in members where name != "exercise" {
            let path = DocumentReading.join(prefix, name)
            guard Self.isGroup(name) else {
                field(name, value, path, &input, rules?.set)
                continue
            }
            guard let group = value.objectValue else {
                reading.refuse(path, "Indiquez un objet JSON.")
                continue
            }
            if name == "precarity" { input.precarity = SimulationInput.Precarity() }
            for (inner, value) in group {
                let field = DocumentReading.join(name, inner)
                self.field(field, value, DocumentReading.join(prefix, field), &input, rules?.set)
            }
        }
        checkContract(input, prefix)
        checkRates(input, prefix, rules?.set)
        return input
    }

    private static func isGroup(_ name: String) -> Bool {
        switch name {
        case "opening", "crisis", "users", "concertation", "quality", "child_obesity", "information_system", "precarity", "contract": true
        default: false
        }
    }

    private mutating func exercise(_ value: JSONValue?, _ prefix: String) -> (exercise: Int, set: RuleSet)? {
        let path = DocumentReading.join(prefix, "exercise")
        guard let value else {
            reading.refuse(path, "Ce champ est obligatoire.")
            return nil
        }
        guard let year = Self.whole(value) else {
            reading.refuse(path, "Indiquez l’année civile de l’exercice, en nombre entier.")
            return nil
        }
        guard (1...9999).contains(year), let set = book.ruleSet(for: year) else {
            reading.refuse(path, "Aucun jeu de règles pour l’exercice \(year). Exercices couverts : \(book.periods).")
            return nil
        }
        return (year, set)
    }

    private mutating func field(_ name: String, _ value: JSONValue, _ path: String, _ input: inout SimulationInput, _ rules: RuleSet?) {
        if let fact = Fact.at(name) {
            guard let count = count(fact, value, path) else { return }
            input[fact] = count
            if let rules, count > 0, !fact.isNeutral, !rules.facts.contains(fact) {
                reading.refuse(
                    path,
                    "Les règles de l’exercice \(input.exercise) (« \(rules.id) ») n’ont pas d’indicateur pour ce champ : retirez-le.")
            }
            return
        }
        switch name {
        case "opening.weekday_hours": decimal(value, path, 24, "heures").map { input.weekdayHours = $0 }
        case "opening.holiday_closure_weeks": decimal(value, path, 53, "semaines").map { input.holidayClosureWeeks = $0 }
        case "opening.other_closure_weeks": decimal(value, path, 53, "semaines").map { input.otherClosureWeeks = $0 }
        case "concertation.rate_precision":
            if let word = value.stringValue.flatMap(RatePrecision.init(rawValue:)) {
                input.ratePrecision = word
            } else {
                reading.refuse(path, DocumentReading.expected(RatePrecision.allCases.map(\.rawValue)))
            }
        case "information_system.acquired_on": input.acquiredOn = date(value, path)
        case "contract.starts_on": input.contractStartsOn = date(value, path)
        case "contract.health_project_filed_on": input.healthProjectFiledOn = date(value, path)
        case "precarity.css_rate": percent(value, path).map { input.precarity?.css = $0 }
        case "precarity.ame_rate": percent(value, path).map { input.precarity?.ame = $0 }
        case "precarity.national_css_rate": input.precarity?.nationalCSS = percent(value, path)
        case "precarity.national_ame_rate": input.precarity?.nationalAME = percent(value, path)
        default: reading.refuse(path, "Ce champ est inconnu.")
        }
    }
}
