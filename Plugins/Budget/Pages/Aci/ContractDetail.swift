import HTML
import Kernel
import KernelUI

/// The page of a contract: its dates. The pieces of the request follow.
enum ContractDetail {
    /// Months before the end from which the renewal is prepared (missions.md 12.2).
    static let alertMonths = 6

    static func render(_ view: RecordView, _ results: [ResultSet], _ h: HTMLWriter) throws {
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
}
