import HTML
import Kernel
import KernelUI
import Postgres

/// « Rapprochement »: simulation, avance and balance side by side, each difference explained.
struct ReconciliationPage: Sendable {
    let years: AciYears

    /// Statements beside those of the exercise, and how their answers become the picture.
    static func queries(_ msp: Identifier, year: Identifier) -> [Query] {
        [
            Query(
                "select indicator, points, amount_cents, reason from budget.notice_line where msp_id = $1 and year_id = $2", .id(msp),
                .id(year)),
            Query(
                """
                select id, kind, received_on, amount_cents, reference from budget.aci_payment
                where msp_id = $1 and year_id = $2 and archived_at is null order by received_on, id
                """, .id(msp), .id(year)),
        ]
    }

    struct Picture: Sendable {
        struct Payment: Sendable {
            let id: Identifier
            let kind: String
            let day: CivilDate
            let cents: Int
            let reference: String?
        }

        let reconciliation: Reconciliation
        let payments: [Payment]

        init(_ year: DossierYear, _ results: [ResultSet]) throws {
            var notice: [AciIndicatorID: Reconciliation.Notified] = [:]
            for row in results[0] {
                guard let indicator = AciIndicatorID(rawValue: try row[0]) else { continue }
                notice[indicator] = Reconciliation.Notified(points: try row[1], amountCents: try row[2], reason: try row[3])
            }
            payments = try results[1].map {
                Payment(id: try $0[0], kind: try $0[1], day: try $0[2], cents: try $0[3], reference: try $0[4])
            }
            reconciliation = Reconciliation(
                simulated: year.lines, simulatedCents: year.simulatedCents, advanceCents: year.advanceCents, notice: notice,
                payments: payments.compactMap { payment in
                    Reconciliation.Payment.Kind(rawValue: payment.kind).map { Reconciliation.Payment(kind: $0, cents: payment.cents) }
                })
        }
    }

    func show(_ request: MspRequest) async throws -> PageResponse { try await page(request, FormValues(), [], 200) }

