import Kernel

/// What changed from one simulation to another: two years, two rule sets, before and after an act.
struct SimulationComparison: Sendable {
    /// One indicator of either result; nil where its rules do not have it.
    struct Line: Sendable, Equatable {
        let id: AciIndicatorID
        let before: Fraction?
        let after: Fraction?
        /// Cents, without the increase.
        let differenceCents: Int
    }

    /// In the order of the accord.
    let lines: [Line]
    /// Difference of the amounts to be paid, in cents.
    let amountCents: Int
    let advanceCents: Int
}

extension Simulation {
    /// The differences, from this one to another.
    func compared(to other: Simulation) -> SimulationComparison {
        let lines = AciIndicatorID.allCases.compactMap { id -> SimulationComparison.Line? in
            let (before, after) = (line(id), other.line(id))
            guard before != nil || after != nil else { return nil }
            return SimulationComparison.Line(
                id: id, before: before?.points, after: after?.points,
                differenceCents: (after?.amountCents ?? 0) - (before?.amountCents ?? 0))
        }
        return SimulationComparison(
            lines: lines, amountCents: other.amountCents - amountCents, advanceCents: other.advanceCents - advanceCents)
    }
}
