import Foundation

/// The departments and the communities overseas, as far as clocks and bank holidays depend on them.
public enum FrenchTerritory: String, Sendable, CaseIterable {
    case metropole, alsaceMoselle
    case guadeloupe, martinique, guyane, reunion, mayotte
    case saintPierre, saintBarthelemy, saintMartin
    case wallis, polynesia, caledonia

    /// The territory of a department written as a number or as a name, with or without accents; nil when it is none.
    public static func of(_ department: String) -> FrenchTerritory? {
        let text = FrenchWords.folded(department)
        if let named = names[text] { return named }
        let number = String(text.prefix { $0.isNumber })
        guard number.count == 2, text.dropFirst(2).allSatisfy({ $0.isLetter }), text.count <= 3 else {
            return text == "2a" || text == "2b" || metropolitan.contains(text) ? .metropole : nil
        }
        if ["57", "67", "68"].contains(text) { return .alsaceMoselle }
        return Int(number).map { (1...95).contains($0) } ?? false ? .metropole : nil
    }

    /// IANA names of its clocks, the usual one first.
    public var zones: [String] {
        switch self {
        case .metropole, .alsaceMoselle: ["Europe/Paris"]
        case .guadeloupe: ["America/Guadeloupe"]
        case .martinique: ["America/Martinique"]
        case .guyane: ["America/Cayenne"]
        case .reunion: ["Indian/Reunion"]
        case .mayotte: ["Indian/Mayotte"]
        case .saintPierre: ["America/Miquelon"]
        case .saintBarthelemy: ["America/St_Barthelemy"]
        case .saintMartin: ["America/Marigot"]
        case .wallis: ["Pacific/Wallis"]
        case .polynesia: ["Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"]
        case .caledonia: ["Pacific/Noumea"]
        }
    }

    /// Zones of France with the words people choose them by.
    public static let zoneList = CodeList(
        "TIME_ZONE",
        [
            ("Europe/Paris", "Métropole"), ("America/Guadeloupe", "Guadeloupe"), ("America/Martinique", "Martinique"),
            ("America/Cayenne", "Guyane"), ("Indian/Reunion", "La Réunion"), ("Indian/Mayotte", "Mayotte"),
            ("America/Miquelon", "Saint-Pierre-et-Miquelon"), ("America/St_Barthelemy", "Saint-Barthélemy"),
            ("America/Marigot", "Saint-Martin"), ("Pacific/Wallis", "Wallis-et-Futuna"), ("Pacific/Tahiti", "Polynésie française"),
            ("Pacific/Marquesas", "Îles Marquises"), ("Pacific/Gambier", "Îles Gambier"), ("Pacific/Noumea", "Nouvelle-Calédonie"),
        ])

    private static let names: [String: FrenchTerritory] = [
        "971": .guadeloupe, "guadeloupe": .guadeloupe, "972": .martinique, "martinique": .martinique, "973": .guyane, "guyane": .guyane,
        "guyane francaise": .guyane, "974": .reunion, "reunion": .reunion, "la reunion": .reunion, "976": .mayotte, "mayotte": .mayotte,
        "975": .saintPierre, "saint pierre et miquelon": .saintPierre, "977": .saintBarthelemy, "saint barthelemy": .saintBarthelemy,
        "978": .saintMartin, "saint martin": .saintMartin, "986": .wallis, "wallis et futuna": .wallis, "987": .polynesia,
        "polynesie": .polynesia, "polynesie francaise": .polynesia, "988": .caledonia, "nouvelle caledonie": .caledonia,
        "bas rhin": .alsaceMoselle, "haut rhin": .alsaceMoselle, "moselle": .alsaceMoselle,
    ]

    private static let metropolitan: Set<String> = [
        "ain", "aisne", "allier", "alpes de haute provence", "hautes alpes", "alpes maritimes", "ardeche", "ardennes", "ariege", "aube",
        "aude", "aveyron", "bouches du rhone", "calvados", "cantal", "charente", "charente maritime", "cher", "correze", "corse du sud",
        "haute corse", "cote d or", "cotes d armor", "creuse", "dordogne", "doubs", "drome", "eure", "eure et loir", "finistere", "gard",
        "haute garonne", "gers", "gironde", "herault", "ille et vilaine", "indre", "indre et loire", "isere", "jura", "landes",
        "loir et cher", "loire", "haute loire", "loire atlantique", "loiret", "lot", "lot et garonne", "lozere", "maine et loire", "manche",
        "marne", "haute marne", "mayenne", "meurthe et moselle", "meuse", "morbihan", "nievre", "nord", "oise", "orne", "pas de calais",
        "puy de dome", "pyrenees atlantiques", "hautes pyrenees", "pyrenees orientales", "rhone", "haute saone", "saone et loire", "sarthe",
        "savoie", "haute savoie", "paris", "seine maritime", "seine et marne", "yvelines", "deux sevres", "somme", "tarn",
        "tarn et garonne", "var", "vaucluse", "vendee", "vienne", "haute vienne", "vosges", "yonne", "territoire de belfort", "essonne",
        "hauts de seine", "seine saint denis", "val de marne", "val d oise",
    ]
}
