import Kernel
import Postgres

/// The payer's site, the notice and the reconciliation, for programs.
struct PaymentEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] { [entryAid, reconciliation, putNotice] }

    private var entryAid: EndpointRoute {
        let value = JSONSchema.object([("label", JSONSchema.text), ("value", JSONSchema.text)])
        return EndpointRoute(
            .get, "aci-years/:id/entry-aid", permission: DossierPermissions.read,
            summary: "What to type on the payer's site, in its order.",
            responseSchema: JSONSchema.object([
                ("amount_cents", JSONSchema.integer), ("contract", JSONSchema.list(value)),
                (
                    "items",
                    JSONSchema.list(
                        JSONSchema.object([
                            ("indicator", JSONSchema.text), ("name", JSONSchema.text), ("claimed", JSONSchema.boolean),
                            ("points", JSONSchema.text), ("amount_cents", JSONSchema.integer), ("values", JSONSchema.list(value)),
                            ("comment", JSONSchema.optional(JSONSchema.text)), ("files", JSONSchema.list(JSONSchema.text)),
                        ]))
                ),
            ]), contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let (_, year, _) = try await DossierYear.read(request, try request.web.id("id"), years)
            let items = EntryAidLine.lines(year).map { line in
                JSONValue.object([
                    ("indicator", .string(line.indicator.rawValue)), ("name", .string(line.name)), ("claimed", .bool(line.isClaimed)),
                    ("points", .string(line.points.normalized.description)), ("amount_cents", .integer(line.amountCents)),
                    ("values", .array(line.values.map { .object([("label", .string($0.label)), ("value", .string($0.value))]) })),
                    ("comment", line.comment.map { .string($0) } ?? .null), ("files", .array(line.pieces.map { .string($0) })),
                ])
            }
            let contract = year.contract.facts.compactMap { fact in
                fact.value.map { JSONValue.object([("label", .string(fact.label)), ("value", .string($0))]) }
            }
            return APIResponse.json {
                $0.value(
                    .object([
                        ("amount_cents", .integer(year.simulatedCents)), ("contract", .array(contract)), ("items", .array(items)),
                    ]))
            }
        }
    }

    private static let line = JSONSchema.object([
        ("indicator", JSONSchema.text), ("simulated_points", JSONSchema.text), ("simulated_cents", JSONSchema.integer),
        ("notified_points", JSONSchema.optional(JSONSchema.text)), ("notified_cents", JSONSchema.optional(JSONSchema.integer)),
        ("difference_cents", JSONSchema.optional(JSONSchema.integer)), ("explanation", JSONSchema.optional(JSONSchema.text)),
        ("explained", JSONSchema.boolean),
    ])
    private static let picture = JSONSchema.object([
        ("simulated_cents", JSONSchema.integer), ("notified_cents", JSONSchema.optional(JSONSchema.integer)),
        ("expected_advance_cents", JSONSchema.integer), ("received_advance_cents", JSONSchema.integer),
        ("received_rest_cents", JSONSchema.integer), ("balance_cents", JSONSchema.integer), ("debt", JSONSchema.boolean),
        ("lines", JSONSchema.list(line)),
    ])

    private static func json(_ sums: Reconciliation) -> JSONValue {
        .object([
            ("simulated_cents", .integer(sums.simulatedCents)), ("notified_cents", sums.notifiedCents.map { .integer($0) } ?? .null),
            ("expected_advance_cents", .integer(sums.expectedAdvanceCents)),
            ("received_advance_cents", .integer(sums.receivedAdvanceCents)),
            ("received_rest_cents", .integer(sums.receivedRestCents)), ("balance_cents", .integer(sums.balanceCents)),
            ("debt", .bool(sums.isDebt)),
            (
                "lines",
                .array(
                    sums.lines.map { line in
                        .object([
                            ("indicator", .string(line.indicator.rawValue)),
                            ("simulated_points", .string(line.simulatedPoints.normalized.description)),
                            ("simulated_cents", .integer(line.simulatedCents)),
                            ("notified_points", line.notified?.points.map { .string($0.normalized.description) } ?? .null),
                            ("notified_cents", line.notified.map { .integer($0.amountCents) } ?? .null),
                            ("difference_cents", line.difference.map { .integer($0) } ?? .null),
                            ("explanation", (line.notified?.reason ?? line.guess).map { .string($0) } ?? .null),
                            ("explained", .bool(!line.isUnexplained)),
                        ])
                    })
            ),
        ])
    }

    private var reconciliation: EndpointRoute {
        EndpointRoute(
            .get, "aci-years/:id/reconciliation", permission: DossierPermissions.readPayments,
            summary: "Simulation, notice and payments of an exercise; a negative balance is a debt.", responseSchema: Self.picture,
            contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            let (_, year, more) = try await DossierYear.read(
                request, id, years, ReconciliationPage.queries(request.msp.id, year: id))
            let sums = try ReconciliationPage.Picture(year, more).reconciliation
            return APIResponse.json { $0.value(Self.json(sums)) }
        }
    }

    private var putNotice: EndpointRoute {
        let amount = JSONSchema.integer(0...Reconciliation.mostCents)
        let line = JSONSchema.object(
            [
                ("indicator", JSONSchema.codes(AciIndicatorID.allCases.map(\.rawValue))),
                ("points", JSONSchema.optional(JSONSchema.text)),
                ("amount_cents", amount), ("reason", JSONSchema.optional(JSONSchema.text)),
            ], required: ["indicator", "amount_cents"])
        return EndpointRoute(
            .put, "aci-years/:id/notice", permission: DossierPermissions.writePayments,
            summary: "Replace what the payer notified, indicator by indicator; points are a decimal text.",
            requestSchema: JSONSchema.object([("lines", JSONSchema.list(line))]), responseSchema: JSONValue.object([]),
            contract: EndpointContract(success: 204)
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            var body = try FaultReader(request.web, names: ["lines"])
            let listed = body.value("lines")?.arrayValue
            if listed == nil { body.fault("lines", "Indiquez la liste des lignes.") }
            let lines = (listed ?? []).enumerated().compactMap { index, line in Self.notified(line, "lines[\(index)]", &body) }
            if Set(lines.map(\.0)).count != lines.count { body.fault("lines", "Un indicateur figure deux fois.") }
            guard body.faults.isEmpty else { throw Refusal.invalid(body.faults) }
            try await request.write { unit in try await ReconciliationPage.keep(lines, year: id, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    private static func notified(
        _ line: JSONValue, _ place: String, _ body: inout FaultReader
    ) -> (AciIndicatorID, Reconciliation.Notified)? {
        var reader = FaultReader(line, path: place, names: ["indicator", "points", "amount_cents", "reason"])
        let indicator: AciIndicatorID? = reader.code("indicator")
        let cents = reader.integer("amount_cents", 0...Reconciliation.mostCents)
        var points: ExactDecimal?
        if let text = reader.text("points", required: false, most: 30) {
            points = ExactDecimal(text).flatMap { $0 >= .zero && $0 <= Reconciliation.mostPoints && $0.normalized.scale <= 6 ? $0 : nil }
            if points == nil { reader.fault("points", "Indiquez les points, par exemple \"1712.5\".") }
        }
        let reason = reader.longText("reason", required: false, most: 500)
        body.take(reader.faults)
        guard reader.faults.isEmpty, let indicator, let cents else { return nil }
        return (indicator, Reconciliation.Notified(points: points, amountCents: cents, reason: reason))
    }
}
