import Kernel

/// What hangs on a run, for programs: lines, anomalies, files. The acts are those of `RunRecord`.
enum RunEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .get, "indemnity-runs/:id/lines", permission: IndemnityPermissions.readLines,
            summary: "What each person gets from a run, with every reason; a draft is computed at the moment.",
            responseSchema: IndemnitySchema.items(IndemnityLineJSON.schema), handle: lines),
        EndpointRoute(
            .get, "indemnity-runs/:id/anomalies", permission: IndemnityPermissions.readLines,
            summary: "What must be looked at before a run is checked, with the key that sets it aside.",
            responseSchema: IndemnitySchema.items(anomaly), handle: anomalies),
        EndpointRoute(
            .get, "indemnity-runs/:id/table", permission: IndemnityPermissions.exportRuns,
            summary: "The table of the accounting firm: French CSV, one row per person.", responseSchema: JSONSchema.text,
            contract: EndpointContract(mediaType: "text/csv"), handle: table),
        EndpointRoute(
            .get, "indemnity-runs/:id/statements/:person", permission: IndemnityPermissions.readLines,
            summary: "The statement of one person, as it is kept since the run was paid: the same bytes for ever. Refused before.",
            responseSchema: .object([]), contract: OwnEndpoints.paper
        ) { request in
            let (id, person) = (try request.web.id("id"), try request.web.id("person"))
            guard try await RunPapers.read(request).screen.line(of: person) != nil else { throw Refusal.notFound }
            guard let kept = try await StatementPapers.give(run: id, person: person, request) else { throw OwnEndpoints.unpaid }
            return APIResponse(Download(kept))
        },
        EndpointRoute(
            .get, "indemnity-runs/:id/transfers", permission: IndemnityPermissions.exportRuns,
            summary: "The file of transfers that was made for a run (ISO 20022 pain.001), byte for byte; the act bank-file makes it.",
            responseSchema: JSONSchema.text,
            contract: EndpointContract(
                parameters: [
                    .init(
                        "version", in: .query, schema: JSONSchema.codes(CreditTransferBatch.Version.allCases.map(\.rawValue)),
                        summary: "Version that is expected; another than that of the file is refused."),
                    .init(
                        "execution_on", in: .query, schema: JSONSchema.date,
                        summary: "Day that is expected; another than that of the file is refused."),
                ], mediaType: "application/xml", otherStatuses: [409, 422]), handle: transfers),
        EndpointRoute(
            .get, "indemnity-runs/:id/bank-files", permission: IndemnityPermissions.exportRuns,
            summary: "Every file of transfers made for a run, the latest first: identity, day, digest, by whom, and what became of it.",
            responseSchema: IndemnitySchema.items(bankFile), handle: bankFiles),
        EndpointRoute(
            .get, "indemnity-runs/:id/corrections", permission: IndemnityPermissions.readLines,
            summary:
                "What the facts of the moment give for a run that was sent, where it differs; on a draft, what earlier runs leave to take.",
            responseSchema: JSONSchema.object([("sheet_open", JSONSchema.boolean), ("items", JSONSchema.list(correction))]),
            handle: corrections),
        EndpointRoute(
            .get, "indemnity-runs/:id/accounts", permission: IndemnityPermissions.readLines,
            summary: "Accounts that a run debits (without professional) and pays, masked, and whether they were approved with it.",
            responseSchema: JSONSchema.object([("mark", JSONSchema.text), ("items", JSONSchema.list(account))]), handle: accounts),
    ]

    private static let anomaly = JSONSchema.object([
        ("key", JSONSchema.text), ("kind", JSONSchema.codes(IndemnityAnomaly.Kind.allCases.map(\.rawValue))),
        ("blocking", JSONSchema.boolean), ("professional_id", JSONSchema.optional(JSONSchema.id)),
        ("message", JSONSchema.text), ("set_aside", JSONSchema.optional(JSONSchema.text)),
    ])

    private static let bankFile = JSONSchema.object([
        ("message_id", JSONSchema.text), ("version", JSONSchema.codes(CreditTransferBatch.Version.allCases.map(\.rawValue))),
        ("execution_on", JSONSchema.date), ("payments", JSONSchema.integer), ("sha256", JSONSchema.text), ("made_at", JSONSchema.instant),
        ("made_by", JSONSchema.text), ("state", JSONSchema.codes(BankFiles.Stored.State.allCases.map(\.rawValue))),
        ("reason", JSONSchema.optional(JSONSchema.text)),
    ])

    private static let account = JSONSchema.object([
        ("professional_id", JSONSchema.optional(JSONSchema.id)), ("iban", JSONSchema.optional(JSONSchema.text)),
        ("digest", JSONSchema.optional(JSONSchema.text)),
        ("standing", JSONSchema.codes(AccountReview.Standing.allCases.map(\.rawValue))),
        ("changed_by", JSONSchema.optional(JSONSchema.text)),
    ])

    private static let correction = JSONSchema.object([
        ("run_id", JSONSchema.id), ("professional_id", JSONSchema.id), ("paid", IndemnitySchema.money), ("now", IndemnitySchema.money),
        ("taken", IndemnitySchema.money), ("left", IndemnitySchema.money), ("open", IndemnitySchema.money),
    ])

    private static func corrections(_ request: MspRequest) async throws -> APIResponse {
        let screen = try await RunPapers.read(request).screen
        let items = (screen.status == .draft ? screen.takable : screen.ownCorrections).map { correction in
            JSONValue.object([
                ("run_id", .string(correction.run.description)), ("professional_id", .string(correction.person.description)),
                ("paid", IndemnitySchema.money(correction.paidCents)), ("now", IndemnitySchema.money(correction.nowCents)),
                ("taken", IndemnitySchema.money(correction.takenCents)), ("left", IndemnitySchema.money(correction.leftCents)),
                ("open", IndemnitySchema.money(correction.openCents)),
            ])
        }
        return IndemnitySchema.answer(.object([("sheet_open", .bool(screen.isSheetOpen)), ("items", .array(items))]))
    }

    private static func bankFiles(_ request: MspRequest) async throws -> APIResponse {
        let screen = try await RunPapers.read(request).screen
        return IndemnitySchema.items(
            screen.files.map { file in
                .object([
                    ("message_id", .string(file.messageId)), ("version", .string(file.version)),
                    ("execution_on", .string(file.executionOn.description)), ("payments", .integer(file.payments)),
                    ("sha256", .string(file.sha256)), ("made_at", .string(file.madeAt.iso8601)), ("made_by", .string(file.madeBy)),
                    ("state", .string(file.state.rawValue)), ("reason", file.reason.map { .string($0) } ?? .null),
                ])
            })
    }

    private static func accounts(_ request: MspRequest) async throws -> APIResponse {
        let screen = try await RunPapers.read(request).screen
        let items = ([nil] + screen.payees.map(Optional.some)).map { person in
            let account = screen.accounts.accounts[person]
            return JSONValue.object([
                ("professional_id", person.map { .string($0.description) } ?? .null),
                ("iban", account.map { .string($0.account.masked) } ?? .null), ("digest", account.map { .string($0.digest) } ?? .null),
                ("standing", .string(screen.accounts.standing(of: person).rawValue)),
                ("changed_by", account?.changedByName.map { .string($0) } ?? .null),
            ])
        }
        return IndemnitySchema.answer(
            .object([("mark", .string(screen.accounts.mark(for: screen.payees))), ("items", .array(items))]))
    }

    private static func lines(_ request: MspRequest) async throws -> APIResponse {
        let papers = try await RunPapers.read(request)
        return IndemnitySchema.items(papers.screen.lines.map(IndemnityLineJSON.value))
    }

    private static func anomalies(_ request: MspRequest) async throws -> APIResponse {
        let screen = try await RunPapers.read(request).screen
        return IndemnitySchema.items(
            screen.result.anomalies.map { anomaly in
                .object([
                    ("key", .string(anomaly.key)), ("kind", .string(anomaly.kind.rawValue)), ("blocking", .bool(anomaly.kind.isBlocking)),
                    ("professional_id", anomaly.person.map { .string($0.description) } ?? .null), ("message", .string(anomaly.message)),
                    ("set_aside", screen.setAside[anomaly.key].map { .string($0) } ?? .null),
                ])
            })
    }

    private static func table(_ request: MspRequest) async throws -> APIResponse {
        let papers = try await RunPapers.read(request)
        return file(RunExport.csv(papers), "text/csv; charset=utf-8", "indemnites-\(papers.reference).csv")
    }

    private static func transfers(_ request: MspRequest) async throws -> APIResponse {
        let (bytes, name) = try await BankFiles.give(request)
        return file(bytes, "application/xml", name)
    }

    private static func file(_ bytes: [UInt8], _ type: String, _ name: String) -> APIResponse {
        APIResponse(headers: [("Content-Type", type), ("Content-Disposition", "attachment; filename=\"\(name)\"")], body: bytes)
    }
}

