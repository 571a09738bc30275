import Kernel

/// Where an exercise stands: today, on its last day at the present pace, and with everything done.
struct YearOutlook: Sendable {
    let facts: YearFacts
    let rules: RuleSet
    /// The day it is looked at, inside the exercise.
    let day: CivilDate
    let today: Simulation
    let atPace: Simulation
    /// Indicators that the team decided to leave out, by id.
    let leftOut: Set<AciIndicatorID>
    /// Sum of what each indicator can give this structure, those left out apart.
    let fullPoints: Fraction
    /// The same in cents, the increase included; zero for an exercise that no contract covers.
    let fullCents: Int
    /// What a first year is worth at least, when nobody knows what of it is paid in proportion.
    let firstYearLeast: Int?

    /// Computes. Throws when a number does not fit the exact calculation.
    init(_ facts: YearFacts, rules: RuleSet, day: CivilDate, leftOut: Set<AciIndicatorID> = []) throws(DocumentRefusal) {
        self.facts = facts
        self.rules = rules
        self.day = facts.clamped(day)
        self.leftOut = leftOut
        today = try Simulation(facts.input(on: day), rules)
        atPace = try Simulation(facts.inputAtPace(of: day), rules)
        var points = Fraction.zero
        for indicator in rules.indicators where !leftOut.contains(indicator.id) { points += today.maximum(indicator) }
        fullPoints = points
        fullCents = today.input.unpaid == nil ? try today.cents(points) : 0
        firstYearLeast = try today.leastOfFirstYear()
    }

    /// What one act more is worth; nothing for an exercise that no contract pays.
    func nextActs() throws(DocumentRefusal) -> [NextAct] { today.input.unpaid == nil ? try today.nextActs() : [] }

    /// How sure the rules are for this exercise.
    var standing: RuleSet.Standing { rules.standing(of: facts.exercise) }

    /// One indicator, from nothing to its most.
    struct Line: Sendable {
        let indicator: AciIndicator
        let points: Fraction
        let amountCents: Int
        let pacePoints: Fraction
        let maximum: Fraction
        let state: IndicatorState
    }

    /// In the order of the accord.
    var lines: [Line] {
        today.lines.map { line in
            let maximum = today.maximum(line.indicator)
            return Line(
                indicator: line.indicator, points: line.points, amountCents: line.amountCents,
                pacePoints: atPace.line(line.indicator.id)?.points ?? .zero, maximum: maximum,
                state: IndicatorState(
                    line.indicator, points: line.points, maximum: maximum, isLeftOut: leftOut.contains(line.indicator.id)))
        }
    }

    /// Points at the end of each month up to the day, whatever the prerequisites: what the drawing of the year shows.
    func months() throws(DocumentRefusal) -> [(month: CivilDate, points: Fraction)] {
        var months: [(month: CivilDate, points: Fraction)] = []
        for month in 1...12 {
            guard let first = CivilDate(year: facts.exercise, month: month, day: 1), first <= day else { break }
            let next = CivilDate(year: month == 12 ? facts.exercise + 1 : facts.exercise, month: month % 12 + 1, day: 1) ?? first
            months.append((first, try Simulation(facts.input(on: min(next.adding(days: -1), day)), rules).pointsAtStake))
        }
        return months
    }
}

extension Simulation {
    /// Points in cents, the increase of this structure included. Throws when they do not fit the exact calculation.
    func cents(_ points: Fraction) throws(DocumentRefusal) -> Int {
        let increased = Fraction.one + Fraction(increaseRate) * Fraction(1, over: 100)
        guard let cents = (points * rules.total.pointValue.value * increased).roundedHalfUp else {
            throw DocumentRefusal([FieldFault("", "Ces nombres sont trop grands pour un calcul exact : vérifiez-les.")])
        }
        return cents
    }
}

/// Where one indicator stands, always said in a word.
enum IndicatorState: String, Sendable {
    case reached, partial, missing, blocking, leftOut

    init(_ indicator: AciIndicator, points: Fraction, maximum: Fraction, isLeftOut: Bool) {
        self =
            if points >= maximum, points > .zero { .reached } else if points > .zero { .partial } else if indicator.isPrerequisite {
                .blocking
            } else if isLeftOut || maximum == .zero { .leftOut } else { .missing }
    }

    /// French word of the chip.
    var label: String {
        switch self {
        case .reached: "Atteint"
        case .partial: "En partie"
        case .missing: "À faire"
        case .blocking: "Bloquant"
        case .leftOut: "Non retenu"
        }
    }

    var tone: Tone {
        switch self {
        case .reached: .done
        case .partial: .note
        case .missing: .warn
        case .blocking: .stop
        case .leftOut: .soft
        }
    }
}
