import Kernel

/// One's own indemnities, for one's own programs.
enum OwnEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .get, "own/indemnities", permission: IndemnityPermissions.readOwn,
            summary: "One's own running total of a year: lines of approved runs and what is still to come.", responseSchema: own,
            contract: EndpointContract(parameters: [IndemnitySchema.year]), handle: read),
        EndpointRoute(
            .get, "own/indemnities/:id/statement", permission: IndemnityPermissions.readOwn,
            summary: "One's own statement of a run, as it is kept since the run was paid: the same bytes for ever. Refused before.",
            responseSchema: .object([]), contract: paper
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query(
                    """
                    select 1 from budget.indemnity_line l join kernel.professional p on p.msp_id = $1 and p.id = l.professional_id
                    where l.msp_id = $1 and l.run_id = $2 and p.account_id = kernel.current_account()
                    """, .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            guard let kept = try await StatementPapers.give(run: id, person: nil, request) else { throw unpaid }
            return APIResponse(Download(kept))
        },
        EndpointRoute(
            .get, "own/work-credits", permission: IndemnityPermissions.readOwn, summary: "The times that one declared in a year.",
            responseSchema: IndemnitySchema.items(credit), contract: EndpointContract(parameters: [IndemnitySchema.year]), handle: credits),
        EndpointRoute(
            .post, "own/work-credits", permission: IndemnityPermissions.declareOwn, summary: "Declare time spent outside meetings.",
            requestSchema: declaration, responseSchema: JSONSchema.object([("id", JSONSchema.id)]),
            contract: EndpointContract(success: 201, otherStatuses: [409, 422]), handle: declare),
    ]

    static let paper = EndpointContract(mediaType: "application/pdf", otherStatuses: [409])
    static let unpaid = Refusal.conflict(
        "not_paid", "Cette campagne n’est pas encore payée\u{00A0}: le relevé est établi et conservé ce jour-là.")

    private static let credit = JSONSchema.object([
        ("id", JSONSchema.id), ("day", JSONSchema.date), ("minutes", JSONSchema.integer), ("title", JSONSchema.text),
        ("task", JSONSchema.optional(JSONSchema.text)), ("units", JSONSchema.integer), ("status", JSONSchema.text),
        ("refusal", JSONSchema.optional(JSONSchema.text)),
    ])

    private static let own = JSONSchema.object([
        ("year", JSONSchema.integer), ("paid", IndemnitySchema.money), ("approved", IndemnitySchema.money),
        ("expected", IndemnitySchema.money), ("total", IndemnitySchema.money), ("expected_is_partial", JSONSchema.boolean),
        (
            "runs",
            JSONSchema.list(
                JSONSchema.object([
                    ("run_id", JSONSchema.id), ("name", JSONSchema.text),
                    ("number", JSONSchema.optional(JSONSchema.text)),
                    ("status", JSONSchema.text), ("line", IndemnityLineJSON.schema),
                ]))
        ),
    ])

    private static let declaration = JSONSchema.object(
        [
            ("day", JSONSchema.date),
            ("minutes", .object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(1440))])),
            ("title", .object([("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(160))])),
            ("description", JSONSchema.optional(JSONSchema.text)),
            ("task", JSONSchema.optional(JSONSchema.text)),
            ("units", .object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(1000))])),
        ], required: ["day", "minutes", "title"])

    private static func load(_ request: MspRequest) async throws -> OwnIndemnities {
        let year = try await IndemnitySchema.year(request)
        let reading = try await request.read(all: OwnIndemnities.queries(request.msp.id, year: year))
        return try OwnIndemnities(reading.results, year: year)
    }

    private static func read(_ request: MspRequest) async throws -> APIResponse {
        let own = try await load(request)
        return IndemnitySchema.answer(
            .object([
                ("year", .integer(own.year)), ("paid", IndemnitySchema.money(own.paidCents)),
                ("approved", IndemnitySchema.money(own.onItsWayCents)), ("expected", IndemnitySchema.money(own.comingCents)),
                ("total", IndemnitySchema.money(own.totalCents)), ("expected_is_partial", .bool(own.isOnlyPartlyKnown)),
                (
                    "runs",
                    .array(
                        own.lines.map { paid in
                            .object([
                                ("run_id", .string(paid.run.description)), ("name", .string(paid.name)),
                                ("number", paid.number.map { .string($0) } ?? .null), ("status", .string(paid.status.rawValue)),
                                ("line", IndemnityLineJSON.value(paid.line)),
                            ])
                        })
                ),
            ]))
    }

    private static func credits(_ request: MspRequest) async throws -> APIResponse {
        IndemnitySchema.items(
            try await load(request).credits.map { credit in
                .object([
                    ("id", .string(credit.id.description)), ("day", .string(credit.day.description)), ("minutes", .integer(credit.minutes)),
                    ("title", .string(credit.title)), ("task", credit.task.map { .string($0) } ?? .null), ("units", .integer(credit.units)),
                    ("status", .string(credit.status)), ("refusal", credit.refusal.map { .string($0) } ?? .null),
                ])
            })
    }

    private static func declare(_ request: MspRequest) async throws -> APIResponse {
        var reader = try FaultReader(request.web, names: ["day", "minutes", "title", "description", "task", "units"])
        let day = reader.day("day")
        let minutes = reader.integer("minutes", 1...1440)
        let title = reader.text("title", most: 160).map { TextRules.normalised($0, lines: false).trimmed }
        let description = reader.longText("description", required: false, most: 2_000)
        let task = reader.text("task", required: false, most: 60)
        let units = reader.integer("units", 1...1_000, required: false)
        if let task, !IndemnityCodes.task.contains(task) { reader.fault("task", "Choisissez une valeur de la liste.") }
        if let title {
            if title.isEmpty { reader.fault("title", "Indiquez ce qui a été fait.") }
            if let fault = TextRules.fault(title, max: 160, lines: false) { reader.fault("title", fault) }
        }
        guard reader.faults.isEmpty, let day, let minutes, let title else { throw Refusal.invalid(reader.faults) }
        let given = CreditActs.Declaration(
            day: day, minutes: minutes, title: title, description: description, task: task, units: units ?? 1)
        return try await request.writeOnce { unit in
            let id = try await CreditActs.declareOwn(given, unit)
            return IndemnitySchema.answer(status: 201, .object([("id", .id(id))]))
        }
    }
}
