import Kernel

/// What gives the points of an indicator: one of two kinds, parameterised by the rule set.
enum AciFormula: Sendable {
    /// Parts that add up, then factors.
    case sum([FormulaPart], [FormulaFactor])
    /// Opening hours: a full amount and deductions.
    case opening(OpeningFormula)
}

/// Points that add to an indicator when its conditions hold. A class, because each simulation walks through all of them.
final class FormulaPart: Sendable {
    /// What the points are multiplied by.
    enum Quantity: Sendable {
        /// Once.
        case fixed
        /// Each unit of a fact beyond `after`, up to `upTo`; by patients: each time over the reference of the rule set too.
        case units(Fact, after: AciParameter?, upTo: AciParameter?, byPatients: Bool)
        /// Patients beyond `after`, up to `upTo`, over the reference of the rule set.
        case patients(after: AciParameter?, upTo: AciParameter?)
    }

    /// French name, in explanations and in the formula in words.
    let label: String
    let points: AciParameter
    let quantity: Quantity
    /// One of these lists must hold whole; no list means always.
    let alternatives: [[FactCondition]]

    init(label: String, points: AciParameter, quantity: Quantity, alternatives: [[FactCondition]]) {
        self.label = label
        self.points = points
        self.quantity = quantity
        self.alternatives = alternatives.map { $0.map { FactCondition(fact: $0.fact, atLeast: $0.atLeast, part: label) } }
    }
}

/// A fact that reaches a value. Its threshold has the source and status of the part's points.
struct FactCondition: Sendable, Equatable {
    let fact: Fact
    let atLeast: Int
    /// `au moins 2 missions…`, in a sentence after « il manque ».
    let label: String
    /// What is said where it does not hold; written once, because most answers say it.
    let sentence: String

    /// - Parameter part: label of the part that it belongs to.
    init(fact: Fact, atLeast: Int, part: String = "") {
        self.fact = fact
        self.atLeast = atLeast
        label =
            switch fact.shape {
            case .flag: fact.label
            case .level: "\(fact.label) \(atLeast)"
            case .count: "\(fact.label), au moins \(atLeast)"
            case .choice(let words): "\(fact.label), au moins « \(words.indices.contains(atLeast) ? words[atLeast] : "?") »"
            }
        sentence = "\(part) : il manque « \(label) »."
    }

    /// The same condition, whatever part it belongs to.
    static func == (a: FactCondition, b: FactCondition) -> Bool { a.fact == b.fact && a.atLeast == b.atLeast }
}

/// What the sum of the parts is multiplied by.
enum FormulaFactor: Sendable {
    /// Part of the year covered by the contract.
    case contractShare
    /// Part of the year since the first software was acquired.
    case acquisitionShare
    /// Share of eligible patients' files examined, over a target.
    case concertationRate(ConcertationRate)
}

/// Rate of the concertation: files examined over patients in ALD or aged over 75.
struct ConcertationRate: Sendable {
    /// Percent from which the whole is paid.
    let target: AciParameter
    /// Meetings a year below which nothing is paid, in proportion to the contract's part of the year.
    let minimumMeetings: AciParameter
    /// What becomes of a minimum that is no whole number, in a first year.
    let rounding: MinimumRounding
    /// How a file that comes back is counted.
    let files: FilesCounted
    /// How the rate is read when the input does not say.
    let precision: RatePrecision
    /// Digits after the point of a percent, when the rate is cut or rounded.
    let decimals: AciParameter

    enum MinimumRounding: String, CaseIterable, Sendable { case exact, down }
    /// Each time that it is examined, or once a year.
    enum FilesCounted: String, CaseIterable, Sendable {
        case discussions, distinct

        /// French words, after the number.
        var label: String {
            switch self {
            case .discussions: "chaque examen compté"
            case .distinct: "chaque dossier compté une fois"
            }
        }
    }
}

/// What becomes of the digits of a rate.
enum RatePrecision: String, CaseIterable, Sendable {
    case truncate, exact, round

    /// French word, after the rate.
    var label: String {
        switch self {
        case .truncate: "tronqué"
        case .exact: "exact"
        case .round: "arrondi"
        }
    }
}

/// Opening hours and unscheduled care: two inseparable conditions, the first with deductions.
struct OpeningFormula: Sendable {
    /// Hours a day from which a deduction applies.
    struct Amplitude: Sendable {
        let atLeast: AciParameter
        let deduction: AciParameter
    }

    let full: AciParameter
    /// From the widest to the narrowest; below the last, nothing. A derogation counts as the widest.
    let amplitudes: [Amplitude]
    let saturdayClosed: AciParameter
    /// Deduction for a closure in the school holidays, and the weeks beyond which nothing is left.
    let holidayClosure: AciParameter
    let holidayClosureLimit: AciParameter
    /// Weeks outside the school holidays beyond which nothing is left.
    let otherClosureLimit: AciParameter
}
