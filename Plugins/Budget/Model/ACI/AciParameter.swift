import Kernel

/// How sure a figure is.
enum ParameterStatus: String, CaseIterable, Sendable {
    case certain
    case toVerify = "to_verify"
    case unknown

    /// French name, shown beside the figure.
    var label: String {
        switch self {
        case .certain: "certain"
        case .toVerify: "à vérifier"
        case .unknown: "inconnu, valeur retenue"
        }
    }
}

/// What a figure counts.
enum ParameterUnit: String, CaseIterable, Sendable {
    case points
    case pointsPerUnit = "points_per_unit"
    /// Points for as many patients as the reference says, in proportion.
    case pointsPerReference = "points_per_reference"
    case patients
    case count
    case percent
    case hoursPerDay = "hours_per_day"
    case weeks
    case meetings
    case years
    case months
    case decimals
    case cents
    case centsPerPoint = "cents_per_point"
    /// One of a list of words.
    case choice

    /// French name.
    var label: String {
        switch self {
        case .points: "points"
        case .pointsPerUnit: "points par unité"
        case .pointsPerReference: "points pour la patientèle de référence"
        case .patients: "patients"
        case .count: "unités"
        case .percent: "%"
        case .hoursPerDay: "heures par jour"
        case .weeks: "semaines"
        case .meetings: "réunions"
        case .years: "années civiles"
        case .months: "mois"
        case .decimals: "décimales"
        case .cents: "centimes"
        case .centsPerPoint: "centimes par point"
        case .choice: "choix"
        }
    }

    /// Kept in cents, shown and typed in euros.
    var isMoney: Bool { self == .cents || self == .centsPerPoint }

    /// What a person types.
    var typed: String {
        switch self {
        case .cents: "€"
        case .centsPerPoint: "€ par point"
        default: label
        }
    }

    /// Figures of this unit have no digits after the point.
    var isWhole: Bool {
        switch self {
        case .points, .pointsPerUnit, .pointsPerReference, .percent, .hoursPerDay, .weeks: false
        case .patients, .count, .meetings, .years, .months, .decimals, .cents, .centsPerPoint, .choice: true
        }
    }
}

/// One dated figure of a rule set. A class, because formulas hand it on all the time and it never changes.
final class AciParameter: Sendable {
    let decimal: ExactDecimal
    let unit: ParameterUnit
    /// The figure, ready for the calculation.
    let value: Fraction
    /// The figure when it is whole, else the whole part.
    let whole: Int

    init(_ decimal: ExactDecimal, _ unit: ParameterUnit) {
        self.decimal = decimal
        self.unit = unit
        value = Fraction(decimal)
        whole = Int(clamping: value.floor)
    }
}

/// A figure or a choice as screens show it: where it stands, its value, where it comes from, how sure it is.
struct ParameterLine: Sendable, Equatable {
    /// Path in the document: `indicators[9].formula.parts[0].points`.
    let path: String
    let unit: ParameterUnit
    /// Plain digits, or the word of a choice.
    let value: String
    /// Keys of the rule set's list of sources.
    let sources: [String]
    let status: ParameterStatus
    let note: String?
}