    private func page(_ request: MspRequest, _ form: FormValues, _ faults: [FieldFault], _ status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, more) = try await DossierYear.read(request, id, years, Self.queries(request.msp.id, year: id))
        let picture = try Picture(year, more)
        return .page(
            Page(
                access: access, title: "Rapprochement \(year.exercise)", crumbs: DossierPlaces.crumbs(year, access.msp), status: status,
                actions: { html in
                    if access.can(DossierPermissions.writePayments) {
                        html.linkButton(
                            "Ajouter un paiement", href: access.msp.path("budget/paiements/nouveau"), kind: .main, icon: .add)
                    }
                },
                body: { html in
                    html.errorSummary(faults)
                    sums(picture.reconciliation, html)
                    payments(picture.payments, access, html)
                    notice(picture.reconciliation, year, access, form, faults, html)
                }))
    }

    private func sums(_ sums: Reconciliation, _ html: HTMLWriter) {
        html.card("Où en est l’exercice") {
            html.definitionList([
                Definition("Simulé") { $0.amount(cents: sums.simulatedCents) },
                Definition("Notifié par l’Assurance maladie") { h in
                    if let cents = sums.notifiedCents { h.amount(cents: cents) } else { h.span(.class("soft"), text: "Pas encore") }
                },
                Definition("Avance attendue") { $0.amount(cents: sums.expectedAdvanceCents) },
                Definition("Avance reçue") { $0.amount(cents: sums.receivedAdvanceCents) },
                Definition("Solde et régularisations reçus") { $0.amount(cents: sums.receivedRestCents) },
                Definition(sums.isDebt ? "À rendre à l’Assurance maladie" : "Reste à recevoir") { h in
                    h.strong { h.amount(cents: abs(sums.balanceCents)) }
                },
            ])
            if sums.isDebt {
                html.message(
                    "L’avance dépasse le montant dû\u{A0}: la structure doit rendre la différence. Prévoyez-la au budget.", tone: .warn)
            }
        }
    }

    private func payments(_ payments: [Picture.Payment], _ access: Access, _ html: HTMLWriter) {
        html.card("Paiements", count: payments.count) {
            guard !payments.isEmpty else { return html.p(.class("soft"), text: "Aucun paiement n’est enregistré pour cet exercice.") }
            html.table(
                "Paiements de l’exercice",
                columns: [TableColumn("Nature"), TableColumn("Date"), TableColumn("Référence"), TableColumn("Montant", .number)],
                totals: [
                    payments.count == 1 ? "Total" : "Total des \(payments.count) lignes", "", "",
                    French.money(cents: payments.reduce(0) { $0 + $1.cents }),
                ]
            ) { table in
                for payment in payments {
                    table.row { row in
                        row.title(
                            PaymentRecord.kinds.label(payment.kind), href: access.msp.path("budget/paiements/\(payment.id)"))
                        row.cell(French.date(payment.day))
                        row.cell(payment.reference)
                        row.cell { html.amount(cents: payment.cents) }
                    }
                }
            }
        }
    }

    // MARK: Notice

    private func notice(
        _ sums: Reconciliation, _ year: DossierYear, _ access: Access, _ form: FormValues, _ faults: [FieldFault], _ html: HTMLWriter
    ) {
        html.card("Différence par indicateur") {
            html.table(
                "Simulation et notification par indicateur",
                columns: [
                    TableColumn("Indicateur"), TableColumn("Simulé", .number), TableColumn("Notifié", .number),
                    TableColumn("Écart", .number),
                    TableColumn("Explication"),
                ]
            ) { table in
                for line in sums.lines {
                    table.row { row in
                        row.title("\(line.indicator.rawValue) – \(line.name)")
                        row.cell { html.amount(cents: line.simulatedCents) }
                        row.cell { if let notified = line.notified { html.amount(cents: notified.amountCents) } else { html.text("—") } }
                        row.cell { if let difference = line.difference { html.amount(cents: difference) } else { html.text("—") } }
                        row.cell {
                            if let reason = line.notified?.reason { html.text(reason) } else if let guess = line.guess { html.text(guess) }
                            if line.isUnexplained { html.chip("À expliquer", tone: .warn) }
                        }
                    }
                }
            }
        }
        guard access.can(DossierPermissions.writePayments) else { return }
        html.details(.class("details"), .open(!faults.isEmpty)) {
            html.summary(text: "Saisir la notification")
            html.postForm(action: DossierPlaces.year(year.id, "notification", access.msp), csrf: access.csrf) {
                html.p(.class("field__help"), text: "Comme sur le décompte reçu. Laissez vide un indicateur qui n’y figure pas.")
                for line in year.lines { fields(line, sums, form, faults, html) }
                html.formActions(submit: "Enregistrer la notification")
            }
        }
    }

    private func fields(
        _ line: SimulatedLine, _ sums: Reconciliation, _ form: FormValues, _ faults: [FieldFault], _ html: HTMLWriter
    ) {
        let code = line.indicator.rawValue
        let kept = sums.lines.first { $0.indicator == line.indicator }?.notified
        func error(_ name: String) -> String? { faults.first { $0.field == name }?.message }
        html.formSection("\(code) – \(line.name)") {
            html.div(.class("row")) {
                html.numberField(
                    Field("Points notifiés", name: "points.\(code)", error: error("points.\(code)")),
                    value: form["points.\(code)"] ?? kept?.points.map { French.number($0.normalized) } ?? "")
                html.moneyField(
                    Field("Montant notifié", name: "montant.\(code)", error: error("montant.\(code)")),
                    value: form["montant.\(code)"] ?? kept.map { French.money(cents: $0.amountCents) } ?? "")
            }
            html.textField(
                Field("Pourquoi la différence", name: "motif.\(code)", error: error("motif.\(code)")),
                value: form["motif.\(code)"] ?? kept?.reason ?? "", maxLength: 500)
        }
    }

    /// `POST aci/:id/notification`
    func save(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        var reader = FormReader(form)
        var lines: [(AciIndicatorID, Reconciliation.Notified)] = []
        for indicator in AciIndicatorID.allCases {
            let code = indicator.rawValue
            let points = reader.number("points.\(code)", in: .zero...Reconciliation.mostPoints, scale: 6)
            let reason = reader.text("motif.\(code)", max: 500)
            let cents = reader.cents(
                "montant.\(code)", in: 0...Reconciliation.mostCents,
                required: points == nil && reason == nil
                    ? nil : "Indiquez aussi le montant de \(code), ou videz ses points et son explication.")
            if let cents { lines.append((indicator, Reconciliation.Notified(points: points, amountCents: cents, reason: reason))) }
        }
        guard reader.faults.isEmpty else { return try await page(request, form, reader.faults, 422) }
        let kept = lines
        try await request.write { unit in try await Self.keep(kept, year: id, unit) }
        return .redirect(DossierPlaces.year(id, "rapprochement", request.msp), Message(.done, "La notification est enregistrée."))
    }

    /// Replaces the notice of an exercise.
    static func keep(_ lines: [(AciIndicatorID, Reconciliation.Notified)], year id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                "select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null for update", .id(unit.msp), .id(id)))
        guard !rows.isEmpty else { throw Refusal.notFound }
        unit.enqueue(
            Query(
                "delete from budget.notice_line where msp_id = $1 and year_id = $2 and indicator <> all ($3::text[])", .id(unit.msp),
                .id(id),
                .texts(lines.map(\.0.rawValue))))
        for (indicator, notified) in lines {
            unit.enqueue(
                Query(
                    """
                    insert into budget.notice_line as n (msp_id, year_id, indicator, points, amount_cents, reason, updated_at, updated_by)
                    values ($1, $2, $3, $4, $5, $6, $7, $8)
                    on conflict (msp_id, year_id, indicator) do update set points = excluded.points, amount_cents = excluded.amount_cents,
                        reason = excluded.reason, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                    """, .id(unit.msp), .id(id), .text(indicator.rawValue), .decimal(notified.points), .int(notified.amountCents),
                    .text(notified.reason), .instant(unit.now), .text(unit.access.displayName)))
        }
        try await unit.follow(
            AciYearRecord.id, on: id, "notice",
            noting: [("lines", .object(lines.map { ($0.0.rawValue, .integer($0.1.amountCents)) }))])
    }
}
