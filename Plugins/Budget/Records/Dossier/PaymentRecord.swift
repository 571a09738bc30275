import HTML
import Kernel
import KernelUI

/// What the payer paid or took back: `/budget/paiements`, `/budget/aci-payments`.
enum PaymentRecord {
    static let record = RecordType(
        id: "budget.aci_payment", table: "budget.aci_payment",
        words: RecordWords(
            "paiement ACI", "paiements ACI", isFeminine: false,
            purpose: "L’avance, le solde et les régularisations versés par l’Assurance maladie, comme sur le relevé de banque."),
        path: "paiements", apiPath: "aci-payments",
        fields: [
            RecordField("title", .text(max: 60), label: "Paiement", readOnly: true),
            RecordField(
                "kind", .choice(kinds), label: "Nature", help: "Une reprise se note avec un montant négatif.", required: true),
            RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", required: true),
            RecordField("received_on", .date, label: "Date", help: "Celle du relevé de banque.", required: true),
            RecordField("amount", column: "amount_cents", .money, label: "Montant", required: true),
            RecordField("reference", .text(max: 80), label: "Référence", help: "Libellé du virement ou numéro du décompte."),
            RecordField("comment", .longText(max: 500), label: "Remarques", noFilter: "La recherche lit déjà ce texte."),
        ], titleField: "title", columns: ["title", "received_on", "amount", "reference", "kind", "year_id"],
        search: ["title", "reference", "comment"],
        order: RecordOrder("received_on", descending: true),
        permissions: RecordPermissions(
            read: DossierPermissions.readPayments, create: DossierPermissions.writePayments, update: DossierPermissions.writePayments,
            archive: DossierPermissions.writePayments),
        check: { new, _ in
            guard let amount = new.int("amount"), let kind = new.text("kind") else { return [] }
            if amount == 0 { return [FieldFault("amount", "Indiquez un montant.")] }
            if kind == "RECOVERY", amount > 0 { return [FieldFault("amount", "Une reprise se note avec un montant négatif.")] }
            if kind == "ADVANCE", amount < 0 { return [FieldFault("amount", "Une avance est un montant positif.")] }
            guard abs(amount) <= 100_000_000_000 else { return [FieldFault("amount", "Ce montant est trop grand.")] }
            return []
        },
        prepare: { new, _, _, unit in try await prepare(new, unit) }, retire: retire,
        links: [
            RecordLink("Rapprochement de l’exercice", permission: DossierPermissions.readPayments) { _, values in
                values.id("year_id").map { DossierPlaces.path($0, "rapprochement") }
            }
        ],
        files: [.one("statement", label: "Relevé de banque")])

    static let kinds = CodeList(
        "ACI_PAYMENT_KIND",
        [("ADVANCE", "Avance"), ("BALANCE", "Solde"), ("REGULARISATION", "Régularisation"), ("RECOVERY", "Reprise")])

    /// « Avance 2026 ».
    private static func prepare(_ new: RecordValues, _ unit: WriteUnit) async throws -> RecordValues {
        guard let year = new.id("year_id"), let kind = new.text("kind") else { return new }
        let rows = try await unit.one(
            Query("select exercise from budget.aci_year where msp_id = $1 and id = $2", .id(unit.msp), .id(year)))
        // A year of another MSP is told by the check of references.
        guard let exercise: Int = try rows.first?[0] else { return new }
        var values = new
        values["title"] = .text("\(kinds.label(kind)) \(exercise)")
        return values
    }

    /// A payment that a closed exercise was settled with stays: its end was told to everybody.
    private static func retire(_ values: RecordValues, _ isArchived: Bool, _ unit: WriteUnit) async throws {
        guard isArchived, let year = values.id("year_id") else { return }
        let rows = try await unit.one(
            Query(
                "select exercise, state from budget.aci_year where msp_id = $1 and id = $2 for share", .id(unit.msp), .id(year)))
        guard let row = rows.first, ["PAID", "CLOSED"].contains(try row[1] as String) else { return }
        throw Refusal.conflict(
            "year_settled",
            "L’exercice \(try row[0] as Int) est noté payé avec ce versement\u{A0}: notez une régularisation ou une reprise, avec sa raison."
        )
    }
}
