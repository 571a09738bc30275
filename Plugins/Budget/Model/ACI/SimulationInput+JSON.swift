public import Kernel

extension SimulationInput {
    /// Reads one object or an array of them; the flag tells which. Throws every fault at once, `[2].patients` in an array.
    public static func read(_ json: JSONValue, _ book: RuleBook) throws(DocumentRefusal) -> (inputs: [SimulationInput], isArray: Bool) {
        var reader = SimulationInputReader(book: book)
        let elements = json.arrayValue
        let inputs: [SimulationInput?] =
            if let elements {
                elements.indices.map { reader.input(elements[$0], InputPlace(element: $0)) }
            } else {
                [reader.input(json, InputPlace(element: nil))]
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
    private let fields = InputField.all

    init(book: RuleBook) { self.book = book }

    mutating func input(_ json: JSONValue, _ place: InputPlace) -> SimulationInput? {
        guard let members = json.objectValue else {
            reading.refuse(place.path, "Indiquez un objet JSON décrivant la structure.")
            return nil
        }
        let rules = exercise(json["exercise"], place.member("exercise"))
        for name in ["patients", "professionals"] where !members.contains(where: { $0.0 == name }) {
            reading.refuse(place.member(name).path, "Ce champ est obligatoire.")
        }
        var input = SimulationInput(exercise: rules?.exercise ?? 0, patients: 0, professionals: 0)
        for (name, value) in members {
            guard let field = fields[name] else {
                reading.refuse(place.member(name).path, "Ce champ est inconnu.")
                continue
            }
            guard case .group(let inside) = field else {
                self.field(field, value, place.member(name), &input, rules?.set)
                continue
            }
            guard let group = value.objectValue else {
                reading.refuse(place.member(name).path, "Indiquez un objet JSON.")
                continue
            }
            if name == "precarity" { input.precarity = SimulationInput.Precarity() }
            for (inner, value) in group {
                if let field = inside[inner] {
                    self.field(field, value, place.member(inner, of: name), &input, rules?.set)
                } else {
                    reading.refuse(place.member(inner, of: name).path, "Ce champ est inconnu.")
                }
            }
        }
        checkContract(input, place)
        checkRates(input, place, rules?.set)
        return input
    }

    private mutating func exercise(_ value: JSONValue?, _ place: InputPlace) -> (exercise: Int, set: RuleSet)? {
        guard let value else {
            reading.refuse(place.path, "Ce champ est obligatoire.")
            return nil
        }
        guard let year = Self.whole(value) else {
            reading.refuse(place.path, "Indiquez l’année civile de l’exercice, en nombre entier.")
            return nil
        }
        guard (1...9999).contains(year), let set = book.ruleSet(for: year) else {
            reading.refuse(place.path, "Aucun jeu de règles pour l’exercice \(year). Exercices couverts : \(book.periods).")
            return nil
        }
        return (year, set)
    }

    private mutating func field(
        _ field: InputField, _ value: JSONValue, _ place: @autoclosure () -> InputPlace, _ input: inout SimulationInput, _ rules: RuleSet?
    ) {
        switch field {
        case .exercise, .group: break
        case .fact(let fact):
            guard let count = count(fact, value, place()) else { return }
            input[fact] = count
            if let rules, count > 0, !fact.isNeutral, !rules.facts.contains(fact) {
                reading.refuse(
                    place().path,
                    "Les règles de l’exercice \(input.exercise) (« \(rules.id) ») n’ont pas d’indicateur pour ce champ : retirez-le.")
            }
        case .detail(let detail): self.detail(detail, value, place(), &input)
        }
    }

    private mutating func detail(
        _ detail: InputDetail, _ value: JSONValue, _ place: @autoclosure () -> InputPlace, _ input: inout SimulationInput
    ) {
        switch detail {
        case .weekdayHours: decimal(detail, value, place()).map { input.weekdayHours = $0 }
        case .holidayClosureWeeks: decimal(detail, value, place()).map { input.holidayClosureWeeks = $0 }
        case .otherClosureWeeks: decimal(detail, value, place()).map { input.otherClosureWeeks = $0 }
        case .ratePrecision:
            if let word = value.stringValue.flatMap(RatePrecision.init(rawValue:)) {
                input.ratePrecision = word
            } else {
                reading.refuse(place().path, DocumentReading.expected(RatePrecision.allCases.map(\.rawValue)))
            }
        case .acquiredOn: input.acquiredOn = date(value, place())
        case .contractStartsOn: input.contractStartsOn = date(value, place())
        case .contractEndsOn: input.contractEndsOn = date(value, place())
        case .healthProjectFiledOn: input.healthProjectFiledOn = date(value, place())
        case .cssRate: decimal(detail, value, place()).map { input.precarity?.css = $0 }
        case .ameRate: decimal(detail, value, place()).map { input.precarity?.ame = $0 }
        case .nationalCSSRate: input.precarity?.nationalCSS = decimal(detail, value, place())
        case .nationalAMERate: input.precarity?.nationalAME = decimal(detail, value, place())
        }
    }
}
