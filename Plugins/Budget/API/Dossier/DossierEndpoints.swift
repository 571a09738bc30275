import Kernel
import Postgres

/// Pieces and dossiers for programs: the same acts as the pages.
struct DossierEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] {
        [putFile, getFile, state, markLedger, versions, prepare, version, seal, archive, share, withdraw]
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
                        "name", in: .query, schema: DossierJSON.text,
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
            try DossierJSON.refuseRest(request.web, query: ["name"])
            let file = try Exhibits.upload.file(of: request.web)
            guard let name = request.web.query["name"], !name.isEmpty else {
                throw Refusal.invalid("name", "Indiquez le nom du fichier dans le paramètre name.")
            }
            let checked = try Exhibits.Checked(file, name: name)
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
            try DossierJSON.refuseRest(request.web)
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            let name: String = try row[0]
            return APIResponse(
                headers: [("Content-Type", try row[1]), ("Content-Disposition", "attachment; filename=\"\(name)\"")], body: try row[2])
        }
    }

    private var state: EndpointRoute {
        let need = DossierJSON.object([
            ("requirement", DossierJSON.text), ("title", DossierJSON.text), ("wanted", DossierJSON.integer),
            ("present", DossierJSON.integer), ("gap", DossierJSON.optional(DossierJSON.text)),
        ])
        let file = DossierJSON.object([
            ("id", DossierJSON.id), ("entry", DossierJSON.integer), ("title", DossierJSON.text),
            ("choice", DossierJSON.optional(DossierJSON.codes(["JOIN", "LEAVE"]))), ("can_be_joined", DossierJSON.boolean),
        ])
        let indicator = DossierJSON.object([
            ("indicator", DossierJSON.text), ("name", DossierJSON.text), ("requirements", DossierJSON.list(need)),
            ("ledger_files", DossierJSON.list(file)),
        ])
        return EndpointRoute(
            .get, "aci-years/:id/requirements", permission: DossierPermissions.readPieces,
            summary: "What an exercise must prove, what is there, and everything that keeps its dossier from being sealed.",
            responseSchema: DossierJSON.object([
                ("exercise", DossierJSON.integer), ("wanted", DossierJSON.integer), ("present", DossierJSON.integer),
                ("blockers", DossierJSON.list(DossierJSON.text)), ("indicators", DossierJSON.list(indicator)),
            ]), contract: EndpointContract(otherStatuses: [409])
        ) { request in
            let (_, year, _) = try await DossierYear.read(request, try request.web.id("id"), years)
            try DossierJSON.refuseRest(request.web)
            return APIResponse.json { $0.value(Self.json(year)) }
        }
    }

    private static func json(_ year: DossierYear) -> JSONValue {
        .object([
            ("exercise", .integer(year.exercise)), ("wanted", .integer(year.match.wanted)), ("present", .integer(year.match.present)),
            ("blockers", .array(year.match.blockers.map { .string($0) })),
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

    private var markLedger: EndpointRoute {
        EndpointRoute(
            .post, "aci-years/:id/ledger-files", permission: DossierPermissions.writePieces,
            summary: "Join files of the evidence ledger to the dossier, declared anonymous after reading them, or leave them out.",
            requestSchema: DossierJSON.object([
                ("files", DossierJSON.list(DossierJSON.id)), ("choice", DossierJSON.codes(["JOIN", "LEAVE"])),
            ]), responseSchema: Self.noContent, contract: EndpointContract(success: 204, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await DossierYear.read(request, id, years)
            let body = try DossierJSON.members(request.web, ["files", "choice"])
            guard let choice = (try DossierJSON.text(body["choice"], "choice")).flatMap(RequirementMatch.LedgerFile.Choice.init) else {
                throw Refusal.invalid("choice", "Indiquez JOIN ou LEAVE.")
            }
            guard let listed = body["files"]?.arrayValue, listed.count <= 2_000 else {
                throw Refusal.invalid("files", "Indiquez une liste d’identifiants de fichiers.")
            }
            let files = listed.compactMap { $0.stringValue.flatMap { Identifier($0) } }
            guard files.count == listed.count else { throw Refusal.invalid("files", "Un de ces identifiants n’en est pas un.") }
            let years = years
            try await request.write { unit in try await Exhibits.mark(files, choice, year: id, years, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    // MARK: Versions

    private static let dossier = DossierJSON.object([
        ("id", DossierJSON.id), ("year_id", DossierJSON.id), ("exercise", DossierJSON.integer),
        ("state", DossierJSON.codes(["PREPARED", "SEALED"])), ("number", DossierJSON.optional(DossierJSON.integer)),
        ("sha256", DossierJSON.text), ("size", DossierJSON.integer), ("prepared_at", DossierJSON.instant),
        ("prepared_by", DossierJSON.text), ("sealed_at", DossierJSON.optional(DossierJSON.instant)),
        ("sealed_by", DossierJSON.optional(DossierJSON.text)), ("evidence", DossierJSON.optional(DossierJSON.integer)),
        (
            "exhibits",
            DossierJSON.list(
                DossierJSON.object([
                    ("indicator", DossierJSON.text), ("number", DossierJSON.integer), ("title", DossierJSON.text),
                    ("path", DossierJSON.text),
                    ("size", DossierJSON.integer), ("sha256", DossierJSON.text),
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
            responseSchema: DossierJSON.object([("items", DossierJSON.list(Self.dossier))])
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id)),
                StoredDossier.all(request.msp.id, year: id))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            try DossierJSON.refuseRest(request.web)
            let items = try reading.results[1].map { JSONValue.object(Self.json(try StoredDossier($0))) }
            return APIResponse.json { $0.value(.object([("items", .array(items))])) }
        }
    }

    private var prepare: EndpointRoute {
        EndpointRoute(
            .post, "aci-years/:id/dossiers", permission: DossierPermissions.prepare,
            summary: "Prepare the dossier of an exercise to be sealed; an earlier one that was not sealed gives way.",
            responseSchema: Self.dossier, contract: EndpointContract(success: 201, otherStatuses: [409])
        ) { request in
            let year = try request.web.id("id")
            _ = try await DossierYear.read(request, year, years)
            try DossierJSON.refuseRest(request.web)
            return try await Self.answer(request, try await Sealing.prepare(request, year: year, years), status: 201)
        }
    }

    private static func answer(_ request: MspRequest, _ id: Identifier, status: Int) async throws -> APIResponse {
        let reading = try await request.read(StoredDossier.one(request.msp.id, id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let dossier = try StoredDossier(row)
        return APIResponse.json(status: status) { $0.value(.object(json(dossier))) }
    }

    private var version: EndpointRoute {
        let look = DossierJSON.object([("at", DossierJSON.instant), ("what", DossierJSON.text)])
        let review = DossierJSON.object([
            ("id", DossierJSON.id), ("reviewer", DossierJSON.text), ("email", DossierJSON.text),
            ("state", DossierJSON.codes(["OPEN", "EXPIRED", "WITHDRAWN"])), ("opened_at", DossierJSON.instant),
            ("expires_at", DossierJSON.instant), ("looks", DossierJSON.list(look)),
        ])
        return EndpointRoute(
            .get, "dossiers/:id", permission: DossierPermissions.read,
            summary: "One version with its exhibits, and who from outside looked at what.",
            responseSchema: DossierJSON.object([("dossier", Self.dossier), ("reviews", DossierJSON.list(review))])
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                all: [StoredDossier.one(request.msp.id, id)] + StoredReview.queries(request.msp.id, dossier: id))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            try DossierJSON.refuseRest(request.web)
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
            try DossierJSON.refuseRest(request.web)
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
            try DossierJSON.refuseRest(request.web)
            return APIResponse(dossier.download({ try await request.read($0).results[0] }, msp: request.msp.id))
        }
    }

    // MARK: Reviews

    private var share: EndpointRoute {
        EndpointRoute(
            .post, "dossiers/:id/reviews", permission: DossierPermissions.share,
            summary: "Open a sealed dossier to somebody from outside: a personal link goes by mail and ends after the days given.",
            requestSchema: DossierJSON.object([
                ("reviewer", DossierJSON.text), ("email", DossierJSON.text),
                (
                    "days",
                    .object([
                        ("type", .string("integer")), ("minimum", .integer(Reviews.days.lowerBound)),
                        ("maximum", .integer(Reviews.days.upperBound)),
                    ])
                ),
            ]), responseSchema: DossierJSON.object([("id", DossierJSON.id)]),
            contract: EndpointContract(success: 201, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await VersionPage.stored(request)
            let body = try DossierJSON.members(request.web, ["reviewer", "email", "days"])
            var faults: [FieldFault] = []
            let english = ["relecteur": "reviewer", "adresse": "email", "jours": "days"]
            do {
                let (reviewer, email, days) = try VersionPage.invitation(
                    try DossierJSON.text(body["reviewer"], "relecteur"), try DossierJSON.text(body["email"], "adresse"),
                    body["days"]?.intValue.map { "\($0)" } ?? "")
                let review = try await request.write { unit in
                    try await Reviews.open(id, reviewer: reviewer, email: email, days: days, unit)
                }
                return APIResponse.json(status: 201) { $0.value(.object([("id", .string(review.description))])) }
            } catch let refusal as Refusal {
                guard refusal.status == 422 else { throw refusal }
                faults = refusal.faults.map { FieldFault(english[$0.field] ?? $0.field, $0.message) }
            }
            throw Refusal.invalid(faults)
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
                try DossierJSON.refuseRest(request.web)
                try await Reviews.withdraw(id, unit)
            }
            return APIResponse(status: 204, body: [])
        }
    }
}
