import Kernel

/// What each demonstration MSP paid in the last closed year (missions.md 17.3), and how.
struct IndemnityDemoFigures: Sendable {
    let hours: Int
    let people: Int
    /// Cents per hour of doctors, and of everybody else; the same for a single rate.
    let doctorCents: Int
    let otherCents: Int

    /// By the MSP's letter; nil where nothing was paid.
    static func of(_ key: String) -> IndemnityDemoFigures? {
        switch key {
        case "A": IndemnityDemoFigures(hours: 214, people: 12, doctorCents: 8_000, otherCents: 5_000)
        // 620 h at 54 €: the 33 480 € of missions.md 17.4.
        case "B": IndemnityDemoFigures(hours: 620, people: 25, doctorCents: 5_400, otherCents: 5_400)
        case "C": IndemnityDemoFigures(hours: 2_310, people: 58, doctorCents: 4_800, otherCents: 4_800)
        case "D": IndemnityDemoFigures(hours: 905, people: 29, doctorCents: 8_000, otherCents: 5_000)
        case "E": IndemnityDemoFigures(hours: 118, people: 9, doctorCents: 5_400, otherCents: 5_400)
        case "F": IndemnityDemoFigures(hours: 342, people: 17, doctorCents: 5_000, otherCents: 5_000)
        case "G": IndemnityDemoFigures(hours: 486, people: 22, doctorCents: 7_000, otherCents: 5_000)
        default: nil
        }
    }

    /// The rule voted, and the one that is being thought about.
    func rule(year: Int) -> IndemnityRule {
        let isFlat = doctorCents == otherCents
        return rule(
            isFlat ? "Taux unique" : "Taux par profession", from: CivilDate(year: year, month: 1, day: 1),
            method: isFlat ? .hourlyFlat : .hourlyByProfession,
            rates: isFlat
                ? [IndemnityRate(cents: otherCents)]
                : [IndemnityRate(profession: "GP", cents: doctorCents), IndemnityRate(cents: otherCents)])
    }

    func draft(year: Int) -> IndemnityRule {
        let isFlat = doctorCents == otherCents
        return rule(
            isFlat ? "Projet\u{A0}: 80 € pour les médecins" : "Projet\u{A0}: taux unique", from: CivilDate(year: year, month: 1, day: 1),
            method: isFlat ? .hourlyByProfession : .hourlyFlat,
            rates: isFlat ? [IndemnityRate(profession: "GP", cents: 8_000), IndemnityRate(cents: 5_000)] : [IndemnityRate(cents: 5_600)])
    }

    private func rule(_ name: String, from: CivilDate?, method: IndemnityMethod, rates: [IndemnityRate]) -> IndemnityRule {
        let part = IndemnityPart(method: method, meetingTypes: ["RCP", "TEAM", "PROTOCOL", "ACTION", "SIS", "USERS"], rates: rates)
        return IndemnityRule(
            name: name, version: 1, validFrom: from ?? CivilDate(daysSinceEpoch: 0), method: method, parts: [part], eligible: .all)
    }
}

/// Made-up accounts and companies whose keys are right; no bank has the code 99999, no company a number from 999 on.
enum DemoAccountNumbers {
    static func siren(_ number: Int) -> String {
        let body = String(99_900_000 + number)
        var sum = 0
        for (index, digit) in body.utf8.reversed().enumerated() {
            let value = (Int(digit) - 48) * (index % 2 == 0 ? 2 : 1)
            sum += value > 9 ? value - 9 : value
        }
        return "\(body)\((10 - sum % 10) % 10)"
    }

    static func iban(_ number: Int) -> String {
        let digits = String(number)
        let basic = "9999900001" + String(repeating: "0", count: max(0, 11 - digits.count)) + digits + "00"
        // « FR00 » at the end, as digits: F is 15, R is 27.
        var rest = 0
        for digit in (basic + "152700").utf8 { rest = (rest * 10 + Int(digit) - 48) % 97 }
        let key = 98 - rest
        return "FR\(key < 10 ? "0" : "")\(key)\(basic)"
    }
}
