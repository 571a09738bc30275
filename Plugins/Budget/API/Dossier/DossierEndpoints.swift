import Kernel
import Postgres

/// Pieces and dossiers for programs: the same acts as the pages.
struct DossierEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] {
        [putFile, getFile, state, markLedger, explain, versions, prepare, version, seal, archive, share, withdraw]
    }

    private static let noContent = JSONValue.object([])

    // MARK: Pieces

    private var putFile: EndpointRoute {
        EndpointRoute(
            .put, "exhibits/:id/file", permission: DossierPermissions.provide,
            summary: "Put the file of an exhibit, as it is; the same file again changes nothing. It is then to be declared and checked.",
            responseSchema: Self.noContent,
            contract: EndpointContract(
                parameters: [
                    EndpointContract.Parameter(
                        "name", in: .query, schema: JSONSchema.text,
                        summary: "Name of the file with its ending; the content must be what the ending says. Asked for in each upload.")
                ], success: 204, otherStatuses: [409]), upload: Exhibits.upload
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query(
                    "select created_by from budget.exhibit where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id),
                    .id(id)))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            try Exhibits.mayTouch(owner: try row[0], reading.access)
            let file = try Exhibits.upload.file(of: request.web)
            guard let name = request.web.query["name"], !name.isEmpty else {
                throw Refusal.invalid("name", "Indiquez le nom du fichier dans le paramètre name.")
            }
            let checked = try await Exhibits.Checked(file, name: name, request)
            try await request.write { unit in
                try await Exhibits.put(checked, on: id, unit)
                AciYears.askAgain(unit)
            }
            return APIResponse(status: 204, body: [])
        }
    }

    private var getFile: EndpointRoute {
        EndpointRoute(
            .get, "exhibits/:id/file", permission: DossierPermissions.readPieces, summary: "The file of an exhibit.",
            responseSchema: Self.noContent, contract: EndpointContract(mediaType: "*/*")
        ) { request in
            let reading = try await request.read(DepositPage.fileQuery(request.msp.id, try request.web.id("id")))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            return APIResponse(try .stored(row, of: request.msp.id) { try await request.read($0).results[0] })
        }
    }

    private var state: EndpointRoute {
        let need = JSONSchema.object([
            ("requirement", JSONSchema.text), ("title", JSONSchema.text), ("wanted", JSONSchema.integer),
            ("present", JSONSchema.integer), ("gap", JSONSchema.optional(JSONSchema.text)),
        ])
        let file = JSONSchema.object([
            ("id", JSONSchema.id), ("entry", JSONSchema.integer), ("title", JSONSchema.text),
            ("choice", JSONSchema.optional(JSONSchema.codes(["JOIN", "LEAVE"]))), ("can_be_joined", JSONSchema.boolean),
        ])
        let indicator = JSONSchema.object([
            ("indicator", JSONSchema.text), ("name", JSONSchema.text), ("requirements", JSONSchema.list(need)),
            ("ledger_files", JSONSchema.list(file)),
        ])
        let excess = JSONSchema.object([
            ("indicator", JSONSchema.text), ("fact", JSONSchema.text), ("claimed", JSONSchema.integer), ("shown", JSONSchema.integer),
            ("reason", JSONSchema.optional(JSONSchema.text)),
        ])
        return EndpointRoute(
            .get, "aci-years/:id/requirements", permission: DossierPermissions.readPieces,
            summary: "What an exercise must prove, what is there, and everything that keeps its dossier from being sealed.",
            responseSchema: JSONSchema.object([
                ("exercise", JSONSchema.integer), ("wanted", JSONSchema.integer), ("present", JSONSchema.integer),
                ("blockers", JSONSchema.list(JSONSchema.text)), ("warnings", JSONSchema.list(JSONSchema.text)),
                ("excesses", JSONSchema.list(excess)),
                ("indicators", JSONSchema.list(indicator)),
            ]), contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let (_, year, _) = try await DossierYear.read(request, try request.web.id("id"), years)
            return APIResponse.json { $0.value(Self.json(year)) }
        }
    }

    private static func json(_ year: DossierYear) -> JSONValue {
        .object([
            ("exercise", .integer(year.exercise)), ("wanted", .integer(year.match.wanted)), ("present", .integer(year.match.present)),
            ("blockers", .array(year.blockers.map { .string($0.text) })),
            ("warnings", .array(year.warnings.map { .string($0) })),
            (
                "excesses",
                .array(
                    year.excesses.map { excess in
                        .object([
                            ("indicator", .string(excess.indicator.rawValue)), ("fact", .string(excess.fact.path)),
                            ("claimed", .integer(excess.claimed)), ("shown", .integer(excess.shown)),
                            ("reason", excess.reason.map { .string($0) } ?? .null),
                        ])
                    })
            ),
            (
                "indicators",
                .array(
                    year.match.statuses.map { status in
                        .object([
                            ("indicator", .string(status.indicator.rawValue)),
                            ("name", .string(year.names[status.indicator] ?? status.indicator.shortName)),
                            (
                                "requirements",
                                .array(
                                    status.needs.map { need in
                                        .object([
                                            ("requirement", .string(need.requirement.id)), ("title", .string(need.requirement.title)),
                                            ("wanted", .integer(need.wanted)), ("present", .integer(need.present)),
                                            ("gap", need.gap.map { .string($0) } ?? .null),
                                        ])
                                    })
                            ),
                            (
                                "ledger_files",
                                .array(
                                    status.entries.flatMap { entry in
                                        entry.files.map { file in
                                            JSONValue.object([
                                                ("id", .string(file.id.description)), ("entry", .integer(entry.sequence)),
                                                ("title", .string("\(file.title) – \(entry.title)")),
                                                ("choice", file.choice.map { .string($0.rawValue) } ?? .null),
                                                ("can_be_joined", .bool(file.kind != nil)),
                                            ])
                                        }
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }

    private var explain: EndpointRoute {
        EndpointRoute(
            .put, "aci-years/:id/claim-reasons", permission: DossierPermissions.writePieces,
            summary: "Say why an exercise claims more than the team in the directory shows; whoever seals the dossier reads it.",
            requestSchema: JSONSchema.object([
                ("fact", JSONSchema.codes(ClaimExcess.watched.map(\.fact.path))), ("reason", JSONSchema.text),
            ]), responseSchema: Self.noContent, contract: EndpointContract(success: 204, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await DossierYear.read(request, id, years)
            var body = try FaultReader(request.web, names: ["fact", "reason"])
            let named = body.text("fact")
            let fact = named.flatMap { Fact.at($0) }
            if named != nil, fact == nil { body.fault("fact", "Indiquez un des faits que l’annuaire montre.") }
            let reason = body.text("reason", most: 500)
            guard body.faults.isEmpty, let fact, let reason else { throw Refusal.invalid(body.faults) }
            let years = years
            try await request.write { unit in try await ClaimReasons.explain(fact, reason, year: id, years, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    private var markLedger: EndpointRoute {
        EndpointRoute(
            .post, "aci-years/:id/ledger-files", permission: DossierPermissions.writePieces,
            summary: "Join files of the evidence ledger to the dossier, declared anonymous after reading them, or leave them out.",
            requestSchema: JSONSchema.object([
                ("files", JSONSchema.list(JSONSchema.id)), ("choice", JSONSchema.codes(["JOIN", "LEAVE"])),
            ]), responseSchema: Self.noContent, contract: EndpointContract(success: 204, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await DossierYear.read(request, id, years)
            var body = try FaultReader(request.web, names: ["files", "choice"])
            let choice: RequirementMatch.LedgerFile.Choice? = body.code("choice")
            let listed = body.value("files")?.arrayValue
            let files = listed?.compactMap { $0.stringValue.flatMap { Identifier($0) } }
            if listed == nil || files?.count != listed?.count || (files?.count ?? 0) > 2_000 {
                body.fault("files", "Indiquez une liste d’identifiants de fichiers.")
            }
            guard body.faults.isEmpty, let choice, let files else { throw Refusal.invalid(body.faults) }
            let years = years
            try await request.write { unit in try await Exhibits.mark(files, choice, year: id, years, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    // MARK: Versions

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
            ("expires_at", JSONSchema.instant), ("looks", JSONSchema.list(look)),
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
            responseSchema: Self.noContent, contract: EndpointContract(mediaType: "application/zip")
        ) { request in
            let dossier = try await VersionPage.stored(request)
            return APIResponse(dossier.download({ try await request.read($0).results[0] }, msp: request.msp.id))
        }
    }

    // MARK: Reviews

    private var share: EndpointRoute {
        EndpointRoute(
            .post, "dossiers/:id/reviews", permission: DossierPermissions.share,
            summary: "Open a sealed dossier to somebody from outside: a personal link goes by mail and ends after the days given.",
            requestSchema: JSONSchema.object([
                ("reviewer", JSONSchema.text), ("email", JSONSchema.text),
                (
                    "days",
                    .object([
                        ("type", .string("integer")), ("minimum", .integer(Reviews.days.lowerBound)),
                        ("maximum", .integer(Reviews.days.upperBound)),
                    ])
                ),
            ]), responseSchema: JSONSchema.object([("id", JSONSchema.id)]),
            contract: EndpointContract(success: 201, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await VersionPage.stored(request)
            var body = try FaultReader(request.web, names: ["reviewer", "email", "days"])
            let given = ["reviewer", "email"].map { (name: $0, value: body.text($0) ?? "") }
            let days = body.integer("days", Reviews.days)
            guard body.faults.isEmpty, let days else { throw Refusal.invalid(body.faults) }
            let invitation = try Reviews.Invitation(FormValues(given + [("days", "\(days)")]))
            return try await request.writeOnce { unit in
                let review = try await Reviews.open(id, to: invitation, unit)
                return APIResponse.json(status: 201) { $0.value(.object([("id", .id(review))])) }
            }
        }
    }

    private var withdraw: EndpointRoute {
        EndpointRoute(
            .post, "reviews/:id/withdraw", permission: DossierPermissions.share,
            summary: "Withdraw the link of a review at once.", responseSchema: Self.noContent, contract: EndpointContract(success: 204)
        ) { request in
            let id = try request.web.id("id")
            try await request.write { unit in
                let rows = try await unit.one(Query("select 1 from budget.review where msp_id = $1 and id = $2", .id(unit.msp), .id(id)))
                guard !rows.isEmpty else { throw Refusal.notFound }
                try await Reviews.withdraw(id, unit)
            }
            return APIResponse(status: 204, body: [])
        }
    }
}
