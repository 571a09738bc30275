import Kernel

/// Computes a run: rules and facts in, lines with their explanation out. Pure; no clock, no order, no binary fraction.
///
/// Each fact follows the version in force on its day. Under each version: exact amounts are summed per person, rounded once to
/// the cent, then reduced by the cap per person, then by the cap of all in proportion.
enum IndemnityCalculation {
    static func run(rules: [IndemnityRule], facts: IndemnityFacts) -> IndemnityResult {
        var anomalies: [IndemnityAnomaly] = []
        let period = PeriodFilter(facts, rules: rules, anomalies: &anomalies)
        let review = PresenceReview(period.presences, foreign: facts.foreign, rules: rules)
        anomalies += review.anomalies
        var lines: [Identifier: IndemnityLine] = [:]
        var explanation: [String] = []
        // A cap holds across versions: what an earlier one grants counts against the caps of the next.
        var granted = facts.grantedBefore
        let applied = rules.filter { $0.validFrom <= facts.to && ($0.validTo ?? facts.to) >= facts.from }
            .sorted { ($0.validFrom, $0.version) < ($1.validFrom, $1.version) }
        let last = applied.last { $0.isInForce(on: facts.to) }
        if let adjustment = facts.adjustments.first, last == nil {
            anomalies.append(
                IndemnityAnomaly(
                    kind: .adjustment, person: adjustment.person, sources: [],
                    message: "Aucune règle n’est en vigueur le \(French.date(facts.to)) : les ajustements ne sont pas appliqués."))
        }
        for rule in applied {
            var block = IndemnityBlock(rule: rule)
            for (presence, used) in review.payable where used == rule {
                block.add(presence, alreadyCounted: review.alreadyCounted[presence.id] ?? 0)
            }
            for credit in period.credits where rule.isInForce(on: credit.day) { block.add(credit) }
            for task in period.tasks where rule.isInForce(on: task.day) { block.add(task) }
            if rule == last {
                block.shareSurplus(facts)
                block.add(facts.adjustments)
            }
            block.close(grantedBefore: granted)
            anomalies += block.anomalies
            explanation += block.explanation
            for (person, line) in block.lines {
                granted[person, default: 0] += line.finalCents
                lines[person] = lines[person].map { $0.adding(line) } ?? line
            }
        }
        return IndemnityResult(
            lines: lines.values.sorted { $0.person < $1.person }, anomalies: anomalies.sorted(by: IndemnityAnomaly.inOrder),
            explanation: explanation, rules: applied)
    }
}

/// Facts of the period, each once; what lies outside or has no rule is told.
private struct PeriodFilter {
    var presences: [PresenceTime] = []
    var credits: [CreditTime] = []
    var tasks: [TaskDone] = []

    init(_ facts: IndemnityFacts, rules: [IndemnityRule], anomalies: inout [IndemnityAnomaly]) {
        var seen: Set<Identifier> = []
        func note(_ kind: IndemnityAnomaly.Kind, _ person: Identifier, _ id: Identifier, _ message: String) {
            anomalies.append(IndemnityAnomaly(kind: kind, person: person, sources: [id], message: message))
        }
        func isInside(_ day: CivilDate, _ person: Identifier, _ id: Identifier, _ title: String) -> Bool {
            if day >= facts.from, day <= facts.to { return true }
            note(.outsidePeriod, person, id, "« \(title) » est du \(French.date(day)), hors de la période : ce temps n’est pas compté.")
            return false
        }
        func isPayable(_ day: CivilDate, _ person: Identifier, _ id: Identifier, _ title: String, _ isApproved: Bool, _ capacity: Capacity)
            -> Bool
        {
            guard isInside(day, person, id, title) else { return false }
            guard seen.insert(id).inserted else {
                note(.duplicate, person, id, "« \(title) » figure deux fois pour cette personne : le temps n’est compté qu’une fois.")
                return false
            }
            guard let rule = rules.first(where: { $0.isInForce(on: day) }) else {
                note(.noRule, person, id, "Aucune règle n’est en vigueur le \(French.date(day)) : « \(title) » n’est pas compté.")
                return false
            }
            guard isApproved else {
                note(.notApproved, person, id, "« \(title) » n’est pas validé par la gérance : ce temps n’est pas compté.")
                return false
            }
            guard rule.method == .none || rule.eligible.accepts(capacity.standing) else {
                note(.notEligible, person, id, rule.refusal(of: capacity, for: title))
                return false
            }
            return true
        }
        presences = facts.presences.filter { isInside($0.day, $0.person, $0.id, $0.title) }
        for credit in facts.credits.sorted(by: { $0.id < $1.id })
        where isPayable(credit.day, credit.person, credit.id, credit.title, credit.isApproved, credit.capacity) { credits.append(credit) }
        for task in facts.tasks.sorted(by: { $0.id < $1.id })
        where isPayable(task.day, task.person, task.id, task.title, task.isApproved, task.capacity) { tasks.append(task) }
    }
}

extension IndemnityLine {
    /// The same person under two versions of the rule.
    fileprivate func adding(_ other: IndemnityLine) -> IndemnityLine {
        IndemnityLine(
            person: person, items: items + other.items, grossCents: grossCents + other.grossCents,
            reductionCents: reductionCents + other.reductionCents, explanation: explanation + other.explanation)
    }
}
