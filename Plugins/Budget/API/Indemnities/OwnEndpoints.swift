import Kernel

/// One's own indemnities, for one's own programs; and the accounts that money reaches, which are written and never read back.
enum OwnEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .get, "own/indemnities", permission: IndemnityPermissions.readOwn,
            summary: "One's own running total of a year: lines of approved runs and what is still to come.", responseSchema: own,
            contract: EndpointContract(parameters: [IndemnitySchema.year]), handle: read),
        EndpointRoute(
            .get, "own/work-credits", permission: IndemnityPermissions.readOwn, summary: "The times that one declared in a year.",
            responseSchema: IndemnitySchema.items(credit), contract: EndpointContract(parameters: [IndemnitySchema.year]), handle: credits),
        EndpointRoute(
            .post, "own/work-credits", permission: IndemnityPermissions.declareOwn, summary: "Declare time spent outside meetings.",
            requestSchema: declaration, responseSchema: IndemnitySchema.object([("id", IndemnitySchema.id)]),
            contract: EndpointContract(success: 201, otherStatuses: [409, 422]), handle: declare),
        EndpointRoute(
            .put, "own/bank-account", permission: IndemnityPermissions.declareOwn, summary: "Give the account to which one is paid.",
            requestSchema: account, responseSchema: masked, contract: EndpointContract(otherStatuses: [409, 422])
        ) { request in
            try await save(request) { unit in
                guard let own = unit.access.professional else {
                    throw Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")
                }
                return own
            }
        },
        EndpointRoute(
            .put, "bank-account", permission: IndemnityPermissions.writeAccounts, summary: "Give the account from which the MSP pays.",
            requestSchema: account, responseSchema: masked, contract: EndpointContract(otherStatuses: [422])
        ) { request in try await save(request) { _ in nil } },
        EndpointRoute(
            .put, "professionals/:id/bank-account", permission: IndemnityPermissions.writeAccounts,
            summary: "Give the account to which somebody is paid.", requestSchema: account, responseSchema: masked,
            contract: EndpointContract(otherStatuses: [422])
        ) { request in
            let person = try request.web.id("id")
            let known = try await request.read(
                Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(request.msp.id), .id(person)))
            guard !known.results[0].isEmpty else { throw Refusal.notFound }
            return try await save(request) { _ in person }
        },
    ]

    private static let credit = IndemnitySchema.object([
        ("id", IndemnitySchema.id), ("day", IndemnitySchema.day), ("minutes", IndemnitySchema.integer), ("title", IndemnitySchema.text),
        ("task", IndemnitySchema.optional(IndemnitySchema.text)), ("units", IndemnitySchema.integer), ("status", IndemnitySchema.text),
        ("refusal", IndemnitySchema.optional(IndemnitySchema.text)),
    ])

    private static let own = IndemnitySchema.object([
        ("year", IndemnitySchema.integer), ("paid", IndemnitySchema.money), ("approved", IndemnitySchema.money),
        ("expected", IndemnitySchema.money), ("total", IndemnitySchema.money), ("expected_is_partial", IndemnitySchema.flag),
        (
            "runs",
            IndemnitySchema.list(
                IndemnitySchema.object([
                    ("run_id", IndemnitySchema.id), ("name", IndemnitySchema.text),
                    ("number", IndemnitySchema.optional(IndemnitySchema.text)),
                    ("status", IndemnitySchema.text), ("line", IndemnityLineJSON.schema),
                ]))
        ),
    ])

    private static let declaration = IndemnitySchema.object(
        [
            ("day", IndemnitySchema.day),
            ("minutes", .object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(1440))])),
            ("title", .object([("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(160))])),
            ("description", IndemnitySchema.optional(IndemnitySchema.text)),
            ("task", IndemnitySchema.optional(IndemnitySchema.text)),
            ("units", .object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(1000))])),
        ], required: ["day", "minutes", "title"])

    private static let account = IndemnitySchema.object(
        [("holder", IndemnitySchema.text), ("iban", IndemnitySchema.text), ("bic", IndemnitySchema.optional(IndemnitySchema.text))],
        required: ["holder", "iban"])

    private static let masked = IndemnitySchema.object([("holder", IndemnitySchema.text), ("iban", IndemnitySchema.text)])

    private static func load(_ request: MspRequest) async throws -> OwnIndemnities {
        let year = try IndemnitySchema.year(request.web, zone: request.msp.timeZone)
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
        try IndemnitySchema.refuse(request.web)
        var reader = try IndemnitySchema.body(request.web, names: ["day", "minutes", "title", "description", "task", "units"])
        let day = reader.day("day")
        let minutes = reader.integer("minutes", 1...1440)
        let title = reader.text("title", most: 160)?.withoutEnds
        let description: String? = reader.value("description") == nil ? nil : reader.longText("description", most: 2_000)
        let task = reader.text("task", required: false, most: 60)
        let units = reader.integer("units", 1...1_000, required: false)
        if let task, !IndemnityCodes.task.contains(task) { reader.fault("task", "Choisissez une valeur de la liste.") }
        for (name, text, most) in [("title", title, 160), ("description", description, 2_000)] {
            guard let text else { continue }
            if text.withoutEnds.isEmpty { reader.fault(name, "Indiquez ce qui a été fait.") }
            if let fault = IndemnityForm.fault(text, most: most) { reader.fault(name, fault) }
        }
        guard reader.faults.isEmpty, let day, let minutes, let title else { throw Refusal.invalid(reader.faults) }
        let given = CreditActs.Declaration(
            day: day, minutes: minutes, title: title, description: description, task: task, units: units ?? 1)
        let id = try await request.write { unit in try await CreditActs.declareOwn(given, unit) }
        return IndemnitySchema.answer(status: 201, .object([("id", .string(id.description))]))
    }

    private static func save(
        _ request: MspRequest, of person: @escaping @Sendable (WriteUnit) throws -> Identifier?
    ) async throws -> APIResponse {
        try IndemnitySchema.refuse(request.web)
        var reader = try IndemnitySchema.body(request.web, names: ["holder", "iban", "bic"])
        let (holder, iban) = (reader.text("holder", most: 70), reader.text("iban", most: 50))
        let bic = reader.text("bic", required: false, most: 14)
        guard reader.faults.isEmpty, let holder, let iban else { throw Refusal.invalid(reader.faults) }
        let entry = try BankAccounts.entry(holder: holder, iban: iban, bic: bic)
        try await request.write { unit in try await BankAccounts.save(entry, of: try person(unit), unit) }
        return IndemnitySchema.answer(
            .object([("holder", .string(entry.holder)), ("iban", .string(BankAccounts.masked(entry.account.iban)))]))
    }
}

extension FaultReader {
    /// A text of several lines; which characters it may hold is checked with the others.
    fileprivate mutating func longText(_ name: String, most: Int) -> String? {
        guard let text = value(name)?.stringValue, !text.isEmpty else {
            fault(name, "Un texte de 1 à \(most) caractères est attendu.")
            return nil
        }
        return text
    }
}
