import Kernel

/// The content of a rule, for programs: one document, the one that the form writes too.
enum RuleEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .post, "indemnity-rules", permission: IndemnityPermissions.writeRules, summary: "Write the draft of a new rule.",
            requestSchema: document, responseSchema: JSONSchema.object([("id", JSONSchema.id)]),
            contract: .creation, handle: create),
        EndpointRoute(
            .get, "indemnity-rules/:id/document", permission: IndemnityPermissions.readRules,
            summary: "The whole content of a rule, with the decision that voted it.", responseSchema: stored,
            contract: .one, handle: read),
        EndpointRoute(
            .put, "indemnity-rules/:id/document", permission: IndemnityPermissions.writeRules,
            summary: "Replace the content of a draft; a voted rule never changes.", requestSchema: document, responseSchema: stored,
            contract: .change, handle: replace),
        EndpointRoute(
            .get, "indemnity-simulation", permission: IndemnityPermissions.readLines,
            summary: "Two rules on the real times of a period, person by person; nothing is stored.", responseSchema: comparison,
            contract: EndpointContract(
                parameters: [
                    .init(
                        "current", in: .query, schema: JSONSchema.id,
                        summary: "Rule to compare with; the one in force unless said otherwise."),
                    .init(
                        "proposed", in: .query, schema: JSONSchema.id,
                        summary: "Rule that is proposed; the newest draft unless said otherwise."),
                    .init(
                        "from", in: .query, schema: JSONSchema.date,
                        summary: "First day; that of the last half-year unless said otherwise."),
                    .init("to", in: .query, schema: JSONSchema.date, summary: "Last day, included."),
                    .init(
                        "surplus_cents", in: .query,
                        schema: JSONSchema.integer(0...IndemnityLimits.surplus), summary: "Surplus to share, in cents."),
                ], otherStatuses: [409]), handle: simulate),
    ]

    // MARK: Schemas

    private static let cents = JSONSchema.integer(0...IndemnityLimits.cents)
    private static let number = JSONValue.object([("type", .string("string")), ("pattern", .string("^[0-9]{1,9}(\\.[0-9]{1,4})?$"))])
    private static let rate = JSONSchema.object(
        ["profession", "role", "meeting_type", "task"].map { ($0, JSONSchema.optional(JSONSchema.text)) } + [("cents", cents)],
        required: ["cents"])
    private static let weight = JSONSchema.object(
        ["profession", "role"].map { ($0, JSONSchema.optional(JSONSchema.text)) } + [("factor", number)], required: ["factor"])
    private static let share = JSONSchema.object(
        ["percent", "points_per_hour", "points_per_meeting", "points_per_task", "points_fixed"].map { ($0, number) } + [
            ("weights", JSONSchema.list(weight))
        ], required: [])
    private static let methods = JSONSchema.codes(IndemnityMethod.allCases.map(\.rawValue))
    private static let partMembers: [(String, JSONValue)] = [
        ("meeting_types", JSONSchema.list(JSONSchema.text)), ("counts_credits", JSONSchema.boolean),
        ("rates", JSONSchema.list(rate)), ("share", share),
    ]
    private static let members: [(String, JSONValue)] =
        [
            ("name", JSONSchema.text), ("version", JSONSchema.integer), ("valid_from", JSONSchema.date),
            ("valid_to", JSONSchema.optional(JSONSchema.date)), ("method", methods),
            ("eligible", JSONSchema.codes(Eligibility.allCases.map(\.rawValue))),
            ("late_rule", JSONSchema.codes(LateRule.allCases.map(\.rawValue))),
            ("min_presence_minutes", JSONSchema.optional(JSONSchema.integer)),
            ("rounding_minutes", JSONSchema.optional(JSONSchema.integer)),
            ("rounding", JSONSchema.codes(MinuteRounding.Direction.allCases.map(\.rawValue))),
            ("cap_per_person_cents", JSONSchema.optional(cents)), ("cap_total_cents", JSONSchema.optional(cents)),
            ("parts", JSONSchema.list(JSONSchema.object([("method", methods)] + partMembers, required: ["method"]))),
        ] + partMembers

    static let document = JSONSchema.object(members, required: ["name", "valid_from", "method", "eligible"])

    private static let stored = JSONSchema.object(
        members + [
            (
                "decision",
                JSONSchema.optional(
                    JSONSchema.object([
                        ("kind", JSONSchema.text), ("reference", JSONSchema.text), ("date", JSONSchema.date),
                    ]))
            )
        ], required: ["name", "version", "valid_from", "method", "eligible"])

    private static let comparison = JSONSchema.object([
        ("summary", JSONSchema.text), ("current_total", IndemnitySchema.money), ("proposed_total", IndemnitySchema.money),
        (
            "items",
            JSONSchema.list(
                JSONSchema.object([
                    ("professional_id", JSONSchema.id), ("current", IndemnitySchema.money), ("proposed", IndemnitySchema.money),
                ]))
        ),
    ])

    // MARK: Acts

    private static func create(_ request: MspRequest) async throws -> APIResponse {
        let document = try request.web.document()
        return try await request.writeOnce { unit in
            let id = try await RuleActs.create(document, unit)
            let address = "/api/v1/msps/\(unit.msp)/budget/indemnity-rules/\(id)/document"
            return IndemnitySchema.answer(
                status: 201, headers: [("Location", address), ("ETag", EntityTag(revision: 1).text)], .object([("id", .id(id))]))
        }
    }

    private static func query(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(
            "select " + StoredRule.columns + ", k.revision from budget.indemnity_rule k where k.msp_id = $1 and k.id = $2", .id(msp),
            .id(id))
    }

    private static func answer(_ row: Row?, _ web: WebRequest) throws -> APIResponse {
        guard let row else { throw Refusal.notFound }
        return try web.answer(revision: try row["revision"]) { JSONWriter.bytes(try StoredRule(row).rule.json) }
    }

    private static func read(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(query(request.msp.id, try request.web.id("id")))
        return try answer(reading.results[0].first, request.web)
    }

    private static func replace(_ request: MspRequest) async throws -> APIResponse {
        let id = try request.web.id("id")
        let expected = try request.web.expectedRevisions()
        let document = try request.web.document()
        return try await request.write { unit in
            try await RuleActs.update(id, document, expected: expected, unit)
            return try answer(try await unit.one(query(unit.msp, id)).first, request.web)
        }
    }

    private static func simulate(_ request: MspRequest) async throws -> APIResponse {
        let web = request.web
        func read<T>(_ name: String, _ make: (String) -> T?) throws -> T? {
            guard let text = web.query[name] else { return nil }
            guard let value = make(text) else { throw Refusal.malformed(name, "Le paramètre «\u{00A0}\(name)\u{00A0}» n’est pas compris.") }
            return value
        }
        let (current, proposed) = (try read("current") { Identifier($0) }, try read("proposed") { Identifier($0) })
        let half = SimulationPage.lastHalfYear(try await request.today())
        let (from, to) = (try read("from") { CivilDate($0) } ?? half.from, try read("to") { CivilDate($0) } ?? half.to)
        guard from <= to, to.daysSinceEpoch - from.daysSinceEpoch <= 800 else {
            throw Refusal.malformed("to", "La période va du premier au dernier jour, deux ans au plus.")
        }
        let surplus = try read("surplus_cents") { Int($0).flatMap { (0...IndemnityLimits.surplus).contains($0) ? $0 : nil } } ?? 0
        let reading = try await request.read(
            all: RunFacts.queries(request.msp.id, .days(from, to, isWhole: true)) + [StoredRule.all(request.msp.id)])
        let facts = try RunFacts(reading.results[..<RunFacts.queryCount])
        let rules = try reading.results[RunFacts.queryCount].map(StoredRule.init)
        guard !rules.isEmpty else { throw Refusal.conflict("no_rule", "Préparez d’abord une règle.") }
        let question = SimulationPage.Question(
            current: current ?? SimulationPage.usual(rules) { $0.status == "VOTED" && $0.rule.isInForce(on: to) },
            proposed: proposed ?? SimulationPage.usual(rules) { $0.status == "DRAFT" }, from: from, to: to, surplusCents: surplus)
        guard let comparison = SimulationPage.compare(question, rules, facts) else { throw Refusal.notFound }
        return IndemnitySchema.answer(
            .object([
                ("summary", .string(comparison.summary)), ("current_total", IndemnitySchema.money(comparison.current.totalCents)),
                ("proposed_total", IndemnitySchema.money(comparison.proposed.totalCents)),
                (
                    "items",
                    .array(
                        comparison.rows.map { row in
                            .object([
                                ("professional_id", .string(row.person.description)), ("current", IndemnitySchema.money(row.currentCents)),
                                ("proposed", IndemnitySchema.money(row.proposedCents)),
                            ])
                        })
                ),
            ]))
    }
}
