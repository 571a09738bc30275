internal import Kernel

/// A federation's members for programs. Its agents read, its administrators create and invite; nobody enters an MSP from here.
///
/// A personal token made for the federation works like its person; one made for reading reads, as an agent does.
enum FederationEndpoints {
    static var all: [PortalEndpoint] {
        [
            PortalEndpoint(
                .get, "federations/:federation/msps", summary: "The MSPs of a federation, by name.",
                responseSchema: JSONSchema.slice(schema), contract: .slices(), admit: { _ = try federation($0) }, handle: list),
            PortalEndpoint(
                .post, "federations/:federation/msps",
                summary: "Create an MSP and, if wanted, invite who will coordinate it. For administrators.", requestSchema: body,
                responseSchema: schema, contract: .creation, admit: { _ = try federation($0, administering: true) }, handle: create),
            PortalEndpoint(
                .get, "federations/:federation/msps/:id", summary: "One MSP of a federation.", responseSchema: schema, contract: .one,
                admit: { _ = try federation($0) }, handle: one),
            PortalEndpoint(
                .post, "federations/:federation/msps/:id/coordinator-invitations",
                summary: "Invite the first coordination, or the first manager, of an MSP. For administrators.",
                requestSchema: FieldSchema.body(first, demanding: true), responseSchema: schema,
                contract: EndpointContract(parameters: [.idempotencyKey], success: 201, otherStatuses: [409, 422]),
                admit: { _ = try federation($0, administering: true) }, handle: invite),
            PortalEndpoint(
                .post, "federations/:federation/msps/:id/time-zone",
                summary: "Change the time zone of an MSP; what is to come there keeps the hour that people read. For administrators.",
                requestSchema: FieldSchema.body(zone, demanding: true),
                responseSchema: JSONSchema.object([("time_zone", JSONSchema.text)]),
                contract: EndpointContract(parameters: [], success: 200, otherStatuses: [422]),
                admit: { _ = try federation($0, administering: true) }, handle: changeZone),
            PortalEndpoint(
                .post, "federations/:federation/msps/:id/resend-invitation",
                summary: "Send a new link for the invitation that waits in a role, to a corrected address if one is given. "
                    + "For administrators.",
                requestSchema: FieldSchema.body(again, demanding: true), responseSchema: schema,
                contract: EndpointContract(otherStatuses: [409, 422]), admit: { _ = try federation($0, administering: true) }
            ) { request in
                let email = try request.web.values(again, creating: true).text("email")
                return try await answer(request, fields: again) { id, msp, person, credential, transaction in
                    try await FederationMemberPage.resend(id, of: msp, email: email, person, credential, request, transaction)
                }
            },
            PortalEndpoint(
                .post, "federations/:federation/msps/:id/cancel-invitation",
                summary: "Withdraw the invitation that waits in a role. For administrators.",
                requestSchema: FieldSchema.body(waiting, demanding: true), responseSchema: schema,
                contract: EndpointContract(otherStatuses: [409, 422]), admit: { _ = try federation($0, administering: true) }
            ) { request in
                try await answer(request) { id, msp, _, credential, transaction in
                    try await FederationMemberPage.cancel(id, of: msp, credential, transaction)
                }
            },
        ]
    }

