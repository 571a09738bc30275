import Kernel

/// What an exercise is worth: points and amount of each indicator, the total, the advance.
public struct Simulation: Sendable {
    /// One indicator of the result.
    struct Line: Sendable {
        let indicator: AciIndicator
        /// What the indicator would give, whether or not the prerequisites are met.
        let points: Fraction
        /// The points in cents, without the increase.
        let amountCents: Int
        let working: Working
    }

    /// What was simulated, and under which rules.
    let input: SimulationInput
    let rules: RuleSet
    /// In the order of the accord, zero included.
    let lines: [Line]
    /// Prerequisites that give no point.
    let missingPrerequisites: [AciIndicatorID]
    /// Sum of the indicators; zero when a prerequisite is missing.
    let points: Fraction
    /// Sum of the indicators, whatever the prerequisites.
    let pointsAtStake: Fraction
    /// Precarity increase, percent.
    let increaseRate: ExactDecimal
    /// To be paid for the exercise, in cents.
    public let amountCents: Int
    let guaranteedMinimumApplied: Bool
    /// To be paid as the advance of the exercise, in cents.
    public let advanceCents: Int

    /// True when nothing stops the payment.
    var prerequisitesMet: Bool { missingPrerequisites.isEmpty }

    /// The line of an indicator, nil when the rules do not have it.
    func line(_ id: AciIndicatorID) -> Line? { lines.first { $0.indicator.id == id } }
}

extension Simulation {
    /// Simulates. Throws when a number does not fit the exact calculation.
    init(_ input: SimulationInput, _ rules: RuleSet) throws(DocumentRefusal) {
        let evaluation = Evaluation(input, rules)
        let pointValue = rules.total.pointValue.value
        var lines: [Line] = []
        lines.reserveCapacity(rules.indicators.count)
        var sum = Fraction.zero
        var missing: [AciIndicatorID] = []
        for indicator in rules.indicators {
            var (points, working) = evaluation.points(indicator, isKept: true)
            if rules.total.prorated == .all, !indicator.isDated { points = points * evaluation.contract.value }
            guard let cents = (points * pointValue).roundedHalfUp else { throw Self.tooLarge }
            if indicator.isPrerequisite, points == .zero { missing.append(indicator.id) }
            sum += points
            lines.append(Line(indicator: indicator, points: points, amountCents: cents, working: working))
        }
        let rate = rules.total.increase(input)
        let increased = Fraction.one + Fraction(rate) * Fraction(1, over: 100)
        guard let earned = (sum * pointValue * increased).roundedHalfUp else { throw Self.tooLarge }
        let isPayable = missing.isEmpty && input.unpaid == nil
        let minimum = rules.total.guaranteedMinimum
        let isNew = minimum.covers(exercise: input.exercise, contract: input.contractStartsOn, project: input.healthProjectFiledOn)
        let mayApply = isNew && input.unpaid == nil && (isPayable || minimum.withoutPrerequisites == .yes)
        guard let least = (minimum.amount.value * evaluation.contract.value).roundedHalfUp else { throw Self.tooLarge }
        let amount = isPayable ? earned : 0
        self.input = input
        self.rules = rules
        self.lines = lines
        missingPrerequisites = missing
        points = isPayable ? sum : .zero
        pointsAtStake = sum
        increaseRate = rate
        guaranteedMinimumApplied = mayApply && amount < least
        amountCents = guaranteedMinimumApplied ? least : amount
        guard let advance = Self.advance(input, rules, lines, evaluation.contract, isNew: isNew, increased: increased).roundedHalfUp else {
            throw Self.tooLarge
        }
        advanceCents = input.unpaid == nil ? advance : 0
    }

    /// The share of what the core and prerequisite indicators give over a whole year, in proportion to the contract.
    private static func advance(
        _ input: SimulationInput, _ rules: RuleSet, _ lines: [Line], _ contract: YearShare, isNew: Bool, increased: Fraction
    ) -> Fraction {
        let reached = Evaluation(input, rules, mode: .reached, isFullYear: true)
        let entered = Evaluation(input, rules, isFullYear: true)
        var base = Fraction.zero
        for line in lines {
            switch line.indicator.advance {
            case .none: continue
            case .full: base += reached.points(line.indicator).points
            case .asEntered: base += entered.points(line.indicator).points
            }
        }
        let terms = rules.total.advance
        var advance = base * rules.total.pointValue.value * terms.share.value * Fraction(1, over: 100)
        if terms.increased == .yes { advance = advance * increased }
        if terms.minimumFor == .allStructures || isNew { advance = max(advance, terms.minimum.value) }
        return advance * contract.value
    }

    private static let tooLarge = DocumentRefusal([FieldFault("", "Ces nombres sont trop grands pour un calcul exact : vérifiez-les.")])
}

extension Simulation {
    /// What a first year is worth at least, when nobody knows which indicators follow the contract’s part of it: those whose rule does
    /// not say so are taken in proportion too. Nil when the whole year is covered or the rules decide.
    func leastOfFirstYear() throws(DocumentRefusal) -> Int? {
        let share = Evaluation(input, rules).contract
        guard !share.isWhole, rules.total.prorated == .unknown, amountCents > 0 else { return nil }
        var points = Fraction.zero
        for line in lines { points += line.indicator.isDated ? line.points : line.points * share.value }
        let least = try cents(points)
        return guaranteedMinimumApplied ? amountCents : least
    }
}

extension AciIndicator {
    /// True when its own rule says what becomes of a year that is not whole.
    var isDated: Bool {
        guard case .sum(_, let factors) = formula else { return false }
        return factors.contains { if case .concertationRate = $0 { false } else { true } }
    }
}

extension SimulationInput.Unpaid {
    /// A French sentence.
    var sentence: String {
        switch self {
        case .withoutContract: "Aucun contrat signé ne couvre cet exercice\u{A0}: rien n’est payé."
        case .beforeContract(let day): "Le contrat commence le \(French.mediumDate(day)), après cet exercice\u{A0}: rien n’est payé."
        case .afterContract(let day): "Le contrat a pris fin le \(French.mediumDate(day)), avant cet exercice\u{A0}: rien n’est payé."
        }
    }
}

extension TotalRules {
    /// Precarity increase in percent: what exceeds the national rates, added up, under the cap.
    func increase(_ input: SimulationInput) -> ExactDecimal {
        guard let precarity = input.precarity else { return .zero }
        let national = rates(of: input.exercise)
        // Without a national rate the reader has refused the input: the rate itself is the reference, and gives nothing.
        let css = precarity.css - (precarity.nationalCSS ?? national?.css.decimal ?? precarity.css)
        let ame = precarity.ame - (precarity.nationalAME ?? national?.ame.decimal ?? precarity.ame)
        return min(max(css, .zero) + max(ame, .zero), increaseCap.decimal)
    }
}
