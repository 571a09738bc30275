import Kernel

/// The calculation under one version of the rule.
struct IndemnityBlock {
    let rule: IndemnityRule
    private(set) var anomalies: [IndemnityAnomaly] = []
    private(set) var explanation: [String] = []
    private(set) var lines: [Identifier: IndemnityLine] = [:]
    private var items: [Identifier: [IndemnityItem]] = [:]
    /// Sixtieths of points per part and person.
    private var points: [Int: [Identifier: ExactDecimal]] = [:]

    init(rule: IndemnityRule) { self.rule = rule }

    private mutating func put(
        _ kind: IndemnityItem.Kind, _ person: Identifier, _ source: Identifier?, _ day: CivilDate?, _ title: String, minutes: Int = 0,
        _ amount: ExactAmount, _ words: [String]
    ) {
        items[person, default: []].append(
            IndemnityItem(
                kind: kind, source: source, day: day, title: title, minutes: minutes, amount: amount,
                explanation: "\(title)\u{00A0}: " + words.joined(separator: " ; ")))
    }

    private mutating func noRate(_ person: Identifier, _ source: Identifier, _ title: String) {
        anomalies.append(
            IndemnityAnomaly(
                kind: .noRate, person: person, sources: [source],
                message: "Aucune ligne du barème ne convient à cette personne pour « \(title) » : rien n’est compté."))
    }

    // MARK: Meetings, credits, tasks

    mutating func add(_ presence: PresenceTime, alreadyCounted: Int) {
        let (person, title) = (presence.person, presence.title)
        guard presence.isIndemnifiable else {
            return put(.meeting, person, presence.id, presence.day, title, .zero, ["réunion qui n’ouvre pas droit à indemnité"])
        }
        let concerned = rule.parts.indices.filter { rule.parts[$0].meetingTypes.contains(presence.meetingType) }
        guard !concerned.isEmpty else {
            let why = rule.method == .none ? "la règle ne prévoit aucune indemnité" : "réunion non indemnisée par la règle"
            return put(.meeting, person, presence.id, presence.day, title, .zero, [why])
        }
        let counted = CountedMinutes(presence, rule: rule, alreadyCounted: alreadyCounted)
        guard counted.minutes > 0 else {
            return put(.meeting, person, presence.id, presence.day, title, .zero, counted.steps)
        }
        var isFound = false
        for index in concerned {
            let part = rule.parts[index]
            if let share = part.share {
                let factor = share.factor(of: presence.capacity)
                let gained = share.pointsPerHour * ExactDecimal(counted.minutes) + share.pointsPerMeeting * ExactDecimal(60)
                points[index, default: [:]][person, default: .zero] += gained * factor
                isFound = true
            } else if part.method != .perTask,
                let rate = part.rates.first(where: { $0.fits(presence.capacity, meetingType: presence.meetingType) })
            {
                isFound = true
                if part.method.isHourly {
                    let amount = ExactAmount(minutes: counted.minutes, centsPerHour: rate.cents)
                    put(
                        .meeting, person, presence.id, presence.day, title, minutes: counted.minutes, amount,
                        counted.steps + [Self.hours(counted.minutes, rate.cents, amount)])
                } else {
                    let amount = ExactAmount(cents: rate.cents)
                    put(
                        .meeting, person, presence.id, presence.day, title, amount, ["forfait par réunion \(amount.equation)"])
                }
            }
        }
        if !isFound { noRate(person, presence.id, title) }
    }

    mutating func add(_ credit: CreditTime) {
        let counted = CountedMinutes(credit: credit.minutes, rule: rule)
        let concerned = rule.parts.indices.filter { index in
            let part = rule.parts[index]
            return part.countsCredits && (part.method.isHourly || (part.share.map { $0.pointsPerHour > .zero } ?? false))
        }
        guard !concerned.isEmpty else {
            return put(
                .credit, credit.person, credit.id, credit.day, credit.title, .zero, ["temps hors réunion non indemnisé par la règle"])
        }
        guard counted.minutes > 0 else {
            return put(.credit, credit.person, credit.id, credit.day, credit.title, .zero, counted.steps)
        }
        var isFound = false
        for index in concerned {
            let part = rule.parts[index]
            if let share = part.share {
                points[index, default: [:]][credit.person, default: .zero] +=
                    share.pointsPerHour * ExactDecimal(counted.minutes) * share.factor(of: credit.capacity)
                isFound = true
            } else if let rate = part.rates.first(where: { $0.fits(credit.capacity) }) {
                isFound = true
                let amount = ExactAmount(minutes: counted.minutes, centsPerHour: rate.cents)
                put(
                    .credit, credit.person, credit.id, credit.day, credit.title, minutes: counted.minutes, amount,
                    counted.steps + [Self.hours(counted.minutes, rate.cents, amount)])
            }
        }
        if !isFound { noRate(credit.person, credit.id, credit.title) }
    }

