import Kernel

extension RuleSetReader {
    /// The rules of the amount. `from`: the first exercise, which the national rates must not precede.
    mutating func totalRules(_ top: DocumentObject, from: Int?) -> TotalRules? {
        let names = ["point_value", "patients_reference", "increase", "guaranteed_minimum", "advance", "proration"]
        guard let value = top.members["total"], let object = reading.object(value, "total", names) else { return nil }
        let pointValue = parameter(object, "point_value", .centsPerPoint)
        let reference = parameter(object, "patients_reference", .patients)
        if let reference, reference.whole < 1 {
            reading.refuse("total.patients_reference.value", "La patientèle de référence est d’au moins 1.")
        }
        var cap: AciParameter?
        var rates: [TotalRules.NationalRates] = []
        if let value = object.members["increase"], let increase = reading.object(value, "total.increase", ["cap", "national_rates"]) {
            cap = parameter(increase, "cap", .percent)
            rates = nationalRates(increase)
        }
        let minimum = guaranteedMinimum(object)
        let advance = advance(object)
        var proration: TotalRules.ProrationBasis?
        var prorated = TotalRules.ProratedScope.unknown
        if let value = object.members["proration"], let terms = reading.object(value, "total.proration", ["basis"], optional: ["scope"]) {
            proration = choice(terms, "basis", TotalRules.ProrationBasis.self)
            prorated = choice(terms, "scope", TotalRules.ProratedScope.self) ?? prorated
        }
        guard let pointValue, let reference, let cap, let minimum, let advance, let proration else { return nil }
        return TotalRules(
            pointValue: pointValue, patientsReference: reference, increaseCap: cap, nationalRates: rates, guaranteedMinimum: minimum,
            advance: advance, proration: proration, prorated: prorated)
    }

    private mutating func nationalRates(_ increase: DocumentObject) -> [TotalRules.NationalRates] {
        var rates: [TotalRules.NationalRates] = []
        for (value, path) in reading.elements(increase, "national_rates") {
            guard let object = reading.object(value, path, ["from", "css", "ame"]) else { continue }
            let from = reading.whole(object, "from", 2000...2999)
            let css = parameter(object, "css", .percent)
            let ame = parameter(object, "ame", .percent)
            guard let from, let css, let ame else { continue }
            if let last = rates.last, from <= last.from {
                reading.refuse("\(path).from", "Les taux nationaux se suivent par exercice croissant : \(from) vient après \(last.from).")
            }
            rates.append(TotalRules.NationalRates(from: from, css: css, ame: ame))
        }
        return rates
    }

    private mutating func guaranteedMinimum(_ object: DocumentObject) -> TotalRules.GuaranteedMinimum? {
        let names = ["amount", "civil_years", "project_age", "without_prerequisites"]
        guard let value = object.members["guaranteed_minimum"],
            let minimum = reading.object(value, "total.guaranteed_minimum", names)
        else { return nil }
        let amount = parameter(minimum, "amount", .cents)
        let years = parameter(minimum, "civil_years", .years)
        let age = parameter(minimum, "project_age", .months)
        let without = choice(minimum, "without_prerequisites", TotalRules.YesNo.self)
        if let age, age.whole > 1200 { reading.refuse("total.guaranteed_minimum.project_age.value", "Indiquez au plus 1200 mois.") }
        guard let amount, let years, let age, let without else { return nil }
        return TotalRules.GuaranteedMinimum(amount: amount, civilYears: years, projectAge: age, withoutPrerequisites: without)
    }

    private mutating func advance(_ object: DocumentObject) -> TotalRules.Advance? {
        guard let value = object.members["advance"],
            let advance = reading.object(value, "total.advance", ["share", "minimum", "minimum_for", "increased"])
        else { return nil }
        let share = parameter(advance, "share", .percent)
        let minimum = parameter(advance, "minimum", .cents)
        let scope = choice(advance, "minimum_for", TotalRules.MinimumScope.self)
        let increased = choice(advance, "increased", TotalRules.YesNo.self)
        guard let share, let minimum, let scope, let increased else { return nil }
        return TotalRules.Advance(share: share, minimum: minimum, minimumFor: scope, increased: increased)
    }
}
