import Kernel

/// The figures of rules as people read them: a name in French, an amount in euros.
extension RuleSet {
    /// « Protocole, jusqu’à »: what a figure is, without the name of its indicator.
    func name(_ line: ParameterLine) -> String {
        if let name = Self.names[line.path] { return name }
        let steps = line.path.split(separator: ".").map(String.init)
        guard let last = steps.last else { return line.path }
        if let rates = steps.first(where: { $0.hasPrefix("national_rates") }), let index = Self.index(rates),
            total.nationalRates.indices.contains(index)
        {
            return "Taux national \(last == "css" ? "C2S" : "AME") à partir de \(total.nationalRates[index].from)"
        }
        if let part = steps.first(where: { $0.hasPrefix("parts") }).flatMap(Self.index), let label = label(of: part, line) {
            return French.typeset(label + (Self.partEnds[last] ?? ""))
        }
        if let step = steps.first(where: { $0.hasPrefix("amplitudes") }).flatMap(Self.index) {
            return "Amplitude \(step + 1)\u{A0}: \(last == "at_least" ? "à partir de" : "minoration")"
        }
        return Self.ends[last] ?? last
    }

    /// The value, in euros for an amount of money.
    func shown(_ line: ParameterLine) -> String {
        guard let number = ExactDecimal(line.value) else { return Self.choices[line.value] ?? line.value }
        switch line.unit {
        case .cents, .centsPerPoint: return number.wholeNumber.map { French.money(cents: $0) } ?? French.number(number)
        case .percent: return French.percent(number)
        default: return French.number(number)
        }
    }

    /// The unit after the value; empty when the value says it.
    func unit(_ line: ParameterLine) -> String {
        switch line.unit {
        case .cents, .percent, .choice: ""
        case .centsPerPoint: "par point"
        default: line.unit.label
        }
    }

    private func label(of part: Int, _ line: ParameterLine) -> String? {
        let indicator = indicators.first { line.path.hasPrefix($0.path + ".") }
        guard case .sum(let parts, _)? = indicator?.formula, parts.indices.contains(part) else { return nil }
        return parts[part].label
    }

    /// `parts[2]` is 2.
    private static func index(_ step: String) -> Int? {
        guard let open = step.firstIndex(of: "["), step.hasSuffix("]") else { return nil }
        return Int(step[step.index(after: open)...].dropLast())
    }

    private static let partEnds = [
        "up_to": ", jusqu’à", "after": ", au-delà de",
    ]
    private static let names = [
        "total.point_value": "Valeur du point", "total.patients_reference": "Patientèle de référence",
        "total.increase.cap": "Majoration précarité, au plus",
        "total.guaranteed_minimum.amount": "Minimum garanti d’une structure nouvelle",
        "total.guaranteed_minimum.civil_years": "Minimum garanti pendant",
        "total.guaranteed_minimum.project_age": "Structure nouvelle\u{A0}: projet de santé déposé depuis moins de",
        "total.guaranteed_minimum.without_prerequisites": "Minimum garanti sans les prérequis", "total.advance.share": "Part avancée",
        "total.advance.minimum": "Avance, au moins", "total.advance.minimum_for": "Avance minimale pour",
        "total.advance.increased": "Avance majorée pour la précarité", "total.proration.basis": "Part d’année comptée",
        "total.proration.scope": "Première année en proportion",
    ]
    private static let ends = [
        "advance": "Dans l’avance", "full": "Ouverture complète", "saturday_closed": "Fermé le samedi matin\u{A0}: minoration",
        "holiday_closure": "Fermé pendant les vacances scolaires\u{A0}: minoration",
        "holiday_closure_limit": "Fermeture en vacances, au plus",
        "other_closure_limit": "Fermeture hors vacances, au plus", "target": "Taux de dossiers à atteindre",
        "minimum_meetings": "Réunions par an, au moins", "minimum_rounding": "Minimum de réunions d’une première année",
        "files": "Dossiers qui reviennent", "precision": "Taux de dossiers", "decimals": "Décimales du taux",
    ]
    /// Words of the choices that rules may hold.
    private static let choices = [
        "yes": "oui", "no": "non", "full": "à 100\u{202F}%", "as_entered": "tel que saisi", "none": "hors avance", "truncate": "tronqué",
        "exact": "exact", "round": "arrondi", "down": "arrondi vers le bas", "days": "en jours", "months": "en mois",
        "new_structures": "structures nouvelles", "all_structures": "toutes les structures", "discussions": "comptés à chaque examen",
        "distinct": "comptés une fois", "named": "là où la règle le dit", "all": "partout", "unknown": "inconnue",
    ]
}
