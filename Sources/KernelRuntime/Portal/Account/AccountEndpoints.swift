internal import Kernel

/// One's own account, for programs. A token speaks for its own organisation; what belongs to the account as a whole asks for a session.
enum AccountEndpoints {
    static var all: [PortalEndpoint] {
        [
            PortalEndpoint(
                .get, "me", summary: "Who a session or a token stands for, and where.", responseSchema: PersonEndpoint.responseSchema,
                contract: .one
            ) { request in
                let (person, credential) = try request.signedIn()
                return request.web.answer(PersonEndpoint.json(person, kind: credential.kind))
            },
            PortalEndpoint(
                .patch, "me", summary: "Change one's own name (RFC 7396); in a session.",
                requestSchema: FieldSchema.body(name, demanding: false), responseSchema: PersonEndpoint.responseSchema, contract: .change,
                handle: rename),
            PortalEndpoint(
                .get, "me/tokens", summary: "One's own live tokens; for a token, those of the same organisation.",
                responseSchema: JSONSchema.whole(token), handle: tokens),
            PortalEndpoint(
                .post, "me/tokens", summary: "Make a token; its text is given this once. In a session, and never repeated.",
                requestSchema: newToken, responseSchema: JSONSchema.object([("id", JSONSchema.id), ("token", JSONSchema.text)]),
                contract: EndpointContract(success: 201, otherStatuses: [409]), handle: createToken),
            PortalEndpoint(
                .delete, "me/tokens/:id", summary: "Revoke a token; one with a scope may revoke itself alone.", responseSchema: .null,
                contract: EndpointContract(success: 204)
            ) { request in
                let (_, credential) = try request.signedIn()
                try await OwnToken.revoke(try request.web.id("id"), credential, in: request.database)
                return APIResponse(status: 204, body: [])
            },
            PortalEndpoint(
                .get, "me/sessions", summary: "One's own open sessions; in a session.", responseSchema: JSONSchema.whole(session),
                handle: sessions),
            PortalEndpoint(
                .delete, "me/sessions/:id", summary: "End one of one's own sessions; in a session.", responseSchema: .null,
                contract: EndpointContract(success: 204)
            ) { request in
                let (_, credential) = try request.inSession()
                try await OwnSession.end(try request.web.id("id"), credential, in: request.database)
                return APIResponse(status: 204, body: [])
            },
            PortalEndpoint(
                .delete, "me/sessions", summary: "End one's other sessions and revoke all of one's tokens; in a session.",
                responseSchema: JSONSchema.object([("sessions", JSONSchema.integer), ("tokens", JSONSchema.integer)])
            ) { request in
                let (_, credential) = try request.inSession()
                let ended = try await Ended.others(credential, in: request.database)
                return APIResponse.json {
                    $0.value(.object([("sessions", .integer(ended.sessions)), ("tokens", .integer(ended.tokens))]))
                }
            },
            PortalEndpoint(
                .put, "me/owner", summary: "Choose which of one's organisations may help with the account; in a session.",
                requestSchema: JSONSchema.object([("organisation_id", JSONSchema.optional(JSONSchema.id))], required: ["organisation_id"]),
                responseSchema: .null, contract: EndpointContract(success: 204, otherStatuses: [422]), handle: chooseOwner),
            PortalEndpoint(
                .get, "me/today", summary: "What is late, what comes and what is missing, over all MSPs of the caller.",
                responseSchema: JSONSchema.whole(line), handle: today),
        ]
    }

    // MARK: Name

    private static let name = [
        RecordField("first_name", .text(max: 80), label: "Prénom", required: true),
        RecordField("last_name", .text(max: 80), label: "Nom", required: true),
    ]

    private static func rename(_ request: PortalRequest) async throws -> APIResponse {
        let (person, credential) = try request.inSession()
        try request.web.demand(PersonEndpoint.json(person, kind: credential.kind))
        let readOnly: Set<String> = ["id", "email", "credential", "second_factor", "organisations"]
        let values = try request.web.values(name, readOnly: readOnly, creating: false)
        var faults: [FieldFault] = []
        let (first, last) = (values.text("first_name") ?? person.firstName, values.text("last_name") ?? person.lastName)
        guard let new = OwnName(first: first, last: last, fields: ("first_name", "last_name"), into: &faults) else {
            throw Refusal.invalid(faults)
        }
        try await new.save(credential, in: request.database)
        return request.web.answer(
            PersonEndpoint.json(try await Person.entering(credential, in: request.database.pool), kind: credential.kind))
    }

