import Kernel

/// How the points of an indicator came about, with the figures used; turned into French lines on demand.
struct Working: Sendable, Equatable {
    /// Points, and what they were multiplied by.
    struct Term: Sendable, Equatable {
        enum Quantity: Sendable, Equatable {
            case once
            case units(Int)
            case unitsByPatients(Int, Int, over: Int)
            case patients(Int, over: Int)
        }

        let points: ExactDecimal
        let quantity: Quantity
    }

    /// A multiplier below one.
    struct Factor: Sendable, Equatable {
        let top: ExactDecimal
        let bottom: ExactDecimal
    }

    /// What a reader must know beside the arithmetic.
    enum Note: Sendable, Equatable {
        case missing(FactCondition)
        case capped(Fact, declared: Int, counted: Int)
        case meetings(held: Int, minimum: Fraction)
        case rate(files: Int, eligible: Int, percent: Fraction, RatePrecision, decimals: Int, target: ExactDecimal)
        case noEligiblePatient
        case contract(YearShare)
        case acquisition(YearShare)
        case closedTooLong
        case tooFewHours(ExactDecimal)
        case withoutUnscheduledCare
        case deducted(Fact)
        case amplitude(ExactDecimal)
        case holidayClosure(ExactDecimal)
        case derogation
    }

    /// False for a calculation that nobody will read: only its points are wanted.
    let isKept: Bool
    /// True once a part has counted.
    private(set) var hasTerms = false
    private(set) var terms: [Term] = []
    private(set) var deductions: [ExactDecimal] = []
    private(set) var factors: [Factor] = []
    private(set) var notes: [Note] = []
    /// The points are zero whatever the terms.
    var isVoid = false

    init(isKept: Bool) { self.isKept = isKept }

    mutating func add(_ points: ExactDecimal, _ quantity: Term.Quantity) {
        hasTerms = true
        if isKept { terms.append(Term(points: points, quantity: quantity)) }
    }

    mutating func deduct(_ points: ExactDecimal) {
        if isKept { deductions.append(points) }
    }

    mutating func multiply(by top: ExactDecimal, over bottom: ExactDecimal) {
        if isKept { factors.append(Factor(top: top, bottom: bottom)) }
    }

    mutating func note(_ note: @autoclosure () -> Note) {
        if isKept { notes.append(note()) }
    }
}

extension Working.Note {
    /// True when this note already says that a condition does not hold.
    func lacks(_ condition: FactCondition) -> Bool {
        if case .missing(condition) = self { true } else { false }
    }
}
