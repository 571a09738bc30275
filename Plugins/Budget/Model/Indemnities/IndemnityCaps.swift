import Kernel

/// The caps of a rule (missions.md 6.2, `cap_per_person`, `cap_total` « with pro-rata when exceeded »): first each person's, then
/// that of all, which reduces everybody in proportion to what the first one left. Cents left go by largest remainder.
struct IndemnityCaps {
    /// Cents per person after the caps; never more than before them.
    let final: [Identifier: Int]
    /// French sentences per person.
    let words: [Identifier: [String]]
    /// French sentence about the cap of all, when it bites.
    let explanation: String?

    /// - Parameter grantedBefore: cents that earlier runs granted under the same caps.
    init(rule: IndemnityRule, gross: [Identifier: Int], grantedBefore: [Identifier: Int]) {
        var amounts = gross
        var words: [Identifier: [String]] = [:]
        if let cap = rule.capPerPerson {
            for (person, cents) in gross {
                let before = max(0, grantedBefore[person] ?? 0)
                let limit = max(0, cap - before)
                guard cents > limit else { continue }
                amounts[person] = limit
                let granted = before > 0 ? ", dont \(French.money(cents: before)) déjà accordés" : ""
                words[person, default: []].append(
                    "Plafond par personne \(French.money(cents: cap))\(granted)\u{00A0}: \(French.money(cents: cents)) ramenés à \(French.money(cents: limit))"
                )
            }
        }
        var sentence: String?
        if let cap = rule.capTotal {
            let before = grantedBefore.values.map { max(0, $0) }.reduce(0, +)
            let limit = max(0, cap - before)
            let sum = amounts.values.reduce(0, +)
            if sum > limit {
                let shares = CentAllocation.split(limit, by: amounts.mapValues { Int128($0) })
                for (person, cents) in amounts where cents > 0 {
                    words[person, default: []].append(
                        "Plafond de l’ensemble\u{00A0}: \(French.money(cents: cents)) × \(French.money(cents: limit)) / \(French.money(cents: sum)) = \(French.money(cents: shares[person] ?? 0))"
                    )
                }
                let granted = before > 0 ? ", dont \(French.money(cents: before)) déjà accordés" : ""
                sentence =
                    "Plafond de l’ensemble \(French.money(cents: cap))\(granted)\u{00A0}: les \(French.money(cents: sum)) calculés sont ramenés à \(French.money(cents: limit)), au prorata ; les centimes restants vont aux plus forts restes."
                amounts = shares
            }
        }
        final = amounts
        self.words = words
        explanation = sentence
    }
}
