import Kernel

/// The rule sets at hand, one for each exercise.
///
/// A rule set without an end holds until a later one begins, so an administrator adds the rules of a new exercise without
/// touching those before.
public struct RuleBook: Sendable {
    /// In order of their first exercise.
    public let ruleSets: [RuleSet]

    /// Throws all conflicts at once: two sets of one id, two sets for one exercise.
    public init(_ ruleSets: [RuleSet]) throws(DocumentRefusal) {
        let ordered = ruleSets.sorted { $0.from < $1.from }
        var reading = DocumentReading()
        for (index, set) in ordered.enumerated() {
            for other in ordered[..<index] {
                if other.id == set.id { reading.refuse(set.id, "Deux jeux de règles portent l’identifiant « \(set.id) ».") }
                let isOverlap = other.to.map { $0 >= set.from } ?? (other.from == set.from)
                if isOverlap {
                    reading.refuse(
                        set.id, "L’exercice \(set.from) a deux jeux de règles : « \(other.id) » et « \(set.id) ». Corrigez leurs exercices."
                    )
                }
            }
        }
        guard reading.faults.isEmpty else { throw DocumentRefusal(reading.faults) }
        self.ruleSets = ordered
    }

    /// The rules of an exercise; nil when there are none.
    func ruleSet(for exercise: Int) -> RuleSet? {
        guard let set = ruleSets.last(where: { $0.from <= exercise }) else { return nil }
        guard let to = set.to else { return set }
        if exercise <= to { return set }
        // Past a bounded set, an open one from before it holds again.
        return ruleSets.last { $0.from <= exercise && ($0.to.map { $0 >= exercise } ?? true) }
    }

    /// The exercises that have rules, in French: « 2017 à 2021, 2022, 2023 et suivants ».
    var periods: String { ruleSets.map(\.period).joined(separator: ", ") }
}

extension RuleSet {
    /// Its exercises, in French: « 2017 à 2021 ».
    var period: String {
        guard let to else { return "\(from) et suivants" }
        return to == from ? "\(to)" : "\(from) à \(to)"
    }
}
