import Kernel

/// What makes one look twice before a meeting is proven. Pure: facts in, doubts out.
struct MeetingDoubt: Sendable, Equatable {
    /// Stable code, with the number of the situation for one that was not reached.
    let code: String
    /// French sentence without its full stop.
    let sentence: String

    /// The facts that a sheet or a closing would prove.
    struct Facts: Sendable {
        var type: MeetingType
        var plannedMinutes: Int
        var plannedDay: CivilDate?
        var day: CivilDate
        var minutes: Int
        /// People counted for less than a quarter of it, minutes corrected by hand apart.
        var short = 0
        /// Situations told as discussed, with whether anything was written under their item.
        var cases: [(code: String, isWritten: Bool)]
    }

    /// Doubts about the time, which a locked sheet already proves.
    static func aboutTime(_ facts: Facts) -> [MeetingDoubt] {
        var doubts: [MeetingDoubt] = []
        let said = "\(French.duration(minutes: facts.minutes)) pour \(French.duration(minutes: facts.plannedMinutes)) prévues"
        if facts.minutes * 4 < facts.plannedMinutes {
            doubts.append(MeetingDoubt(code: "too_short", sentence: "durée très courte, \(said)"))
        }
        if facts.minutes > facts.plannedMinutes * 3 {
            doubts.append(MeetingDoubt(code: "too_long", sentence: "durée très longue, \(said)"))
        }
        if let planned = facts.plannedDay, planned != facts.day {
            doubts.append(
                MeetingDoubt(
                    code: "other_day", sentence: "tenue le \(French.longDate(facts.day)), prévue le \(French.longDate(planned))"))
        }
        if facts.short > 0 {
            let counted = French.plural(facts.short, "personne est comptée", "personnes sont comptées")
            doubts.append(
                MeetingDoubt(
                    code: "short_presence:\(facts.short)",
                    sentence: "\(counted) moins de \(French.duration(minutes: (facts.minutes + 3) / 4)) sur "
                        + "\(French.duration(minutes: facts.minutes))\u{A0}: corrigez les heures de la réunion ou, dans la séance, les leurs"
                ))
        }
        return doubts
    }

    /// Doubts about the situations, which the closing of a concertation proves.
    static func aboutCases(_ facts: Facts) -> [MeetingDoubt] {
        guard facts.type == .rcp else { return [] }
        if facts.cases.isEmpty { return [MeetingDoubt(code: "no_case", sentence: "aucune situation n’a été examinée")] }
        return facts.cases.filter { !$0.isWritten }.map {
            MeetingDoubt(code: "case_not_reached:\($0.code)", sentence: "situation \($0.code) sans note ni décision")
        }
    }

    /// Asks back unless each doubt was confirmed before or a reason is given now. What would be proven is said with it.
    static func ask(_ doubts: [MeetingDoubt], confirmed: Set<String>, reason: String?, proven: String) throws {
        let open = doubts.filter { !confirmed.contains($0.code) }
        guard !open.isEmpty, (reason ?? "").isEmpty else { return }
        let sentence =
            "À vérifier\u{A0}: \(open.map(\.sentence).joined(separator: "\u{202F}; ")). Serait prouvé\u{A0}: \(proven). "
            + "Corrigez, ou indiquez pourquoi c’est exact."
        throw Refusal(
            status: 409, code: "implausible", message: sentence,
            faults: [FieldFault("reason", sentence)])
    }
}
