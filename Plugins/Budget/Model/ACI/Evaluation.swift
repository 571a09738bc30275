import Kernel

/// The points of one indicator under one rule set.
struct Evaluation {
    /// What the facts are taken to be.
    enum Mode { case actual, reached }

    let input: SimulationInput
    let rules: RuleSet
    let contract: YearShare
    let acquisition: YearShare
    /// `reached`: what the team can do is taken as done; circumstances stay as entered.
    let mode: Mode

    init(_ input: SimulationInput, _ rules: RuleSet, mode: Mode = .actual, isFullYear: Bool = false) {
        self.input = input
        self.rules = rules
        self.mode = mode
        let basis = rules.total.proration
        contract =
            isFullYear
            ? YearShare(of: input.exercise, from: nil, basis)
            : YearShare(of: input.exercise, from: input.contractStartsOn, to: input.contractEndsOn, basis)
        acquisition = YearShare(of: input.exercise, from: isFullYear ? nil : input.acquiredOn, basis)
    }

    /// Points, with the figures used when the working is kept.
    func points(_ indicator: AciIndicator, isKept: Bool = false) -> (points: Fraction, working: Working) {
        var working = Working(isKept: isKept)
        let points =
            switch indicator.formula {
            case .sum(let parts, let factors): sum(parts, factors, &working)
            case .opening(let formula): opening(formula, &working)
            }
        return (points, working)
    }

    private func sum(_ parts: [FormulaPart], _ factors: [FormulaFactor], _ working: inout Working) -> Fraction {
        var total = Fraction.zero
        for part in parts {
            if let missing = missing(part) {
                // Once for each condition; that the team has no IPA is not news.
                if working.isKept, !missing.fact.isNeutral, !working.notes.contains(where: { $0.lacks(missing) }) {
                    working.note(.missing(missing))
                }
            } else {
                total += points(part, &working)
            }
        }
        guard working.hasTerms else { return .zero }
        for factor in factors { total = total * apply(factor, &working) }
        return total
    }

    /// The first condition that does not hold, in the alternative that lacks least; nil when one holds whole.
    private func missing(_ part: FormulaPart) -> FactCondition? {
        // Nearly every part has one alternative or none.
        guard part.alternatives.count > 1 else { return part.alternatives.first?.first { !holds($0) } }
        var nearest: [FactCondition] = []
        for (index, conditions) in part.alternatives.enumerated() {
            let lacking = conditions.filter { !holds($0) }
            if lacking.isEmpty { return nil }
            if index == 0 || lacking.count < nearest.count { nearest = lacking }
        }
        return nearest.first
    }

    private func holds(_ condition: FactCondition) -> Bool {
        (mode == .reached && !condition.fact.isCircumstance) || input[condition.fact] >= condition.atLeast
    }

    private func points(_ part: FormulaPart, _ working: inout Working) -> Fraction {
        switch part.quantity {
        case .fixed:
            working.add(part.points.decimal, .once)
            return part.points.value
        case .units(let fact, let after, let upTo, let byPatients):
            let declared = mode == .reached && !fact.isCircumstance ? upTo?.whole ?? input[fact] : input[fact]
            let counted = Self.slice(declared, after, upTo)
            if let upTo, after == nil, declared > upTo.whole, !fact.isCircumstance {
                working.note(.capped(fact, declared: declared, counted: counted))
            }
            guard counted > 0 else { return .zero }
            let each = part.points.value * Fraction(counted)
            guard byPatients else {
                working.add(part.points.decimal, .units(counted))
                return each
            }
            let (patients, reference) = (input[.patients], rules.total.patientsReference.whole)
            working.add(part.points.decimal, .unitsByPatients(counted, patients, over: reference))
            return each * Fraction(patients, over: reference)
        case .patients(let after, let upTo):
            let counted = Self.slice(input[.patients], after, upTo)
            guard counted > 0 else { return .zero }
            let reference = rules.total.patientsReference.whole
            working.add(part.points.decimal, .patients(counted, over: reference))
            return part.points.value * Fraction(counted, over: reference)
        }
    }

    /// What of a number lies beyond `after`, up to `upTo`.
    private static func slice(_ number: Int, _ after: AciParameter?, _ upTo: AciParameter?) -> Int {
        max(0, min(number, upTo?.whole ?? number) - (after?.whole ?? 0))
    }
}
