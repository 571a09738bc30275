import HTML
import Kernel
import KernelUI

/// The page of a contract: its dates with their alert. The pieces of the request follow.
enum ContractDetail {
    /// Months before the end from which the renewal is prepared (missions.md 12.2).
    static let alertMonths = 6

    static func render(_ view: RecordView, _ results: [ResultSet], _ h: HTMLWriter) throws {
        let today = view.access.local(view.now).date
        if let end = view.values.date("ends_on"), view.values.text("state") != "ENDED" { alert(end: end, today: today, h) }
        h.card("Contrat") {
            h.definitionList([
                ("CPAM", view.values.text("cpam")), ("Numéro du contrat", view.values.text("number")),
                ("Délégation de l’ARS", view.values.text("ars_delegation")),
                ("Projet de santé déposé le", view.values.date("health_project_filed_on").map(French.mediumDate)),
                ("Signé le", view.values.date("signed_on").map(French.mediumDate)),
                ("Début", view.values.date("starts_on").map(French.mediumDate)),
                ("Fin", view.values.date("ends_on").map(French.mediumDate)),
                ("Avenants", view.values.text("amendments")),
            ])
        }
    }

    /// Said from six months before the end on, in words and days.
    private static func alert(end: CivilDate, today: CivilDate, _ h: HTMLWriter) {
        let days = end.daysSinceEpoch - today.daysSinceEpoch
        if days < 0 {
            h.message("Le contrat est arrivé à son terme le \(French.mediumDate(end)).", tone: .stop)
        } else if days <= alertMonths * 31 {
            h.message(
                "Le contrat se termine dans \(French.plural(days, "jour", "jours")), le \(French.mediumDate(end))\u{A0}: préparez son renouvellement.",
                tone: .warn)
        }
    }
}
