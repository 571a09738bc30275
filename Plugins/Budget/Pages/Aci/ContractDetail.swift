import HTML
import Kernel
import KernelUI
import Postgres

/// The page of a contract: its dates, and the pieces of the request one by one.
enum ContractDetail {
    /// Months before the end from which the renewal is prepared (missions.md 12.2).
    static let alertMonths = 6

    static func queries(_ msp: Identifier, _ id: Identifier) -> [Query] {
        [
            Query(
                "select code, state, done_on, note from budget.contract_item where msp_id = $1 and contract_id = $2 and archived_at is null",
                .id(msp), .id(id))
        ]
    }

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
        try items(view, results.first, h)
    }

    private static func items(_ view: RecordView, _ rows: ResultSet?, _ h: HTMLWriter) throws {
        var known: [String: (state: String, day: CivilDate?, note: String?)] = [:]
        for row in rows?.map({ $0 }) ?? [] { known[try row[0]] = (try row[1], try row[2], try row[3]) }
        let all = ContractItem.list.codes
        let ready = all.count { ["READY", "SENT"].contains(known[$0.code]?.state ?? "MISSING") }
        h.card("Pièces de la demande") {
            h.progress(
                "Pièces prêtes", value: ready, of: all.count, words: "\(ready) sur \(all.count)", tone: ready == all.count ? .done : .warn)
            h.table(
                "Pièces de la demande",
                columns: [TableColumn("Pièce"), TableColumn("État"), TableColumn("Depuis"), TableColumn("Actes", .actions)]
            ) {
                table in
                for item in all {
                    let state = known[item.code]?.state ?? "MISSING"
                    table.row { row in
                        row.title {
                            h.text(item.label)
                            if let note = known[item.code]?.note { h.p(.class("soft small"), text: note) }
                        }
                        row.cell { h.chip(ContractItem.states.label(state), tone: ContractItem.tone(state)) }
                        row.cell(known[item.code]?.day.map(French.date))
                        row.cell {
                            guard view.access.can(AciPermissions.writeContract) else { return }
                            for (next, verb) in [("READY", "Prête"), ("SENT", "Envoyée"), ("MISSING", "Manque")] where next != state {
                                h.postButton(
                                    verb, action: "\(view.href)/piece", csrf: view.access.csrf, size: .small,
                                    fields: [
                                        ("item", item.code), ("state", next), ("revision", "\(view.revision)"), ("_key", Token.make().text),
                                    ], .aria(.label, "\(verb)\u{A0}: \(item.label)"))
                            }
                        }
                    }
                }
            }
        }
    }
}
