import Kernel

/// What was simulated against what the payer notified and paid, indicator by indicator.
struct Reconciliation: Sendable {
    /// One milliard euros, far above any notice.
    static let mostCents = 99_999_999_999
    static let mostPoints = ExactDecimal(1_000_000)

    /// What the payer notified for one indicator.
    struct Notified: Sendable, Equatable {
        let points: ExactDecimal?
        let amountCents: Int
        /// Why it is not what was simulated, in a person's words.
        let reason: String?
    }

    struct Line: Sendable {
        let indicator: AciIndicatorID
        let name: String
        let simulatedPoints: ExactDecimal
        let simulatedCents: Int
        let notified: Notified?

        /// Notified less simulated, in cents; nil without a notice.
        var difference: Int? { notified.map { $0.amountCents - simulatedCents } }

        /// A difference that nobody has explained.
        var isUnexplained: Bool { (difference ?? 0) != 0 && notified?.reason == nil }

        /// What the difference looks like before a person says why; nil when there is none.
        var guess: String? {
            guard let difference, difference != 0, let notified else { return nil }
            if notified.amountCents == 0 { return "Indicateur non retenu par l’Assurance maladie." }
            if simulatedCents == 0 { return "Indicateur retenu que la simulation ne comptait pas." }
            guard let points = notified.points else { return nil }
            if points == simulatedPoints { return "Mêmes points\u{A0}: la valeur du point, la majoration ou l’arrondi diffère." }
            let gap = points - simulatedPoints
            return gap < .zero
                ? "\(French.points(.zero - gap)) de moins que la simulation." : "\(French.points(gap)) de plus que la simulation."
        }
    }

    struct Payment: Sendable {
        enum Kind: String, Sendable { case advance = "ADVANCE", balance = "BALANCE", adjustment = "REGULARISATION", recovery = "RECOVERY" }

        let kind: Kind
        let cents: Int
    }

    /// In the order of the accord; those that neither side knows are left out.
    let lines: [Line]
    let simulatedCents: Int
    let expectedAdvanceCents: Int
    /// Sum of the notice; nil when nothing was notified.
    let notifiedCents: Int?
    let receivedAdvanceCents: Int
    /// Balance, regularisations and recoveries.
    let receivedRestCents: Int

    init(
        simulated: [SimulatedLine], simulatedCents: Int, advanceCents: Int, notice: [AciIndicatorID: Notified], payments: [Payment]
    ) {
        lines = simulated.compactMap { line in
            let notified = notice[line.indicator]
            guard line.amountCents != 0 || notified != nil else { return nil }
            return Line(
                indicator: line.indicator, name: line.name, simulatedPoints: line.points, simulatedCents: line.amountCents,
                notified: notified)
        }
        self.simulatedCents = simulatedCents
        expectedAdvanceCents = advanceCents
        notifiedCents = notice.isEmpty ? nil : notice.values.reduce(0) { $0 + $1.amountCents }
        receivedAdvanceCents = payments.filter { $0.kind == .advance }.reduce(0) { $0 + $1.cents }
        receivedRestCents = payments.filter { $0.kind != .advance }.reduce(0) { $0 + $1.cents }
    }

    var receivedCents: Int { receivedAdvanceCents + receivedRestCents }
    /// What the exercise is worth as far as is known.
    var dueCents: Int { notifiedCents ?? simulatedCents }
    /// Still to come; negative: a debt of the MSP to the payer.
    var balanceCents: Int { dueCents - receivedCents }
    var isDebt: Bool { balanceCents < 0 }
    /// Sum of the lines and total differ by the increase and by a prerequisite that is missing.
    var unexplained: [Line] { lines.filter(\.isUnexplained) }
}
