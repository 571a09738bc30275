import Kernel
import Postgres

/// The payer's site, the notice and the reconciliation, for programs.
struct PaymentEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] { [entryAid, reconciliation, putNotice] }

    private var entryAid: EndpointRoute {
        let value = DossierJSON.object([("label", DossierJSON.text), ("value", DossierJSON.text)])
        return EndpointRoute(
            .get, "aci-years/:id/entry-aid", permission: DossierPermissions.read,
            summary: "What to type on the payer's site, in its order.",
            responseSchema: DossierJSON.object([
                (
                    "items",
                    DossierJSON.list(
                        DossierJSON.object([
                            ("indicator", DossierJSON.text), ("name", DossierJSON.text), ("claimed", DossierJSON.boolean),
                            ("points", DossierJSON.text), ("amount_cents", DossierJSON.integer), ("values", DossierJSON.list(value)),
                            ("comment", DossierJSON.optional(DossierJSON.text)), ("files", DossierJSON.list(DossierJSON.text)),
                        ]))
                )
            ]), contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let (_, year, _) = try await DossierYear.read(request, try request.web.id("id"), years)
            try DossierJSON.refuseRest(request.web)
            let items = EntryAidLine.lines(year).map { line in
                JSONValue.object([
                    ("indicator", .string(line.indicator.rawValue)), ("name", .string(line.name)), ("claimed", .bool(line.isClaimed)),
                    ("points", .string(line.points.normalized.description)), ("amount_cents", .integer(line.amountCents)),
                    ("values", .array(line.values.map { .object([("label", .string($0.label)), ("value", .string($0.value))]) })),
                    ("comment", line.comment.map { .string($0) } ?? .null), ("files", .array(line.pieces.map { .string($0) })),
                ])
            }
            return APIResponse.json { $0.value(.object([("items", .array(items))])) }
        }
    }

    private static let line = DossierJSON.object([
        ("indicator", DossierJSON.text), ("simulated_points", DossierJSON.text), ("simulated_cents", DossierJSON.integer),
        ("notified_points", DossierJSON.optional(DossierJSON.text)), ("notified_cents", DossierJSON.optional(DossierJSON.integer)),
        ("difference_cents", DossierJSON.optional(DossierJSON.integer)), ("explanation", DossierJSON.optional(DossierJSON.text)),
        ("explained", DossierJSON.boolean),
    ])
    private static let picture = DossierJSON.object([
        ("simulated_cents", DossierJSON.integer), ("notified_cents", DossierJSON.optional(DossierJSON.integer)),
        ("expected_advance_cents", DossierJSON.integer), ("received_advance_cents", DossierJSON.integer),
        ("received_rest_cents", DossierJSON.integer), ("balance_cents", DossierJSON.integer), ("debt", DossierJSON.boolean),
        ("lines", DossierJSON.list(line)),
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
            try DossierJSON.refuseRest(request.web)
            let sums = try ReconciliationPage.Picture(year, more).reconciliation
            return APIResponse.json { $0.value(Self.json(sums)) }
        }
    }

    private var putNotice: EndpointRoute {
        let amount = JSONValue.object([("type", .string("integer")), ("minimum", .integer(0)), ("maximum", .integer(100_000_000_000))])
        let line = DossierJSON.object(
            [
                ("indicator", DossierJSON.codes(AciIndicatorID.allCases.map(\.rawValue))),
                ("points", DossierJSON.optional(DossierJSON.text)),
                ("amount_cents", amount), ("reason", DossierJSON.optional(DossierJSON.text)),
            ], required: ["indicator", "amount_cents"])
        return EndpointRoute(
            .put, "aci-years/:id/notice", permission: DossierPermissions.writePayments,
            summary: "Replace what the payer notified, indicator by indicator; points are a decimal text.",
            requestSchema: DossierJSON.object([("lines", DossierJSON.list(line))]), responseSchema: JSONValue.object([]),
            contract: EndpointContract(success: 204)
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            let body = try DossierJSON.members(request.web, ["lines"])
            guard let listed = body["lines"]?.arrayValue else { throw Refusal.invalid("lines", "Indiquez la liste des lignes.") }
            let lines = try listed.enumerated().map { index, line in try Self.notified(line, "lines/\(index)") }
            guard Set(lines.map(\.0)).count == lines.count else {
                throw Refusal.invalid("lines", "Un indicateur figure deux fois.")
            }
            try await request.write { unit in try await ReconciliationPage.keep(lines, year: id, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    private static func notified(_ line: JSONValue, _ place: String) throws(Refusal) -> (AciIndicatorID, Reconciliation.Notified) {
        guard let members = line.objectValue else { throw .invalid(place, "Une ligne est un objet.") }
        if let unknown = members.first(where: { !["indicator", "points", "amount_cents", "reason"].contains($0.0) }) {
            throw .invalid("\(place)/\(unknown.0.prefix(60))", "Ce champ n’existe pas.")
        }
        guard let indicator = line["indicator"]?.stringValue.flatMap(AciIndicatorID.init) else {
            throw .invalid("\(place)/indicator", "Cet indicateur n’existe pas.")
        }
        guard let cents = line["amount_cents"]?.intValue, (0...100_000_000_000).contains(cents) else {
            throw .invalid("\(place)/amount_cents", "Indiquez un montant en centimes.")
        }
        var points: ExactDecimal?
        if let text = try DossierJSON.text(line["points"], "\(place)/points") {
            guard text.utf8.count <= 30, let given = ExactDecimal(text), given >= .zero, given <= ExactDecimal(1_000_000),
                given == given.rounded(scale: 6)
            else { throw .invalid("\(place)/points", "Indiquez les points, par exemple \"1712.5\".") }
            points = given
        }
        let reason = try DossierForm.optional(try DossierJSON.text(line["reason"], "\(place)/reason"), "\(place)/reason", max: 500)
        return (indicator, Reconciliation.Notified(points: points, amountCents: cents, reason: reason))
    }
}
