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
            RecordField(
                "kind", .choice(kinds), label: "Nature", help: "Une reprise se note avec un montant négatif.", required: true),
            RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", required: true),
            RecordField("received_on", .date, label: "Date", help: "Celle du relevé de banque.", required: true),
            RecordField("amount", column: "amount_cents", .money, label: "Montant", required: true),
            RecordField("reference", .text(max: 80), label: "Référence", help: "Libellé du virement ou numéro du décompte."),
            RecordField("comment", .longText(max: 500), label: "Remarques", noFilter: "La recherche lit déjà ce texte."),
            RecordField("file_name", .text(max: 200), label: "Relevé joint", readOnly: true),
        ], titleField: "kind", columns: ["kind", "year_id", "received_on", "amount", "reference"], search: ["reference", "comment"],
        order: RecordOrder("received_on", descending: true),
        permissions: RecordPermissions(
            read: DossierPermissions.readPayments, create: DossierPermissions.writePayments, update: DossierPermissions.writePayments,
            archive: DossierPermissions.writePayments),
        verbs: ["statement": "Relevé joint"],
        check: { new, _ in
            guard let amount = new.int("amount"), let kind = new.text("kind") else { return [] }
            if amount == 0 { return [FieldFault("amount", "Indiquez un montant.")] }
            if kind == "RECOVERY", amount > 0 { return [FieldFault("amount", "Une reprise se note avec un montant négatif.")] }
            if kind == "ADVANCE", amount < 0 { return [FieldFault("amount", "Une avance est un montant positif.")] }
            guard abs(amount) <= 100_000_000_000 else { return [FieldFault("amount", "Ce montant est trop grand.")] }
            return []
        },
        detail: RecordDetail(queries: { _, _ in [] }, render: draw))

    static let kinds = CodeList(
        "ACI_PAYMENT_KIND",
        [("ADVANCE", "Avance"), ("BALANCE", "Solde"), ("REGULARISATION", "Régularisation"), ("RECOVERY", "Reprise")])

    private static func draw(_ view: RecordView, _: [ResultSet], _ html: HTMLWriter) {
        let values = view.values
        html.definitionList([
            Definition("Exercice", view.titles["year_id"]), Definition("Date", values.date("received_on").map { French.longDate($0) }),
            Definition("Montant") { h in h.amount(cents: values.int("amount") ?? 0) },
            Definition("Référence", values.text("reference")), Definition("Remarques", values.text("comment")),
        ])
        if let year = values.id("year_id") {
            html.p { html.linkButton("Rapprochement de l’exercice", href: DossierPlaces.year(year, "rapprochement", view.access.msp)) }
        }
        html.card("Relevé de banque") {
            if let name = values.text("file_name") {
                html.p { html.a(.href("\(view.href)/releve"), text: name) }
            } else {
                html.p(.class("soft"), text: "Aucun relevé n’est joint.")
            }
            if view.access.can(DossierPermissions.writePayments) {
                UploadForm.draw(action: "\(view.href)/releve", csrf: view.access.csrf, submit: "Joindre", error: nil, html)
            }
        }
    }

    /// The statement of a payment, as a file.
    static let routes: [PageRoute] = [
        PageRoute(.get, "paiements/:id/releve", permission: DossierPermissions.readPayments) { request in
            let reading = try await request.read(PaymentStatement.query(request.msp.id, try request.web.id("id")))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            return .file(bytes: try row[2], mediaType: try row[1], name: try row[0], inline: true)
        },
        PageRoute(.post, "paiements/:id/releve", permission: DossierPermissions.writePayments, upload: Exhibits.upload) { request in
            let id = try request.web.id("id")
            let back = request.path("budget/paiements/\(id)")
            do {
                let checked = try await DepositPage.chosen(request)
                try await request.write { unit in try await PaymentStatement.join(checked, to: id, unit) }
            } catch let refusal as Refusal where refusal.status == 422 {
                return .redirect(back, Message(.stop, refusal.message))
            }
            return .redirect(back, Message(.done, "Le relevé est joint."))
        },
    ]
}
