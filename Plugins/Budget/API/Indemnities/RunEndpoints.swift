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
            .get, "indemnity-runs/:id/transfers", permission: IndemnityPermissions.exportRuns,
            summary: "The SEPA credit transfers of a run that was sent (ISO 20022 pain.001).", responseSchema: JSONSchema.text,
            contract: EndpointContract(
                parameters: [
                    .init(
                        "version", in: .query, schema: JSONSchema.codes(CreditTransferBatch.Version.allCases.map(\.rawValue)),
                        summary: "Version of the message, pain.001.001.09 unless said otherwise."),
                    .init(
                        "execution_on", in: .query, schema: JSONSchema.date,
                        summary: "Day of the transfers; that of the run unless said otherwise."),
                ], mediaType: "application/xml", otherStatuses: [409, 422]), handle: transfers),
    ]

    private static let anomaly = JSONSchema.object([
        ("key", JSONSchema.text), ("kind", JSONSchema.codes(IndemnityAnomaly.Kind.allCases.map(\.rawValue))),
        ("blocking", JSONSchema.boolean), ("professional_id", JSONSchema.optional(JSONSchema.id)),
        ("message", JSONSchema.text), ("set_aside", JSONSchema.optional(JSONSchema.text)),
    ])

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
        let (bytes, name) = try await RunExport.transfers(request)
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
