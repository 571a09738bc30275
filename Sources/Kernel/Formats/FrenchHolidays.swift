public import Postgres

/// French bank holidays (code du travail L. 3133-1, L. 3134-13 and L. 3422-2; law 83-550 for the abolition of slavery).
public enum FrenchHolidays {
    /// One day off, with its French name.
    public struct Day: Sendable, Hashable {
        public let date: CivilDate
        public let name: String

        public init(date: CivilDate, name: String) {
            self.date = date
            self.name = name
        }
    }

    /// Every bank holiday of a year in a territory, in order.
    public static func of(_ year: Int, in territory: FrenchTerritory) -> [Day] {
        let easter = easter(year)
        var days =
            everywhere.map { (easter.year, $0.month, $0.day, $0.name) } + (own[territory] ?? []).map { (easter.year, $0.0, $0.1, $0.2) }
        days += [(1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte")].map { offset, name in
            let date = easter.adding(days: offset)
            return (date.year, date.month, date.day, name)
        }
        if goodFriday.contains(territory) {
            let friday = easter.adding(days: -2)
            days.append((friday.year, friday.month, friday.day, "Vendredi saint"))
        }
        return days.compactMap { year, month, day, name in
            CivilDate(year: year, month: month, day: day).map { Day(date: $0, name: name) }
        }.sorted { ($0.date, $0.name) < ($1.date, $1.name) }
    }

    /// The name of the bank holiday on a day; nil for a working day.
    public static func name(of day: CivilDate, in territory: FrenchTerritory) -> String? {
        of(day.year, in: territory).first { $0.date == day }?.name
    }

    /// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
    public static func easter(_ year: Int) -> CivilDate {
        let (a, b, c) = (year % 19, year / 100, year % 100)
        let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let n = h + l - 7 * m + 114
        // Month and day are in range by construction.
        return CivilDate(year: year, month: n / 31, day: n % 31 + 1) ?? CivilDate(daysSinceEpoch: 0)
    }

    private static let everywhere: [(month: Int, day: Int, name: String)] = [
        (1, 1, "Jour de l’An"), (5, 1, "Fête du Travail"), (5, 8, "Victoire de 1945"), (7, 14, "Fête nationale"), (8, 15, "Assomption"),
        (11, 1, "Toussaint"), (11, 11, "Armistice de 1918"), (12, 25, "Noël"),
    ]

    private static let own: [FrenchTerritory: [(Int, Int, String)]] = [
        .alsaceMoselle: [(12, 26, "Saint-Étienne")],
        .guadeloupe: [(5, 27, "Abolition de l’esclavage")], .martinique: [(5, 22, "Abolition de l’esclavage")],
        .guyane: [(6, 10, "Abolition de l’esclavage")], .reunion: [(12, 20, "Abolition de l’esclavage")],
        .mayotte: [(4, 27, "Abolition de l’esclavage")], .saintMartin: [(5, 28, "Abolition de l’esclavage")],
        .saintBarthelemy: [(10, 9, "Abolition de l’esclavage")], .caledonia: [(9, 24, "Fête de la Citoyenneté")],
        .polynesia: [(3, 5, "Arrivée de l’Évangile"), (6, 29, "Fête de l’Autonomie")],
        .wallis: [(4, 28, "Saint-Pierre-Chanel"), (7, 29, "Fête du Territoire")],
    ]

    /// Where Good Friday is off: Alsace and Moselle for all communes with a Protestant church, Polynesia.
    private static let goodFriday: Set<FrenchTerritory> = [.alsaceMoselle, .polynesia]
}
