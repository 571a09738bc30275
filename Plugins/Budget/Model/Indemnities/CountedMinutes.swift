import Kernel

/// Minutes that a rule pays for one presence, with the steps that led to them.
///
/// In this order (missions.md 6.2): never more than the meeting, the late rule, minutes already counted elsewhere, the minimum
/// of presence, the rounding of each time by itself.
struct CountedMinutes: Equatable {
    let minutes: Int
    /// French pieces of a sentence, from the sheet's minutes to the counted ones; empty when nothing changed.
    let steps: [String]

    init(_ presence: PresenceTime, rule: IndemnityRule, alreadyCounted: Int) {
        let length = max(0, presence.meetingMinutes)
        let present = min(max(0, presence.minutes), length)
        var steps: [String] = []
        func say(_ minutes: Int) -> String { French.duration(minutes: minutes) }
        if present != presence.minutes { steps.append("présence ramenée à \(say(present)), durée de la réunion") }
        var counted = present
        switch rule.lateRule {
        case .countReal: break
        case .countFull:
            counted = min(length, present + max(0, presence.lateMinutes))
            if counted != present { steps.append("présence \(say(present)), comptée \(say(counted)) depuis le début de la réunion") }
        case .zeroUnderHalf:
            if present * 2 < length {
                counted = 0
                steps.append("présence \(say(present)), sous la moitié des \(say(length)) de la réunion : non comptée")
            }
        }
        if alreadyCounted > 0, counted > 0 {
            let left = max(0, counted - alreadyCounted)
            steps.append("\(say(counted - left)) déjà comptées dans une autre réunion : reste \(say(left))")
            counted = left
        }
        if counted > 0, min(counted, present) < rule.minimumPresence {
            steps.append("\(say(min(counted, present))) de présence, sous le minimum de \(say(rule.minimumPresence)) : non comptée")
            counted = 0
        }
        let rounded = rule.rounding.apply(counted)
        if rounded != counted { steps.append("\(say(counted)) \(rule.rounding.words) : \(say(rounded))") }
        minutes = rounded
        self.steps = steps
    }

    /// Time declared outside meetings: rounded, nothing else.
    init(credit minutes: Int, rule: IndemnityRule) {
        let declared = min(max(0, minutes), 100_000)
        let rounded = rule.rounding.apply(declared)
        self.minutes = rounded
        steps =
            rounded == declared
            ? [] : ["\(French.duration(minutes: declared)) \(rule.rounding.words) : \(French.duration(minutes: rounded))"]
    }
}

extension MinuteRounding {
    /// « arrondies au quart d’heure le plus proche ».
    var words: String {
        let step = step == 15 ? "quart d’heure" : "multiple de \(French.duration(minutes: step))"
        return switch direction {
        case .nearest: "arrondies au \(step) le plus proche"
        case .down: "arrondies au \(step) inférieur"
        case .up: "arrondies au \(step) supérieur"
        }
    }
}
