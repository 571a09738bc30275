import Kernel

/// Two rules on the same facts, person by person: what a vote would change.
struct IndemnityComparison: Sendable, Equatable {
    struct Row: Sendable, Equatable {
        var person: Identifier
        var currentCents: Int
        var proposedCents: Int

        var differenceCents: Int { proposedCents - currentCents }
    }

    /// One row per person of either result, by identifier.
    var rows: [Row]
    var current: IndemnityResult
    var proposed: IndemnityResult

    var differenceCents: Int { proposed.totalCents - current.totalCents }

    /// Runs both. The rules take the place of each other on the whole period: dates of validity are set aside, nothing is stored.
    static func simulate(current: IndemnityRule, proposed: IndemnityRule, facts: IndemnityFacts) -> IndemnityComparison {
        func result(_ rule: IndemnityRule) -> IndemnityResult {
            var rule = rule
            rule.validFrom = facts.from
            rule.validTo = nil
            return IndemnityCalculation.run(rules: [rule], facts: facts)
        }
        return IndemnityComparison(result(current), result(proposed))
    }

    init(_ current: IndemnityResult, _ proposed: IndemnityResult) {
        let before = Dictionary(uniqueKeysWithValues: current.lines.map { ($0.person, $0.finalCents) })
        let after = Dictionary(uniqueKeysWithValues: proposed.lines.map { ($0.person, $0.finalCents) })
        rows = Set(before.keys).union(after.keys).sorted()
            .map { Row(person: $0, currentCents: before[$0] ?? 0, proposedCents: after[$0] ?? 0) }
        self.current = current
        self.proposed = proposed
    }

    /// « 14 personnes gagnent, 8 perdent, 3 sans changement ; le total passe de 33 480,00 € à 31 000,00 € ».
    var summary: String {
        let gain = rows.filter { $0.differenceCents > 0 }.count
        let lose = rows.filter { $0.differenceCents < 0 }.count
        return [
            "\(French.plural(gain, "personne reçoit", "personnes reçoivent")) davantage",
            "\(French.plural(lose, "personne reçoit", "personnes reçoivent")) moins",
            "\(French.plural(rows.count - gain - lose, "montant inchangé", "montants inchangés"))",
            "le total passe de \(French.money(cents: current.totalCents)) à \(French.money(cents: proposed.totalCents))",
        ].joined(separator: " ; ") + "."
    }
}
