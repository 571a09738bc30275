import Kernel
import Postgres

/// Pieces and dossiers for programs: the same acts as the pages.
struct DossierEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] {
        [putFile, getFile, state, markLedger, explain, versions, prepare, version, seal, archive, share, resend, withdraw]
    }

    static let noContent = JSONValue.object([])

    private static let dossier = JSONSchema.object([
        ("id", JSONSchema.id), ("year_id", JSONSchema.id), ("exercise", JSONSchema.integer),
        ("state", JSONSchema.codes(["PREPARED", "SEALED"])), ("number", JSONSchema.optional(JSONSchema.integer)),
        ("sha256", JSONSchema.text), ("size", JSONSchema.integer), ("prepared_at", JSONSchema.instant),
        ("prepared_by", JSONSchema.text), ("sealed_at", JSONSchema.optional(JSONSchema.instant)),
        ("sealed_by", JSONSchema.optional(JSONSchema.text)), ("evidence", JSONSchema.optional(JSONSchema.integer)),
        (
            "exhibits",
            JSONSchema.list(
                JSONSchema.object([
                    ("indicator", JSONSchema.text), ("number", JSONSchema.integer), ("title", JSONSchema.text),
                    ("path", JSONSchema.text),
                    ("size", JSONSchema.integer), ("sha256", JSONSchema.text),
                ]))
        ),
    ])

    private static func json(_ dossier: StoredDossier) -> [(String, JSONValue)] {
        [
            ("id", .string(dossier.id.description)), ("year_id", .string(dossier.year.description)),
            ("exercise", .integer(dossier.exercise)), ("state", .string(dossier.state.rawValue)),
            ("number", dossier.number.map { .integer($0) } ?? .null), ("sha256", .string(dossier.sha256)), ("size", .integer(dossier.size)),
            ("prepared_at", .string(dossier.preparedAt.iso8601)), ("prepared_by", .string(dossier.preparedBy)),
            ("sealed_at", dossier.sealedAt.map { .string($0.iso8601) } ?? .null),
            ("sealed_by", dossier.sealedBy.map { .string($0) } ?? .null), ("evidence", dossier.evidence.map { .integer($0) } ?? .null),
            (
                "exhibits",
                .array(
                    dossier.rows.map { row in
                        .object([
                            ("indicator", .string(row.indicator)), ("number", .integer(row.number)), ("title", .string(row.title)),
                            ("path", .string(row.entry.path.text)), ("size", .integer(row.entry.size)),
                            ("sha256", .string(row.entry.sha256)),
                        ])
                    })
            ),
        ]
    }

    private var versions: EndpointRoute {
        EndpointRoute(
            .get, "aci-years/:id/dossiers", permission: DossierPermissions.read,
            summary: "Versions of the dossier of an exercise, the latest first; one that is prepared and not sealed may be among them.",
            responseSchema: JSONSchema.object([("items", JSONSchema.list(Self.dossier))])
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id)),
                StoredDossier.all(request.msp.id, year: id))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            let items = try reading.results[1].map { JSONValue.object(Self.json(try StoredDossier($0))) }
            return APIResponse.json { $0.value(.object([("items", .array(items))])) }
        }
    }

    private var prepare: EndpointRoute {
        EndpointRoute(
            .post, "aci-years/:id/dossiers", permission: DossierPermissions.prepare,
            summary:
                "Prepare the dossier of an exercise to be sealed; an earlier one that was not sealed gives way. With warnings it is refused (409) unless they are accepted.",
            responseSchema: Self.dossier,
            contract: EndpointContract(
                parameters: [
                    EndpointContract.Parameter(
                        "accept_warnings", in: .query, schema: JSONSchema.boolean,
                        summary: "true to prepare although an indicator with money has meetings without a sheet.")
                ], success: 201, otherStatuses: [409])
        ) { request in
            let year = try request.web.id("id")
            _ = try await DossierYear.read(request, year, years)
            let knowing = request.web.query["accept_warnings"] == "true"
            return try await Self.answer(request, try await Sealing.prepare(request, year: year, knowing: knowing, years), status: 201)
        }
    }

    private static func answer(_ request: MspRequest, _ id: Identifier, status: Int) async throws -> APIResponse {
        let reading = try await request.read(StoredDossier.one(request.msp.id, id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let dossier = try StoredDossier(row)
        return APIResponse.json(status: status) { $0.value(.object(json(dossier))) }
    }

    private var version: EndpointRoute {
        let look = JSONSchema.object([("at", JSONSchema.instant), ("what", JSONSchema.text)])
        let review = JSONSchema.object([
            ("id", JSONSchema.id), ("reviewer", JSONSchema.text), ("email", JSONSchema.text),
            ("state", JSONSchema.codes(["OPEN", "EXPIRED", "WITHDRAWN"])), ("opened_at", JSONSchema.instant),
            ("expires_at", JSONSchema.instant),
            ("mail_state", JSONSchema.optional(JSONSchema.codes(MailState.allCases.map(\.rawValue)))), ("looks", JSONSchema.list(look)),
        ])
        return EndpointRoute(
            .get, "dossiers/:id", permission: DossierPermissions.read,
            summary: "One version with its exhibits, and who from outside looked at what.",
            responseSchema: JSONSchema.object([("dossier", Self.dossier), ("reviews", JSONSchema.list(review))])
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                all: [StoredDossier.one(request.msp.id, id)] + StoredReview.queries(request.msp.id, dossier: id))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            let dossier = try StoredDossier(row)
            let reviews = try StoredReview.read(reading.results.dropFirst()).map { review in
                JSONValue.object([
                    ("id", .string(review.id.description)), ("reviewer", .string(review.reviewer)), ("email", .string(review.email)),
                    ("state", .string(review.state(request.web.now).rawValue)), ("opened_at", .string(review.openedAt.iso8601)),
                    ("expires_at", .string(review.expiresAt.iso8601)),
                    ("mail_state", review.mail.map { .string($0.state.rawValue) } ?? .null),
                    (
                        "looks",
                        .array(review.looks.map { .object([("at", .string($0.at.iso8601)), ("what", .string($0.what))]) })
                    ),
                ])
            }
            return APIResponse.json { $0.value(.object([("dossier", .object(Self.json(dossier))), ("reviews", .array(reviews))])) }
        }
    }

    private var seal: EndpointRoute {
        EndpointRoute(
            .post, "dossiers/:id/seal", permission: DossierPermissions.seal,
            summary: "Seal a prepared dossier: it gets its number, goes into the evidence ledger and never changes again.",
            responseSchema: Self.dossier, contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await VersionPage.stored(request)
            let years = years
            _ = try await request.write { unit in try await Sealing.seal(id, years, unit) }
            return try await Self.answer(request, id, status: 200)
        }
    }

    private var archive: EndpointRoute {
        EndpointRoute(
            .get, "dossiers/:id/archive", permission: DossierPermissions.read,
            summary: "The zip, made again from its files and compared with the digest of the version.",
            responseSchema: Self.noContent, contract: EndpointContract(mediaType: "application/zip", otherStatuses: [409])
        ) { request in
            let dossier = try await VersionPage.stored(request)
            return APIResponse(dossier.download { try await request.file($0) })
        }
    }
}
