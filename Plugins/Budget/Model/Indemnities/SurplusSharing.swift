import Kernel

/// One part of a surplus, split by points to the cent.
struct SurplusSharing {
    /// Cents per person with points.
    let shares: [Identifier: Int]
    /// French sentence about the whole.
    let explanation: String
    private let points: [Identifier: ExactDecimal]
    private let amount: Int

    /// - Parameter points: sixtieths of points per person (minutes times points per hour are whole in them).
    init(_ share: SurplusShare, surplus: Int, points: [Identifier: ExactDecimal]) {
        let surplus = min(max(0, surplus), IndemnityLimits.surplus)
        // Rounded down: the parts together never exceed the surplus.
        amount = (ExactDecimal(surplus) * share.percent).divided(by: ExactDecimal(100), scale: 0, rounding: .down)?.wholeNumber ?? 0
        self.points = points.filter { $0.value > .zero }
        shares = amount > 0 ? CentAllocation.split(amount, by: self.points) : [:]
        let part = "Excédent \(French.money(cents: surplus)) × \(French.percent(share.percent)) = \(French.money(cents: amount)) à partager"
        explanation =
            self.points.isEmpty
            ? "\(part) ; personne n’a de point : rien n’est partagé."
            : amount > 0
                ? "\(part) ; \(Self.text(self.points.values.reduce(.zero, +))) au total ; les centimes restants vont aux plus forts restes."
                : "\(part) : rien n’est partagé."
    }

    /// « 6 250,00 € × 12,5 points / 310 points = 252,02 € ».
    func words(for person: Identifier) -> [String] {
        let total = points.values.reduce(.zero, +)
        return [
            "\(French.money(cents: amount)) × \(Self.text(points[person] ?? .zero)) / \(Self.text(total)) = \(French.money(cents: shares[person] ?? 0))"
        ]
    }

    /// Sixtieths of points as points, to four decimals.
    private static func text(_ sixtieths: ExactDecimal) -> String {
        French.points((sixtieths.divided(by: ExactDecimal(60), scale: 4) ?? .zero).normalized)
    }
}
