import Kernel
import Postgres

/// What an exercise must prove and the files that prove it.
extension DossierEndpoints {
    var putFile: EndpointRoute {
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
            let checked = try await CheckedFile(file, name: name, request)
            try await request.write { unit in
                try await Exhibits.put(checked, on: id, unit)
                AciYears.askAgain(unit)
            }
            return APIResponse(status: 204, body: [])
        }
    }

    var getFile: EndpointRoute {
        EndpointRoute(
            .get, "exhibits/:id/file", permission: DossierPermissions.readPieces, summary: "The file of an exhibit.",
            responseSchema: Self.noContent, contract: EndpointContract(mediaType: "*/*", otherStatuses: [409])
        ) { request in
            let reading = try await request.read(DepositPage.fileQuery(request.msp.id, try request.web.id("id")))
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            return APIResponse(Download(try await request.file(try row[0])))
        }
    }

    var state: EndpointRoute {
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

    var explain: EndpointRoute {
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
            let reason = body.longText("reason", most: 500)
            guard body.faults.isEmpty, let fact, let reason else { throw Refusal.invalid(body.faults) }
            let years = years
            try await request.write { unit in try await ClaimReasons.explain(fact, reason, year: id, years, unit) }
            return APIResponse(status: 204, body: [])
        }
    }

    var markLedger: EndpointRoute {
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
}
