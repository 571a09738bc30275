import Kernel

/// Something that somebody must look at before a run is paid (missions.md 6.3): what was found, and what the calculation did with it.
///
/// The names of people are the screen's business; nothing of another structure is ever told, not even the hours.
struct IndemnityAnomaly: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable {
        case overlap = "OVERLAP"
        case foreignOverlap = "FOREIGN_OVERLAP"
        case longerThanMeeting = "LONGER_THAN_MEETING"
        case unsigned = "UNSIGNED"
        case sheetOpen = "SHEET_OPEN"
        case duplicate = "DUPLICATE"
        case noRate = "NO_RATE"
        case noRule = "NO_RULE"
        case adjustment = "ADJUSTMENT"
        case notEligible = "NOT_ELIGIBLE"
        case notApproved = "NOT_APPROVED"
        case outsidePeriod = "OUTSIDE_PERIOD"
        case nothingToShare = "NOTHING_TO_SHARE"

        /// True when a run waits until the cause is gone or somebody sets the anomaly aside with a reason.
        var isBlocking: Bool {
            switch self {
            case .overlap, .foreignOverlap, .longerThanMeeting, .unsigned, .sheetOpen, .duplicate, .noRate, .noRule, .adjustment: true
            case .notEligible, .notApproved, .outsidePeriod, .nothingToShare: false
            }
        }

        var label: String {
            switch self {
            case .overlap: "Deux temps se chevauchent"
            case .foreignOverlap: "Temps déclaré ailleurs au même moment"
            case .longerThanMeeting: "Présence plus longue que la réunion"
            case .unsigned: "Signature manquante"
            case .sheetOpen: "Feuille d’émargement non verrouillée"
            case .duplicate: "Temps en double"
            case .noRate: "Aucun taux ne convient"
            case .noRule: "Aucune règle en vigueur"
            case .adjustment: "Ajustement à revoir"
            case .notEligible: "Personne non bénéficiaire"
            case .notApproved: "Déclaration non validée"
            case .outsidePeriod: "Hors de la période"
            case .nothingToShare: "Aucun excédent partagé"
            }
        }
    }

    var kind: Kind
    var person: Identifier?
    /// Ids of the lines concerned, in order.
    var sources: [Identifier]
    /// French sentence with the treatment: setting the anomaly aside means agreeing to it.
    var message: String

    /// Stable name under which somebody sets it aside: the same lines give the same key in the next calculation.
    var key: String { ([kind.rawValue] + (person.map { ["\($0)"] } ?? []) + sources.map(\.description)).joined(separator: ":") }

    /// One order for all lists: what blocks first, then by kind, person and lines.
    static func inOrder(_ a: IndemnityAnomaly, _ b: IndemnityAnomaly) -> Bool {
        if a.kind.isBlocking != b.kind.isBlocking { return a.kind.isBlocking }
        return (a.kind.rawValue, a.key, a.message) < (b.kind.rawValue, b.key, b.message)
    }
}
