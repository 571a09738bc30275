import Kernel

/// Looks at the presences of a period before anything is counted: which may be paid, what is odd, which minutes were already counted.
struct PresenceReview {
    private(set) var anomalies: [IndemnityAnomaly] = []
    /// Presences that may be paid, with the rule in force on their day.
    private(set) var payable: [(presence: PresenceTime, rule: IndemnityRule)] = []
    /// Minutes of a presence that an earlier one of the same person already covers, by presence id.
    private(set) var alreadyCounted: [Identifier: Int] = [:]

    init(_ presences: [PresenceTime], foreign: [ForeignInterval], rules: [IndemnityRule]) {
        let sorted = presences.sorted(by: Self.inOrder)
        var seen: Set<String> = []
        var single: [PresenceTime] = []
        for presence in sorted {
            // The same line twice, or two lines of one person at one meeting: the first alone counts.
            guard seen.insert("\(presence.id)").inserted, seen.insert("\(presence.person)|\(presence.meeting)").inserted else {
                note(.duplicate, presence, "« \(presence.title) » figure deux fois pour cette personne : elle n’est comptée qu’une fois.")
                continue
            }
            single.append(presence)
        }
        findOverlaps(single)
        findForeign(single, foreign)
        for presence in single { review(presence, rules) }
        countOnce()
    }

    /// By start, end, then id: the order in which overlapping times are kept.
    static func inOrder(_ a: PresenceTime, _ b: PresenceTime) -> Bool { (a.from, a.to, a.id) < (b.from, b.to, b.id) }

    private mutating func note(_ kind: IndemnityAnomaly.Kind, _ presence: PresenceTime, and other: PresenceTime? = nil, _ message: String) {
        anomalies.append(
            IndemnityAnomaly(kind: kind, person: presence.person, sources: (other.map { [$0.id] } ?? []) + [presence.id], message: message))
    }

    private mutating func review(_ presence: PresenceTime, _ rules: [IndemnityRule]) {
        if presence.minutes > presence.meetingMinutes {
            note(
                .longerThanMeeting, presence,
                "« \(presence.title) » a duré \(French.duration(minutes: presence.meetingMinutes)) et la présence notée est de \(French.duration(minutes: presence.minutes)) : la durée de la réunion est retenue."
            )
        }
        guard let rule = rules.first(where: { $0.isInForce(on: presence.day) }) else {
            note(
                .noRule, presence,
                "Aucune règle n’est en vigueur le \(French.date(presence.day)) : « \(presence.title) » n’est pas comptée.")
            return
        }
        guard rule.method != .none, presence.isIndemnifiable else { return payable.append((presence, rule)) }
        if !presence.isSheetLocked {
            note(.sheetOpen, presence, "La feuille de « \(presence.title) » n’est pas verrouillée : cette présence n’est pas comptée.")
            return
        }
        if !presence.isSigned {
            note(.unsigned, presence, "La présence à « \(presence.title) » n’est pas signée : elle n’est pas comptée.")
            return
        }
        if !rule.eligible.accepts(presence.capacity.standing) {
            note(.notEligible, presence, rule.refusal(of: presence.capacity, for: presence.title))
            return
        }
        payable.append((presence, rule))
    }

    /// Two presences of one person at one time: told once per presence, with the earlier one that lasts longest.
    private mutating func findOverlaps(_ presences: [PresenceTime]) {
        var latest: [Identifier: PresenceTime] = [:]
        for presence in presences where presence.to > presence.from {
            if let earlier = latest[presence.person], earlier.to > presence.from {
                note(
                    .overlap, presence, and: earlier,
                    "« \(earlier.title) » et « \(presence.title) » se chevauchent : les minutes communes ne sont comptées qu’une fois.")
            }
            if latest[presence.person].map({ presence.to > $0.to }) ?? true { latest[presence.person] = presence }
        }
    }

    private mutating func findForeign(_ presences: [PresenceTime], _ foreign: [ForeignInterval]) {
        let byPerson = Dictionary(grouping: foreign, by: \.person)
        for presence in presences {
            guard byPerson[presence.person]?.contains(where: { $0.from < presence.to && $0.to > presence.from }) ?? false else { continue }
            // Nothing of the other structure: neither its name nor its hours.
            note(
                .foreignOverlap, presence,
                "Une autre structure a noté un temps de cette personne pendant « \(presence.title) » : le temps est compté ici, à vérifier avec elle."
            )
        }
    }

    /// Minutes that two payable presences share are left to the earlier one. Where late arrivals count from the start of the
    /// meeting, the minutes given that way are looked at too: they may have been spent, and paid, in another meeting.
    private mutating func countOnce() {
        func start(_ entry: (presence: PresenceTime, rule: IndemnityRule)) -> Instant {
            entry.rule.lateRule == .countFull
                ? entry.presence.from.adding(minutes: -max(0, entry.presence.lateMinutes)) : entry.presence.from
        }
        let sorted = payable.filter { $0.rule.pays(meetingType: $0.presence.meetingType) && $0.presence.isIndemnifiable }
            .map { (presence: $0.presence, start: start($0)) }
            .sorted { ($0.start, $0.presence.to, $0.presence.id) < ($1.start, $1.presence.to, $1.presence.id) }
        var covered: [Identifier: Instant] = [:]
        for (presence, start) in sorted where presence.to > start {
            if let until = covered[presence.person], until > start {
                let shared = min(until, presence.to).microseconds - start.microseconds
                alreadyCounted[presence.id] = Int((shared + 59_999_999) / 60_000_000)
            }
            covered[presence.person] = max(covered[presence.person] ?? presence.to, presence.to)
        }
    }
}

extension IndemnityRule {
    /// True when a part of the rule pays such a meeting.
    func pays(meetingType: String) -> Bool { parts.contains { $0.meetingTypes.contains(meetingType) } }

    /// Why somebody gets nothing under this rule.
    func refusal(of capacity: Capacity, for title: String) -> String {
        "Bénéficiaires de la règle : \(eligible.label) ; cette personne est \(capacity.standing.label) : « \(title) » n’est pas comptée."
    }
}