    mutating func add(_ task: TaskDone) {
        let units = min(max(0, task.units), IndemnityLimits.units)
        var isFound = rule.method == .none
        for index in rule.parts.indices {
            let part = rule.parts[index]
            if let share = part.share, share.pointsPerTask > .zero {
                points[index, default: [:]][task.person, default: .zero] +=
                    share.pointsPerTask * ExactDecimal(units * 60) * share.factor(of: task.capacity)
                isFound = true
            } else if part.method == .perTask, let rate = part.rates.first(where: { $0.fits(task.capacity, task: task.task) }) {
                isFound = true
                let amount = ExactAmount(cents: rate.cents * units)
                put(
                    .task, task.person, task.id, task.day, task.title, amount,
                    ["\(French.number(units)) × \(French.money(cents: rate.cents)) \(amount.equation)"])
            }
        }
        if !isFound { noRate(task.person, task.id, task.title) }
    }

    private static func hours(_ minutes: Int, _ cents: Int, _ amount: ExactAmount) -> String {
        "\(French.duration(minutes: minutes)) × \(French.money(cents: cents))/h \(amount.equation)"
    }

    // MARK: Surplus and adjustments

    /// Shares the surplus of the period by points, part by part.
    mutating func shareSurplus(_ facts: IndemnityFacts) {
        for index in rule.parts.indices {
            guard let share = rule.parts[index].share else { continue }
            for (person, capacity) in facts.beneficiaries where share.pointsFixed > .zero && rule.eligible.accepts(capacity.standing) {
                points[index, default: [:]][person, default: .zero] += share.pointsFixed * ExactDecimal(60) * share.factor(of: capacity)
            }
            let sharing = SurplusSharing(share, surplus: facts.surplusCents, points: points[index] ?? [:])
            explanation.append(sharing.explanation)
            if sharing.shares.isEmpty {
                anomalies.append(IndemnityAnomaly(kind: .nothingToShare, person: nil, sources: [], message: sharing.explanation))
            }
            for (person, cents) in sharing.shares.sorted(by: { $0.key < $1.key }) {
                put(.surplus, person, nil, nil, "Part de l’excédent", ExactAmount(cents: cents), sharing.words(for: person))
            }
        }
    }

    mutating func add(_ adjustments: [IndemnityAdjustment]) {
        for adjustment in adjustments.sorted(by: { ($0.person, $0.reason, $0.cents) < ($1.person, $1.reason, $1.cents) }) {
            guard rule.method != .none, adjustment.reason.contains(where: { !$0.isWhitespace }) else {
                let why = rule.method == .none ? "la règle ne prévoit aucune indemnité" : "aucun motif n’est indiqué"
                anomalies.append(
                    IndemnityAnomaly(
                        kind: .adjustment, person: adjustment.person, sources: [],
                        message: "Un ajustement de \(French.money(cents: adjustment.cents)) n’est pas appliqué : \(why)."))
                continue
            }
            let amount = ExactAmount(cents: min(max(adjustment.cents, -IndemnityLimits.cents), IndemnityLimits.cents))
            put(.adjustment, adjustment.person, nil, nil, "Ajustement", amount, ["\(adjustment.reason) \(amount.equation)"])
        }
    }

    // MARK: Totals and caps

    /// Sums, rounds once, applies the caps.
    mutating func close(grantedBefore: [Identifier: Int]) {
        var gross: [Identifier: Int] = [:]
        var words: [Identifier: [String]] = [:]
        for (person, list) in items {
            let exact = list.map(\.amount).reduce(.zero, +)
            if exact < .zero {
                anomalies.append(
                    IndemnityAnomaly(
                        kind: .adjustment, person: person, sources: [],
                        message: "Les ajustements dépassent le montant calculé : le montant est ramené à zéro."))
            }
            gross[person] = max(0, exact.roundedCents)
            let rounded = exact.isWhole ? "" : " ; arrondi au centime le plus proche\u{00A0}: \(French.money(cents: exact.roundedCents))"
            words[person] = ["Total (règle « \(rule.name) », version \(rule.version)) \(exact.equation)\(rounded)"]
        }
        let caps = IndemnityCaps(rule: rule, gross: gross, grantedBefore: grantedBefore)
        if let sentence = caps.explanation { explanation.append(sentence) }
        for (person, list) in items {
            let before = gross[person] ?? 0
            lines[person] = IndemnityLine(
                person: person, items: list.sorted(by: IndemnityItem.inOrder), grossCents: before,
                reductionCents: before - (caps.final[person] ?? before), explanation: (words[person] ?? []) + (caps.words[person] ?? []))
        }
    }
}

extension IndemnityItem {
    /// Dated items first, by day, kind and line; then those of the whole period.
    static func inOrder(_ a: IndemnityItem, _ b: IndemnityItem) -> Bool {
        let (x, y) = (a.day?.daysSinceEpoch ?? .max, b.day?.daysSinceEpoch ?? .max)
        return (x, a.kind.rawValue, a.source?.description ?? "", a.explanation) < (
            y, b.kind.rawValue, b.source?.description ?? "", b.explanation
        )
    }
}
