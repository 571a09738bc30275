internal import Kernel

/// The two ledgers and the stored files, for programs: nothing here is ever changed.
enum LedgerEndpoints {
    static var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "evidence", permission: CorePermissions.readEvidence, summary: "The evidence ledger, the latest entry first.",
                responseSchema: JSONSchema.slice(entry),
                contract: .slices([
                    .filter("year", year, "Civil year that entries count for."), .filter("kind", kind, "Kind of evidence."),
                ]), handle: evidence),
            EndpointRoute(
                .get, "evidence/verification", permission: CorePermissions.readEvidence,
                summary: "Recompute the chain now: whole, or where it is broken.", responseSchema: verification, handle: verify),
            EndpointRoute(
                .get, "evidence/:number", permission: CorePermissions.readEvidence, summary: "One entry by its number in the ledger.",
                responseSchema: entry, contract: .one, handle: one),
            EndpointRoute(
                .get, "audit", permission: CorePermissions.readAudit,
                summary: "Who did what, the latest first; reading it is itself written there.", responseSchema: JSONSchema.slice(trace),
                contract: .slices([
                    .filter("from", JSONSchema.date, "First day, in the MSP's zone."),
                    .filter("to", JSONSchema.date, "Last day, in the MSP's zone."),
                    .filter("actor_id", JSONSchema.id, "Account of who acted."),
                ]), handle: audit),
            EndpointRoute(
                .get, "audit/touched", permission: CorePermissions.readAudit,
                summary:
                    "What an address, a session or a token did, read or was refused, the latest first; asking is itself written there.",
                responseSchema: JSONSchema.object([("items", JSONSchema.list(touchedRow))]),
                contract: EndpointContract(parameters: [
                    .filter("address", JSONSchema.text, "Address of the network."),
                    .filter("credential_id", JSONSchema.id, "Session or personal token."),
                    .filter("from", JSONSchema.date, "First day, in the MSP's zone; thirty days ago without it."),
                    .filter("to", JSONSchema.date, "Last day, in the MSP's zone."),
                ]), handle: touched),
            EndpointRoute(
                .get, "files/:id", permission: CorePermissions.readFiles, summary: "What is known of a stored file.",
                responseSchema: file, contract: .one, handle: stored),
            EndpointRoute(
                .get, "files/:id/content", permission: CorePermissions.readFiles,
                summary: "The bytes of a stored file, checked against its digest.", responseSchema: .object([]),
                contract: EndpointContract(
                    mediaType: "*/*", responseHeaders: [("Content-Disposition", "An attachment, with its name.")], otherStatuses: [409]),
                handle: content),
        ]
    }

    private static let year = JSONValue.object([("type", .string("integer")), ("minimum", .integer(2_000)), ("maximum", .integer(2_200))])
    private static let kind = JSONValue.object([
        ("type", .string("string")), ("pattern", .string("^[A-Za-z][A-Za-z0-9_.]{1,59}$")),
    ])

    // MARK: Evidence

    private static let entry = JSONSchema.object([
        ("id", JSONSchema.id), ("number", JSONSchema.integer), ("kind", JSONSchema.text), ("year", JSONSchema.integer),
        ("title", JSONSchema.text), ("occurred_at", JSONSchema.instant), ("recorded_at", JSONSchema.instant), ("actor", JSONSchema.text),
        ("indicators", JSONSchema.list(JSONSchema.text)), ("subject_type", JSONSchema.text), ("subject_id", JSONSchema.id),
        ("corrects", JSONSchema.optional(JSONSchema.integer)), ("hash", JSONSchema.text),
        (
            "exhibits",
            JSONSchema.list(
                JSONSchema.object([
                    ("title", JSONSchema.optional(JSONSchema.text)), ("file", JSONSchema.optional(JSONSchema.id)),
                    ("media_type", JSONSchema.optional(JSONSchema.text)), ("size", JSONSchema.optional(JSONSchema.integer)),
                    ("sha256", JSONSchema.optional(JSONSchema.text)),
                ]))
        ),
    ])
    private static let verification = JSONSchema.object([
        ("intact", JSONSchema.boolean), ("entries", JSONSchema.integer), ("verified_at", JSONSchema.instant),
        (
            "faults",
            JSONSchema.list(
                JSONSchema.object([
                    ("number", JSONSchema.integer), ("fault", JSONSchema.codes(["missing", "altered", "unlinked", "cut"])),
                ]))
        ),
    ])

    private static func json(_ row: EvidenceRow) -> JSONValue {
        let exhibits = row.exhibits.map { exhibit in
            JSONValue.object(["title", "file", "media_type", "size", "sha256"].map { ($0, exhibit[$0] ?? .null) })
        }
        return .object([
            ("id", .id(row.id)), ("number", .integer(row.number)), ("kind", .string(row.kind)), ("year", .integer(row.year)),
            ("title", .string(row.title)), ("occurred_at", .instant(row.occurred)), ("recorded_at", .instant(row.recorded)),
            ("actor", .string(row.actor)), ("indicators", .texts(row.indicators)), ("subject_type", .string(row.subjectType)),
            ("subject_id", .id(row.subject)), ("corrects", row.corrects.map { .integer($0) } ?? .null), ("hash", .string(row.hash)),
            ("exhibits", .array(exhibits)),
        ])
    }

    private static func number(_ parts: [String]) -> Int? { parts.count == 1 ? Int(parts[0]).flatMap { $0 > 0 ? $0 : nil } : nil }

    private static func evidence(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["limit", "cursor", "year", "kind"])
        let (limit, year) = (given.limit(), given.year("year"))
        let kind = given.value("kind", "une nature de preuve") { text in
            text.utf8.count <= 60 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
        }
        let before = given.cursor("evidence", number)
        try given.check()
        let reading = try await request.read(
            EvidenceLedger.slice(request.msp.id, year: year, kind: kind, before: before, limit: limit))
        return Slice.answer(
            try reading.results[0].map(EvidenceRow.init(row:)), limit: limit, of: "evidence", web: request.web,
            place: { ["\($0.number)"] }, json: json)
    }

    private static func one(_ request: MspRequest) async throws -> APIResponse {
        let number = try EvidenceLedger.number(request.web.parameters["number"])
        let reading = try await request.read(EvidenceLedger.one(request.msp.id, number))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        return request.web.answer(json(try EvidenceRow(row: row)))
    }

    private static func verify(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(
            EvidenceLedger.faults(request.msp.id), EvidenceLedger.count(request.msp.id, year: nil))
        let faults = try reading.results[0].map { row in
            JSONValue.object([("number", .integer(try row[0])), ("fault", .string(try row[1]))])
        }
        let answer = JSONValue.object([
            ("intact", .bool(faults.isEmpty)), ("entries", .integer(try reading.results[1].scalar())),
            ("verified_at", .instant(request.web.now)), ("faults", .array(faults)),
        ])
        return APIResponse.json { $0.value(answer) }
    }

    // MARK: Trail

    private static let trace = JSONSchema.object([
        ("number", JSONSchema.integer), ("at", JSONSchema.instant), ("actor_id", JSONSchema.optional(JSONSchema.id)),
        ("actor", JSONSchema.optional(JSONSchema.text)), ("action", JSONSchema.text), ("object_type", JSONSchema.optional(JSONSchema.text)),
        ("object_id", JSONSchema.optional(JSONSchema.id)), ("outcome", JSONSchema.text), ("through", JSONSchema.text),
        ("detail", .object([])), ("address", JSONSchema.optional(JSONSchema.text)), ("credential_id", JSONSchema.optional(JSONSchema.id)),
    ])

    private static let touchedRow = JSONSchema.object([
        ("at", JSONSchema.instant), ("kind", JSONSchema.codes(["act", "access"])), ("actor_id", JSONSchema.optional(JSONSchema.id)),
        ("actor", JSONSchema.optional(JSONSchema.text)), ("credential_id", JSONSchema.optional(JSONSchema.id)),
        ("address", JSONSchema.optional(JSONSchema.text)), ("action", JSONSchema.text),
        ("object_type", JSONSchema.optional(JSONSchema.text)), ("object_id", JSONSchema.optional(JSONSchema.id)),
        ("outcome", JSONSchema.text), ("times", JSONSchema.integer),
    ])

    private static func touched(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["address", "credential_id", "from", "to"])
        let filter = OriginFilter(
            address: given.value("address", "une adresse du réseau", Touched.address), credential: given.id("credential_id"),
            from: given.date("from"), to: given.date("to"))
        try given.check()
        guard !filter.isEmpty else { throw Refusal.malformed("bad_filter", "Indiquez une adresse, une session ou un jeton.") }
        let rows = try await Touched.read(request, filter).rows.map { row in
            JSONValue.object([
                ("at", .instant(row.at)), ("kind", .string(row.kind)), ("actor_id", .id(row.actor)), ("actor", .text(row.name)),
                ("credential_id", .id(row.credential)), ("address", .text(row.address)), ("action", .string(row.action)),
                ("object_type", .text(row.type)), ("object_id", .id(row.object)), ("outcome", .string(row.outcome)),
                ("times", .integer(row.times)),
            ])
        }
        return APIResponse.json { $0.value(.object([("items", .array(rows))])) }
    }

    private static func audit(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["limit", "cursor", "from", "to", "actor_id"])
        let limit = given.limit()
        let filter = AuditFilter(
            from: given.date("from"), to: given.date("to"), actor: given.id("actor_id"), before: given.cursor("audit", number))
        try given.check()
        let entries = try await AuditTrail.read(request, filter, limit: limit).entries
        return Slice.answer(entries, limit: limit, of: "audit", web: request.web, place: { ["\($0.number)"] }) { row in
            .object([
                ("number", .integer(row.number)), ("at", .instant(row.at)), ("actor_id", row.hasActor ? .id(row.actor) : .null),
                ("actor", .text(row.name)), ("action", .string(row.action)), ("object_type", .text(row.type)),
                ("object_id", .id(row.object)), ("outcome", .string(row.outcome)), ("through", .string(row.through)),
                ("detail", row.detail.flatMap { try? JSONValue.parse($0) } ?? .null), ("address", .text(row.address)),
                ("credential_id", .id(row.credential)),
            ])
        }
    }

    // MARK: Files

    private static let file = JSONSchema.object([
        ("id", JSONSchema.id), ("name", JSONSchema.text), ("media_type", JSONSchema.text), ("size", JSONSchema.integer),
        ("sha256", JSONSchema.text), ("created_at", JSONSchema.instant),
    ])

    private static func stored(_ request: MspRequest) async throws -> APIResponse {
        let file = try await StoredFile(request, try request.web.id("id"))
        return request.web.answer(
            .object([
                ("id", .id(file.id)), ("name", .string(file.name)), ("media_type", .string(file.mediaType)),
                ("size", .integer(file.size)), ("sha256", .string(file.sha256)), ("created_at", .instant(file.created)),
            ]))
    }

    private static func content(_ request: MspRequest) async throws -> APIResponse {
        APIResponse(Download(try await request.file(try request.web.id("id"))))
    }
}
