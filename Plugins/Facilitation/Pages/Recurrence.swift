import Kernel
import Postgres

/// When a meeting comes back. Pure: days in, days out.
enum Recurrence: String, CaseIterable, Sendable {
    case once
    case weekly
    case fortnightly
    case monthly

    /// At most so many meetings at once: a year of weekly ones.
    static let limit = 52

    var label: String {
        switch self {
        case .once: "Une seule fois"
        case .weekly: "Chaque semaine"
        case .fortnightly: "Toutes les deux semaines"
        case .monthly: "Chaque mois, le même jour de la semaine"
        }
    }

    /// So many days, the first included. A month without a fifth Thursday takes its last one.
    func days(from first: CivilDate, count: Int) -> [CivilDate] {
        guard self != .once else { return [first] }
        return (0..<min(max(count, 1), Self.limit)).map { index in
            switch self {
            case .once: first
            case .weekly: first.adding(days: 7 * index)
            case .fortnightly: first.adding(days: 14 * index)
            case .monthly: Self.sameWeekday(as: first, months: index)
            }
        }
    }

    private static func sameWeekday(as first: CivilDate, months: Int) -> CivilDate {
        let rank = (first.day - 1) / 7
        let month = first.month - 1 + months
        guard let start = CivilDate(year: first.year + month / 12, month: month % 12 + 1, day: 1) else { return first }
        let shift = (first.weekday - start.weekday + 7) % 7
        let day = start.adding(days: shift + 7 * rank)
        return day.month == start.month ? day : day.adding(days: -7)
    }
}

/// What a kind of meeting brings with it, so that planning one takes seconds (missions.md 4.5).
struct MeetingTemplate: Sendable {
    let minutes: Int
    /// Title, kind, minutes.
    let agenda: [(title: String, kind: String, minutes: Int)]

    static func of(_ type: MeetingType) -> MeetingTemplate {
        switch type {
        case .rcp:
            // Each situation adds its own item and its quarter of an hour.
            MeetingTemplate(
                minutes: 60,
                agenda: [("Suites des concertations précédentes", "INFO", 5), ("Date de la prochaine concertation", "DECISION", 5)])
        case .team:
            MeetingTemplate(
                minutes: 90,
                agenda: [
                    ("Suivi des décisions précédentes", "INFO", 10), ("Vie de l’équipe", "DISCUSSION", 30),
                    ("Projets en cours", "DISCUSSION", 30),
                    ("Date de la prochaine réunion", "DECISION", 5),
                ])
        case .protocolGroup:
            MeetingTemplate(
                minutes: 60,
                agenda: [
                    ("Points critiques", "DISCUSSION", 20), ("Étapes\u{A0}: qui fait quoi, quand", "DISCUSSION", 30),
                    ("Suites", "DECISION", 10),
                ])
        case .feedback:
            MeetingTemplate(
                minutes: 60,
                agenda: [("Déroulement des faits", "INFO", 15), ("Analyse des causes", "DISCUSSION", 30), ("Mesures", "DECISION", 15)])
        case .ago, .age, .agMixte:
            MeetingTemplate(minutes: 120, agenda: [("Rapport de la gérance", "INFO", 30), ("Résolutions", "VOTE", 60)])
        default:
            MeetingTemplate(minutes: 60, agenda: [("Suivi des décisions précédentes", "INFO", 10), ("Tour de table", "DISCUSSION", 40)])
        }
    }
}
