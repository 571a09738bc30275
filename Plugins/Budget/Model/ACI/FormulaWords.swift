import Kernel

extension RuleSet {
    /// The formula of an indicator in French, one line for each part and factor.
    func words(_ indicator: AciIndicator) -> [String] {
        let lines =
            switch indicator.formula {
            case .opening(let formula): formula.words
            case .sum(let parts, let factors):
                parts.map { $0.words(reference: total.patientsReference.whole) } + factors.flatMap(\.words)
            }
        return lines.map { French.typeset($0) }
    }
}

extension RuleSet {
    /// How files that come back are counted.
    var filesCounted: ConcertationRate.FilesCounted {
        for indicator in indicators {
            guard case .sum(_, let factors) = indicator.formula else { continue }
            for case .concertationRate(let rate) in factors { return rate.files }
        }
        return .discussions
    }
}

extension FormulaPart {
    fileprivate func words(reference: Int) -> String {
        let conditions = alternatives.map { French.list($0.map { "« \($0.label) »" }) }.filter { !$0.isEmpty }
        let when = conditions.isEmpty ? "" : " si \(French.list(conditions, word: "ou bien"))"
        return "\(label) : \(amount(reference))\(when)."
    }

    private func amount(_ reference: Int) -> String {
        let patients = " × patientèle / \(French.number(reference))"
        switch quantity {
        case .fixed: return French.points(points.decimal)
        case .units(let fact, let after, let upTo, let byPatients):
            return "\(French.points(points.decimal))\(byPatients ? patients : "") par unité de « \(fact.label) »\(bounds(after, upTo))"
        case .patients(let after, let upTo):
            return "\(French.points(points.decimal))\(patients)\(bounds(after, upTo))"
        }
    }

    private func bounds(_ after: AciParameter?, _ upTo: AciParameter?) -> String {
        (after.map { ", au-delà de \(French.number($0.whole))" } ?? "") + (upTo.map { ", jusqu’à \(French.number($0.whole))" } ?? "")
    }
}

extension FormulaFactor {
    fileprivate var words: [String] {
        switch self {
        case .contractShare: ["En proportion de la part d’année couverte par le contrat."]
        case .acquisitionShare: ["En proportion de la part d’année depuis l’acquisition du premier logiciel."]
        case .concertationRate(let rate):
            [
                "En proportion du taux de dossiers examinés, entier à partir de \(French.percent(rate.target.decimal)).",
                "\(French.plural(rate.minimumMeetings.whole, "réunion", "réunions")) par an au moins, en proportion du contrat.",
            ]
        }
    }
}

extension OpeningFormula {
    fileprivate var words: [String] {
        var lines = ["\(French.points(full.decimal)) si « \(Fact.unscheduledCare.label) »."]
        lines += amplitudes.map {
            "À partir de \(French.number($0.atLeast.decimal)) heures par jour : minoration de \(French.points($0.deduction.decimal))."
        }
        if let least = amplitudes.last {
            lines.append("Moins de \(French.number(least.atLeast.decimal)) heures par jour : 0 point, sauf dérogation.")
        }
        lines.append("Fermeture le samedi matin : minoration de \(French.points(saturdayClosed.decimal)).")
        let weeks = French.plural(holidayClosureLimit.decimal, "semaine", "semaines")
        lines.append("Fermeture pendant les vacances scolaires, \(weeks) au plus : minoration de \(French.points(holidayClosure.decimal)).")
        let other = French.plural(otherClosureLimit.decimal, "semaine", "semaines")
        lines.append("Fermeture plus longue, ou de plus de \(other) hors vacances scolaires : 0 point.")
        return lines
    }
}