    private static func chooseOwner(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential) = try request.inSession()
        let place = RecordField("organisation_id", .text(max: 36), label: "Structure")
        let given = try request.web.values([place], creating: true).text("organisation_id")
        let chosen = given.flatMap { Identifier($0) }
        guard given == nil || chosen != nil else { throw Refusal.invalid("organisation_id", "Choisissez l’une de vos structures.") }
        try await OwnStanding.choose(chosen, credential, in: request.database)
        return APIResponse(status: 204, body: [])
    }

    // MARK: Tokens and sessions

    private static let scopes = CodeList("TOKEN_SCOPE", [("read", "Lecture seule"), ("all", "Tous mes droits")])
    private static let creation = [
        RecordField("name", .text(max: 80), label: "Nom", required: true),
        RecordField("scope", .choice(scopes), label: "Droits", required: true),
        RecordField("days", .integer(1...365), label: "Durée en jours", required: true),
    ]
    private static let newToken: JSONValue = {
        let days = JSONValue.object([("enum", .array(NewToken.durations.map { .integer($0.0) }))])
        let members =
            creation.filter { $0.name != "days" }.map { ($0.name, FieldSchema.input($0)) }
            + [("organisation_id", JSONSchema.id), ("days", days)]
        return JSONSchema.object(members, required: members.map(\.0))
    }()
    private static let token = JSONSchema.object([
        ("id", JSONSchema.id), ("organisation_id", JSONSchema.id), ("organisation", JSONSchema.text), ("name", JSONSchema.text),
        ("permissions", JSONSchema.optional(JSONSchema.list(JSONSchema.text))), ("created_at", JSONSchema.instant),
        ("expires_at", JSONSchema.instant), ("last_used_on", JSONSchema.optional(JSONSchema.date)),
    ])
    private static let session = JSONSchema.object([
        ("id", JSONSchema.id), ("client", JSONSchema.text), ("opened_at", JSONSchema.instant), ("seen_at", JSONSchema.instant),
        ("current", JSONSchema.boolean),
    ])

    private static func tokens(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential) = try request.signedIn()
        let rows = try await request.database.run(OwnToken.alive(credential, request.web.now))
        let tokens = try rows.map(OwnToken.init(row:)).map { token in
            JSONValue.object([
                ("id", .id(token.id)), ("organisation_id", .id(token.organisation)), ("organisation", .string(token.organisationName)),
                ("name", .string(token.name)), ("permissions", token.permissions.map { .texts($0) } ?? .null),
                ("created_at", .instant(token.created)), ("expires_at", .instant(token.expires)), ("last_used_on", .date(token.used)),
            ])
        }
        return APIResponse.json { $0.value(.object([("data", .array(tokens))])) }
    }

    private static func createToken(_ request: PortalRequest) async throws -> APIResponse {
        let (person, credential) = try request.inSession()
        let place = RecordField("organisation_id", .text(max: 36), label: "Structure", required: true)
        let values = try request.web.values(creation + [place], creating: true)
        var faults: [FieldFault] = []
        let made = NewToken(
            name: values.text("name"), organisation: values.text("organisation_id")?.lowercased(), isFull: values.text("scope") == "all",
            days: values.int("days"), person: person, names: .api, into: &faults)
        guard let made else { throw Refusal.invalid(faults) }
        let (id, text) = try await made.make(credential, now: request.web.now, in: request.database)
        return APIResponse.json(status: 201) { $0.value(.object([("id", .id(id)), ("token", .string(text))])) }
    }

    private static func sessions(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential) = try request.inSession()
        let sessions = try await request.database.run(OwnSession.query(credential)).map(OwnSession.init(row:)).map { session in
            JSONValue.object([
                ("id", .id(session.id)), ("client", .string(session.client)), ("opened_at", .instant(session.opened)),
                ("seen_at", .instant(session.seen)), ("current", .bool(session.isCurrent)),
            ])
        }
        return APIResponse.json { $0.value(.object([("data", .array(sessions))])) }
    }

    // MARK: Today

    private static let line = JSONSchema.object([
        ("column", JSONSchema.codes(["late", "next", "missing"])), ("title", JSONSchema.text), ("detail", JSONSchema.text),
        ("day", JSONSchema.date), ("msp_id", JSONSchema.id), ("page", JSONSchema.text),
    ])

    private static func today(_ request: PortalRequest) async throws -> APIResponse {
        let (person, credential) = try request.signedIn()
        let lines = try await TodayRoutes.lines(request, person: person, credential: credential).lines
            .sorted { ($0.item.day, $0.item.title, $0.item.href) < ($1.item.day, $1.item.title, $1.item.href) }
        let data = lines.map { line in
            let column =
                switch line.item.column {
                case .late: "late"
                case .next: "next"
                case .missing: "missing"
                }
            return JSONValue.object([
                ("column", .string(column)), ("title", .string(line.item.title)), ("detail", .string(line.item.detail)),
                ("day", .date(line.item.day)), ("msp_id", .id(line.msp.id)), ("page", .string(line.item.href)),
            ])
        }
        return APIResponse.json { $0.value(.object([("data", .array(data))])) }
    }
}
