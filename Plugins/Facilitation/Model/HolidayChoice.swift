import Kernel
import Postgres

/// What happens to the meetings of a series that fall on a bank holiday. Pure: days in, days out.
enum HolidayChoice: String, CaseIterable, Sendable {
    case skip
    case move
    case keep

    var label: String {
        switch self {
        case .skip: "Ne pas se réunir ce jour-là"
        case .move: "Se réunir le premier jour ouvré suivant"
        case .keep: "Se réunir quand même"
        }
    }

    /// The bank holidays among some days.
    static func holidays(among days: [CivilDate], in territory: FrenchTerritory) -> [FrenchHolidays.Day] {
        days.compactMap { day in FrenchHolidays.name(of: day, in: territory).map { FrenchHolidays.Day(date: day, name: $0) } }
    }

    /// The days that remain, each once, in order.
    func applied(to days: [CivilDate], in territory: FrenchTerritory) -> [CivilDate] {
        let kept = days.compactMap { day -> CivilDate? in
            guard FrenchHolidays.name(of: day, in: territory) != nil else { return day }
            switch self {
            case .skip: return nil
            case .keep: return day
            case .move:
                var next = day.adding(days: 1)
                // Saturday and Sunday are no working days; a run of such days ends within a fortnight.
                while next.weekday >= 6 || FrenchHolidays.name(of: next, in: territory) != nil { next = next.adding(days: 1) }
                return next
            }
        }
        return Array(Set(kept)).sorted()
    }
}
