import Kernel

extension SimulationInputReader {
    /// A JSON number without fraction.
    static func whole(_ value: JSONValue) -> Int? {
        switch value {
        case .integer(let whole): whole
        case .decimal(let decimal): decimal.wholeNumber
        default: nil
        }
    }

    /// A flag, a level, a count or a choice, as a number.
    mutating func count(_ fact: Fact, _ value: JSONValue, _ place: @autoclosure () -> InputPlace) -> Int? {
        switch fact.shape {
        case .flag:
            if case .bool(let flag) = value { return flag ? 1 : 0 }
            reading.refuse(place().path, "Indiquez true ou false.")
        case .level(let top):
            if let level = Self.whole(value), (0...top).contains(level) { return level }
            reading.refuse(place().path, "Indiquez un niveau : 0, 1 ou \(top).")
        case .choice(let words):
            if let rank = value.stringValue.flatMap({ words.firstIndex(of: $0) }) { return rank }
            reading.refuse(place().path, DocumentReading.expected(words))
        case .count:
            guard let count = Self.whole(value) else {
                reading.refuse(place().path, "Indiquez un nombre entier.")
                return nil
            }
            if count < 0 {
                reading.refuse(place().path, "Ce nombre ne peut pas être négatif (\(count)).")
            } else if count > Self.greatestCount {
                reading.refuse(place().path, "Ce nombre est trop grand : \(French.number(Self.greatestCount)) au plus.")
            } else {
                return count
            }
        }
        return nil
    }

    /// A number from 0 to the bound of the field.
    mutating func decimal(_ detail: InputDetail, _ value: JSONValue, _ place: @autoclosure () -> InputPlace) -> ExactDecimal? {
        guard case .number(let bound, let unit) = detail.shape else { return nil }
        let number: ExactDecimal
        switch value {
        case .integer(let whole): number = ExactDecimal(whole)
        case .decimal(let decimal): number = decimal.normalized
        default:
            reading.refuse(place().path, "Indiquez un nombre, par exemple 12 ou 12.5.")
            return nil
        }
        if number < .zero {
            reading.refuse(place().path, "Ce nombre ne peut pas être négatif (\(French.number(number))).")
        } else if number > ExactDecimal(bound) {
            reading.refuse(place().path, "Indiquez au plus \(bound) \(unit).")
        } else if number.scale > 6 {
            reading.refuse(place().path, "Ce nombre a trop de décimales : six au plus.")
        } else {
            return number
        }
        return nil
    }

    /// A day, `2026-11-21`.
    mutating func date(_ value: JSONValue, _ place: @autoclosure () -> InputPlace) -> CivilDate? {
        if let date = value.stringValue.flatMap({ CivilDate($0) }) { return date }
        reading.refuse(place().path, "Indiquez une date existante au format AAAA-MM-JJ, par exemple \"2026-11-21\".")
        return nil
    }

    /// A contract that begins after the exercise or ended before it pays nothing in it: a mistake of year rather than a simulation.
    mutating func checkContract(_ input: SimulationInput, _ place: InputPlace) {
        if let end = input.contractEndsOn {
            let path = place.member("ends_on", of: "contract").path
            if let start = input.contractStartsOn, end < start {
                reading.refuse(path, "Le contrat prend fin le \(French.date(end)), avant de commencer.")
            } else if input.exercise > 0, end.year < input.exercise {
                reading.refuse(path, "Le contrat a pris fin le \(French.date(end)), avant l’exercice \(input.exercise).")
            }
        }
        guard input.exercise > 0, let start = input.contractStartsOn, start.year > input.exercise else { return }
        reading.refuse(
            place.member("starts_on", of: "contract").path,
            "Le contrat commence le \(French.date(start)), après l’exercice \(input.exercise).")
    }

    /// Without a national rate there is no difference to compute.
    mutating func checkRates(_ input: SimulationInput, _ place: InputPlace, _ rules: RuleSet?) {
        guard let rules, let precarity = input.precarity, rules.total.rates(of: input.exercise) == nil else { return }
        let message = "Le taux national de l’exercice \(input.exercise) n’est pas connu des règles : indiquez-le."
        if precarity.css > .zero, precarity.nationalCSS == nil {
            reading.refuse(place.member("national_css_rate", of: "precarity").path, message)
        }
        if precarity.ame > .zero, precarity.nationalAME == nil {
            reading.refuse(place.member("national_ame_rate", of: "precarity").path, message)
        }
    }
}
