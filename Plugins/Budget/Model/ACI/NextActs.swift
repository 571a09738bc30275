import Kernel

/// The least further act that earns something: one protocol more, one level more, wider opening hours.
struct NextAct: Sendable, Equatable {
    /// What would be done.
    enum Act: Sendable, Equatable {
        /// So many units of a fact more; a flag set; a level reached.
        case fact(Fact, more: Int)
        /// Weekday hours brought to this length.
        case weekdayHours(ExactDecimal)
    }

    let act: Act
    /// Indicators whose points would change.
    let indicators: [AciIndicatorID]
    /// Points more, whatever the prerequisites.
    let points: Fraction
    /// Cents more on those points, increase included, whatever the prerequisites.
    let stakeCents: Int
    /// Cents more to be paid: zero while another prerequisite is missing, everything when the last one is met.
    let amountCents: Int
}

/// What stands between the team and every payment, and what it would free.
struct Unlock: Sendable, Equatable {
    let missing: [AciIndicatorID]
    /// To be paid once all of them are met, nothing else changing.
    let amountCents: Int
}

extension Simulation {
    /// The prerequisites that miss; nil when none does, or when no contract covers the exercise.
    func unlock() throws(DocumentRefusal) -> Unlock? {
        guard !missingPrerequisites.isEmpty, input.unpaid == nil else { return nil }
        var points = pointsAtStake
        for id in missingPrerequisites { points += rules.indicator(id).map { maximum($0) } ?? .zero }
        return Unlock(missing: missingPrerequisites, amountCents: try cents(points))
    }

    /// What one act more is worth, for each act that earns something; the most precious first.
    ///
    /// Each is the input simulated again with the act done, so it says what the rules say: nothing beyond a cap, and the
    /// whole step where two units are needed.
    func nextActs() throws(DocumentRefusal) -> [NextAct] {
        var acts: [NextAct] = []
        for fact in Fact.allCases where rules.facts.contains(fact) && !fact.isCircumstance {
            // A step may need several units (two trainees); past a few, nothing comes any more.
            let most = fact.greatest.map { min($0 - input[fact], 1) } ?? 4
            for more in stride(from: 1, through: most, by: 1) {
                var next = input
                next[fact] += more
                guard let act = try nextAct(.fact(fact, more: more), next) else { continue }
                acts.append(act)
                break
            }
        }
        for indicator in rules.indicators {
            guard case .opening(let formula) = indicator.formula else { continue }
            let wider = formula.amplitudes.last { $0.atLeast.decimal > input.weekdayHours }
            guard let wider else { continue }
            var next = input
            next.weekdayHours = wider.atLeast.decimal
            if let act = try nextAct(.weekdayHours(wider.atLeast.decimal), next) { acts.append(act) }
        }
        return acts.sorted { ($0.amountCents, $0.stakeCents) > ($1.amountCents, $1.stakeCents) }
    }

    /// Nil when the act earns no point.
    private func nextAct(_ act: NextAct.Act, _ next: SimulationInput) throws(DocumentRefusal) -> NextAct? {
        let after = try Simulation(next, rules)
        let points = after.pointsAtStake - pointsAtStake
        guard points > .zero else { return nil }
        let increased = Fraction.one + Fraction(increaseRate) / Fraction(100)
        return NextAct(
            act: act, indicators: compared(to: after).lines.filter { $0.before != $0.after }.map(\.id), points: points,
            stakeCents: (points * rules.total.pointValue.value * increased).roundedHalfUp ?? 0,
            amountCents: after.amountCents - amountCents)
    }

    /// The most that an indicator can give this structure in this exercise: everything that a team can do is done, its size,
    /// its contract and the dates stay as entered.
    func maximum(_ indicator: AciIndicator) -> Fraction {
        Evaluation(input, rules, mode: .reached).points(indicator).points
    }
}