/// A line as programs read it, one's own or somebody's.
enum IndemnityLineJSON {
    static let schema = JSONSchema.object([
        ("professional_id", JSONSchema.id), ("gross", IndemnitySchema.money), ("reduction", IndemnitySchema.money),
        ("amount", IndemnitySchema.money), ("meeting_minutes", JSONSchema.integer), ("credit_minutes", JSONSchema.integer),
        (
            "items",
            JSONSchema.list(
                JSONSchema.object([
                    ("kind", JSONSchema.codes(IndemnityItem.Kind.allCases.map(\.rawValue))),
                    ("source_id", JSONSchema.optional(JSONSchema.id)), ("day", JSONSchema.optional(JSONSchema.date)),
                    ("minutes", JSONSchema.integer), ("explanation", JSONSchema.text),
                ]))
        ), ("explanation", JSONSchema.list(JSONSchema.text)),
    ])

    static func value(_ line: IndemnityLine) -> JSONValue {
        .object([
            ("professional_id", .string(line.person.description)), ("gross", IndemnitySchema.money(line.grossCents)),
            ("reduction", IndemnitySchema.money(line.reductionCents)), ("amount", IndemnitySchema.money(line.finalCents)),
            ("meeting_minutes", .integer(line.minutes(.meeting))), ("credit_minutes", .integer(line.minutes(.credit))),
            (
                "items",
                .array(
                    line.items.map { item in
                        .object([
                            ("kind", .string(item.kind.rawValue)), ("source_id", item.source.map { .string($0.description) } ?? .null),
                            ("day", item.day.map { .string($0.description) } ?? .null), ("minutes", .integer(item.minutes)),
                            ("explanation", .string(item.explanation)),
                        ])
                    })
            ), ("explanation", .array(line.explanation.map { .string($0) })),
        ])
    }
}