    private static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("name", JSONSchema.text), ("town", JSONSchema.optional(JSONSchema.text)),
        ("department", JSONSchema.optional(JSONSchema.text)), ("slug", JSONSchema.text),
        ("state", JSONSchema.codes(["ACTIVE", "PENDING", "LEFT"])), ("joined_on", JSONSchema.date), ("has_coordinator", JSONSchema.boolean),
        ("coordinator_invited_at", JSONSchema.optional(JSONSchema.instant)), ("has_manager", JSONSchema.boolean),
        ("manager_invited_at", JSONSchema.optional(JSONSchema.instant)), ("coordinator_mail_failure", failure),
        ("manager_mail_failure", failure),
    ])
    private static let failure = JSONSchema.optional(JSONSchema.codes(MailState.allCases.filter(\.hasFailed).map(\.rawValue)))
    private static let fields = [
        RecordField("name", .text(max: 120), label: "Nom", required: true),
        RecordField("slug", .text(max: 60), label: "Adresse sur le site", help: "Drawn from the name when it is left out."),
        RecordField("town", .text(max: 120), label: "Commune", required: true),
        RecordField("department", .text(max: 60), label: "Département", required: true),
        RecordField("region", .text(max: 80), label: "Région", required: true),
        RecordField(
            "time_zone", .choice(FrenchTerritory.zoneList), label: "Heure locale", help: "That of the department when it is left out."),
    ]
    private static let zone = [RecordField("time_zone", .choice(FrenchTerritory.zoneList), label: "Heure locale", required: true)]
    private static let coordinator = [
        RecordField("first_name", .text(max: 80), label: "Prénom", required: true),
        RecordField("last_name", .text(max: 80), label: "Nom", required: true),
        RecordField("email", .email, label: "Adresse électronique", required: true),
    ]
    private static let first =
        coordinator + [RecordField("role", .choice(CoordinatorInvitation.roles), label: "Rôle", help: "COORDINATOR when it is left out.")]
    private static let waiting = [RecordField("role", .choice(CoordinatorInvitation.roles), label: "Rôle", required: true)]
    private static let again =
        waiting + [RecordField("email", .email, label: "Adresse électronique", help: "The address as it stands when it is left out.")]
    private static let body: JSONValue = {
        let invited = JSONSchema.optional(FieldSchema.body(coordinator, demanding: true))
        return JSONSchema.object(
            fields.map { ($0.name, FieldSchema.input($0)) } + [("coordinator", invited)],
            required: fields.filter(\.isRequired).map(\.name))
    }()

    private static func json(_ member: FederationMember) -> JSONValue {
        .object([
            ("id", .id(member.id)), ("name", .string(member.name)), ("town", .text(member.town)), ("department", .text(member.department)),
            ("slug", .string(member.slug)), ("state", .string(member.state)), ("joined_on", .date(member.joined)),
            ("has_coordinator", .bool(member.hasCoordinator)), ("coordinator_invited_at", .instant(member.coordination.invited)),
            ("has_manager", .bool(member.management.isHeld)), ("manager_invited_at", .instant(member.management.invited)),
            ("coordinator_mail_failure", failure(member.coordination)), ("manager_mail_failure", failure(member.management)),
        ])
    }

    private static func failure(_ standing: FederationMember.RoleStanding) -> JSONValue {
        standing.hasFailedLetter ? .text(standing.letter?.mail?.rawValue) : .null
    }

    /// The federation of the address when the person belongs to it; one answer for any other organisation and for none.
    static func federation(
        _ request: PortalRequest, administering: Bool = false
    ) throws -> (person: Person, credential: Credential, id: Identifier) {
        let (person, credential) = try request.signedIn()
        // The id, or the address that people see.
        let place = request.web.parameters["federation"] ?? ""
        let id = Identifier(place)
        guard let found = person.organisations.first(where: { ($0.id == id || $0.slug == place) && $0.kind == "FEDERATION" }) else {
            throw Refusal.notFound
        }
        if administering, !found.roles.contains(FederationRoutes.adminRole) { throw Refusal.forbidden }
        return (person, credential, found.id)
    }

    // MARK: Reading

    private static func list(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential, federation) = try federation(request)
        var given = ListParameters(request.web, known: ["limit", "cursor"])
        let limit = given.limit()
        let place = given.cursor("federation.msps") { parts -> (name: String, id: Identifier)? in
            guard parts.count == 2, let id = Identifier(parts[1]) else { return nil }
            return (parts[0], id)
        }
        try given.check()
        let rows = try await request.database.run(FederationMember.slice(credential, federation, after: place, limit: limit))
        return Slice.answer(
            try rows.map(FederationMember.init(row:)), limit: limit, of: "federation.msps", web: request.web,
            place: { [$0.name, $0.id.description] }, json: json)
    }

    private static func one(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential, federation) = try federation(request)
        return request.web.answer(json(try await FederationMember.found(request, parameter: "id", credential, federation)))
    }

    // MARK: Acts

    private static func changeZone(_ request: PortalRequest) async throws -> APIResponse {
        let (_, credential, federation) = try federation(request, administering: true)
        let member = try await FederationMember.found(request, parameter: "id", credential, federation)
        let chosen = try request.web.values(zone, creating: true).text("time_zone") ?? ""
        try await MemberZone.change(member, to: chosen, federation, credential, request, field: "time_zone")
        return request.web.answer(.object([("time_zone", .string(chosen))]))
    }

    private static func create(_ request: PortalRequest) async throws -> APIResponse {
        let (person, credential, federation) = try federation(request, administering: true)
        let (values, invited) = try content(request.web)
        var faults: [FieldFault] = []
        let founded = FoundedMsp(names: .api, now: request.web.now, into: &faults) { values.text($0) }
        guard faults.isEmpty, let founded else { throw Refusal.invalid(faults) }
        return try await once(request, credential, federation) { transaction in
            try await founded.save(federation, invited: invited, person, credential, request, transaction)
            let made = try await transaction.run(FederationMember.one(credential, federation, founded.id))[0]
            guard let row = made.first else { throw Refusal.notFound }
            return request.web.answer(
                created: json(try FederationMember(row: row)), at: "/api/v1/federations/\(federation)/msps/\(founded.id)")
        }
    }

    private static func invite(_ request: PortalRequest) async throws -> APIResponse {
        let (person, credential, federation) = try federation(request, administering: true)
        let msp = try await FederationMember.found(request, parameter: "id", credential, federation)
        let values = try request.web.values(first, creating: true)
        let invited = try self.invited(values, prefix: "")
        return try await once(request, credential, federation) { transaction in
            try await CoordinatorInvitation.send(invited, to: msp, person, credential, request, transaction)
            guard let row = try await transaction.run(FederationMember.one(credential, federation, msp.id))[0].first else {
                throw Refusal.notFound
            }
            let value = json(try FederationMember(row: row))
            return APIResponse.json(status: 201) { $0.value(value) }
        }
    }

    /// Does something to the invitation that waits in a role; answers with the MSP as it then stands.
    private static func answer(
        _ request: PortalRequest, fields: [RecordField] = waiting,
        _ body: @escaping @Sendable (Identifier, FederationMember, Person, Credential, PostgresTransaction) async throws -> Void
    ) async throws -> APIResponse {
        let (person, credential, federation) = try federation(request, administering: true)
        let msp = try await FederationMember.found(request, parameter: "id", credential, federation)
        let role = try request.web.values(fields, creating: true).text("role")
        let standing = role == Role.manager.rawValue ? msp.management : msp.coordination
        guard let id = standing.invitation else { throw Refusal.conflict("not_waiting", "Aucune invitation n’attend dans ce rôle.") }
        let row = try await request.database.transaction { transaction in
            try await body(id, msp, person, credential, transaction)
            return try await transaction.run(FederationMember.one(credential, federation, msp.id))[0].first.map(FederationMember.init(row:))
        }
        guard let row else { throw Refusal.notFound }
        return request.web.answer(json(row))
    }

    /// The members of a creation; the coordinator is an object of its own, or null.
    private static func content(_ web: WebRequest) throws -> (values: RecordValues, invited: CoordinatorInvitation.Invited?) {
        guard let members = web.json?.objectValue else {
            throw Refusal.malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        let values = try web.replacing(json: .object(members.filter { $0.0 != "coordinator" })).values(fields, creating: true)
        guard let given = web.json?["coordinator"], given != .null else { return (values, nil) }
        guard given.objectValue != nil else { throw Refusal.invalid("coordinator", "Un objet est attendu, ou null.") }
        do {
            return (values, try invited(try web.replacing(json: given).values(coordinator, creating: true), prefix: "coordinator/"))
        } catch let refusal as Refusal {
            throw Refusal.invalid(
                refusal.faults.map { FieldFault($0.field.hasPrefix("coordinator/") ? $0.field : "coordinator/\($0.field)", $0.message) })
        }
    }

    private static func invited(_ values: RecordValues, prefix: String) throws -> CoordinatorInvitation.Invited {
        var faults: [FieldFault] = []
        let invited = CoordinatorInvitation.Invited(
            first: values.text("first_name"), last: values.text("last_name"), email: values.text("email"), role: values.text("role"),
            fields: ("\(prefix)first_name", "\(prefix)last_name", "\(prefix)email"), into: &faults)
        guard let invited else { throw Refusal.invalid(faults) }
        return invited
    }

    /// One transaction; with an `Idempotency-Key`, the first answer is kept in it and given again.
    private static func once(
        _ request: PortalRequest, _ credential: Credential, _ federation: Identifier,
        _ body: @escaping @Sendable (PostgresTransaction) async throws -> APIResponse
    ) async throws -> APIResponse {
        let key = try Idempotency(request.web)
        return try await request.database.transaction { transaction in
            guard let key else { return try await body(transaction) }
            switch try await key.claim(credential, federation, transaction) {
            case .otherContent: throw Idempotency.otherContentRefusal
            case .replay(let answer): return APIResponse(status: answer.status, headers: answer.headers, body: answer.body)
            case .first:
                let response = try await body(transaction)
                key.keep(
                    Idempotency.Answer(status: response.status, headers: response.headers, body: response.body), credential, federation,
                    transaction)
                return response
            }
        }
    }
}

extension WebRequest {
    /// The same request with another document, to read one part of a body.
    fileprivate func replacing(json: JSONValue) -> WebRequest {
        WebRequest(
            method: method, path: path, queryText: queryText, query: query, form: form, json: json, bodyDigest: bodyDigest,
            parameters: parameters, headers: headers, isEnhanced: isEnhanced, now: now, requestID: requestID, publicURL: publicURL,
            clientAddress: clientAddress)
    }
}
