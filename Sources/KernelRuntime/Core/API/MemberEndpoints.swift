internal import Kernel

/// Who has access to the MSP, for programs: the same acts as « Membres et accès ». Each answers with the membership, so a role or a scope
/// that acts needs to read members too.
enum MemberEndpoints {
    static var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "members", permission: CorePermissions.readMembers, summary: "Who has access, by name.",
                responseSchema: JSONSchema.slice(schema),
                contract: .slices([.filter("ended", JSONSchema.codes(["true", "false"]), "True to see ended memberships too.")]),
                handle: list),
            EndpointRoute(
                .post, "members", permission: CorePermissions.inviteMembers,
                summary: "Invite somebody: it waits for a yes, a mail carries the link; again for who has not answered yet.",
                requestSchema: FieldSchema.body(invitation, demanding: true), responseSchema: schema, contract: .creation, handle: invite),
            EndpointRoute(
                .post, "members/invite-team", permission: CorePermissions.inviteMembers,
                summary: "Invite all of the team who have an address and no access yet; says who has none.",
                responseSchema: JSONSchema.object([
                    ("invited", JSONSchema.integer),
                    (
                        "without_address",
                        JSONSchema.list(JSONSchema.object([("professional_id", JSONSchema.id), ("name", JSONSchema.text)]))
                    ),
                ]), contract: EndpointContract(parameters: [.idempotencyKey]), handle: inviteTeam),
            EndpointRoute(
                .get, "members/:id", permission: CorePermissions.readMembers, summary: "One membership.", responseSchema: schema,
                contract: .one, handle: one),
            EndpointRoute(
                .patch, "members/:id", permission: CorePermissions.manageMembers,
                summary: "Change roles or days of somebody else's membership (RFC 7396).",
                requestSchema: FieldSchema.body(changeable, demanding: false), responseSchema: schema, contract: .change, handle: change),
            EndpointRoute(
                .delete, "members/:id", permission: CorePermissions.manageMembers,
                summary: "End somebody else's membership at once; its tokens here are revoked.", responseSchema: .null, contract: .end,
                handle: end),
            EndpointRoute(
                .post, "members/:id/resend-invitation", permission: CorePermissions.inviteMembers,
                summary: "Send a new link for an invitation that waits; to a corrected address it is another invitation, "
                    + "which is answered.",
                requestSchema: FieldSchema.body(address, demanding: false), responseSchema: schema,
                contract: EndpointContract(bodyIsOptional: true, otherStatuses: [409, 422])
            ) { request in
                let email = request.web.json == nil ? nil : try request.web.values(address, creating: true).text("email")
                return try await acting(request, isConditional: false) { acts, member in
                    let waiting = try await acts.resend(member, email: email)
                    return request.web.answer(json(try await acts.found(waiting), acts.unit.access.local(acts.unit.now).date))
                }
            },
            EndpointRoute(
                .post, "members/:id/cancel-invitation", permission: CorePermissions.inviteMembers,
                summary: "Withdraw an invitation that waits.", responseSchema: .null,
                contract: EndpointContract(success: 204, otherStatuses: [409, 422])
            ) { request in
                try await acting(request, isConditional: false) { acts, member in
                    try await acts.cancel(member)
                    return APIResponse(status: 204, body: [])
                }
            },
            EndpointRoute(
                .post, "members/:id/close-sessions", permission: CorePermissions.manageMembers,
                summary: "Close every session of the person and revoke the tokens, where this MSP owns the account.",
                responseSchema: JSONSchema.object([("closed", JSONSchema.integer)]),
                contract: EndpointContract(otherStatuses: [409]), handle: closeSessions),
            EndpointRoute(
                .post, "members/:id/clear-second-factor", permission: CorePermissions.manageMembers,
                summary: "Take off a lost second factor, where this MSP owns the account; only in a session, never with a token.",
                responseSchema: .null,
                contract: EndpointContract(success: 204, otherStatuses: [409]), handle: clearSecondFactor),
        ]
    }

    private static let invitation = [
        RecordField("first_name", .text(max: 80), label: "Prénom", required: true),
        RecordField("last_name", .text(max: 80), label: "Nom", required: true),
        RecordField("email", .email, label: "Adresse électronique", required: true),
        RecordField("roles", .choices(Roles.list), label: "Rôles", required: true),
        RecordField("professional_id", .reference(.professional), label: "Personne de l’équipe"),
    ]
    private static let address = [
        RecordField("email", .email, label: "Adresse électronique", help: "The address as it stands when it is left out.")
    ]
    private static let changeable = [
        RecordField("roles", .choices(Roles.list), label: "Rôles", required: true),
        RecordField("valid_from", .date, label: "Premier jour", required: true),
        RecordField("valid_to", .date, label: "Dernier jour", help: "Null without a last day."),
        RecordField("professional_id", .reference(.professional), label: "Personne de l’équipe"),
    ]
    private static let readOnly: Set<String> = [
        "id", "account_id", "state", "first_name", "last_name", "email", "second_factor", "last_sign_in_at", "account_owned", "invited_at",
    ]

    static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("account_id", JSONSchema.optional(JSONSchema.id)),
        ("state", JSONSchema.codes(Member.State.allCases.map(\.rawValue))),
        ("first_name", JSONSchema.text), ("last_name", JSONSchema.text), ("email", JSONSchema.text),
        ("roles", JSONSchema.list(JSONSchema.text)), ("professional_id", JSONSchema.optional(JSONSchema.id)),
        ("valid_from", JSONSchema.date), ("valid_to", JSONSchema.optional(JSONSchema.date)),
        ("second_factor", JSONSchema.optional(JSONSchema.boolean)), ("last_sign_in_at", JSONSchema.optional(JSONSchema.instant)),
        ("account_owned", JSONSchema.boolean), ("invited_at", JSONSchema.optional(JSONSchema.instant)),
        ("mail_failure", JSONSchema.optional(JSONSchema.codes(MailState.allCases.filter(\.hasFailed).map(\.rawValue)))),
    ])

    private static func json(_ member: Member, _ today: CivilDate) -> JSONValue {
        .object([
            ("id", .id(member.id)), ("account_id", .id(member.account)), ("state", .string(member.state(today).rawValue)),
            ("first_name", .string(member.firstName)), ("last_name", .string(member.lastName)), ("email", .string(member.email)),
            ("roles", .texts(member.roles)), ("professional_id", .id(member.professional)), ("valid_from", .date(member.from)),
            ("valid_to", .date(member.to)), ("second_factor", member.hasTOTP.map { .bool($0) } ?? .null),
            ("last_sign_in_at", .instant(member.lastSignIn)), ("account_owned", .bool(member.isOwned)),
            ("invited_at", .instant(member.invited)),
            // A failure alone: what is on its way would change the tag by itself.
            ("mail_failure", member.mail.flatMap { $0.hasFailed ? .string($0.rawValue) : nil } ?? .null),
        ])
    }

    // MARK: Reading

    private static func list(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["limit", "cursor", "ended"])
        let limit = given.limit()
        let ended = given.flag("ended")
        let place = given.cursor("members") { parts -> (lastName: String, firstName: String, id: Identifier)? in
            guard parts.count == 3, let id = Identifier(parts[2]) else { return nil }
            return (parts[0], parts[1], id)
        }
        try given.check()
        let reading = try await request.read(
            Member.slice(after: place, ended: ended, limit: limit, try request.callerDigest(), request.msp.id))
        let today = reading.access.local(request.web.now).date
        return Slice.answer(
            try reading.results[0].map(Member.init(row:)), limit: limit, of: "members", web: request.web,
            place: { [$0.lastName, $0.firstName, $0.id.description] }, json: { json($0, today) })
    }

    private static func one(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(Member.one(try request.web.id("id"), try request.callerDigest(), request.msp.id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        return request.web.answer(json(try Member(row: row), reading.access.local(request.web.now).date))
    }

    // MARK: Acts

    private static func invite(_ request: MspRequest) async throws -> APIResponse {
        let values = try request.web.values(invitation, creating: true)
        let given = Invitation.Given(
            first: values.text("first_name"), last: values.text("last_name"), email: values.text("email"), roles: values.codes("roles"),
            professional: values.id("professional_id")?.description)
        var faults: [FieldFault] = []
        guard let invited = Invitation(given, names: .api, into: &faults) else { throw Refusal.invalid(faults) }
        let digest = try request.callerDigest()
        return try await request.writeOnce { unit in
            let id = try await invited.send(digest, unit)
            let member = try await MemberActs(digest: digest, unit: unit).found(id)
            return request.web.answer(
                created: json(member, unit.access.local(unit.now).date), at: request.apiPath("members/\(member.id)"))
        }
    }

    private static func inviteTeam(_ request: MspRequest) async throws -> APIResponse {
        let digest = try request.callerDigest()
        return try await request.writeOnce { unit in
            let (sent, without) = try await TeamInvitation.act(digest, unit)
            let people = without.map { JSONValue.object([("professional_id", .id($0.id)), ("name", .string($0.shown))]) }
            return APIResponse.json { $0.value(.object([("invited", .integer(sent)), ("without_address", .array(people))])) }
        }
    }

    /// Does something to the membership of the address, which must still be as the program knew it.
    private static func acting(
        _ request: MspRequest, isConditional: Bool = true,
        _ body: @escaping @Sendable (MemberActs, Member) async throws -> APIResponse
    ) async throws -> APIResponse {
        let id = try request.web.id("id")
        if isConditional { _ = try request.web.ifMatch() }
        let digest = try request.callerDigest()
        return try await request.write { unit in
            let acts = MemberActs(digest: digest, unit: unit)
            let member = try await acts.found(id)
            if isConditional { try request.web.demand(json(member, unit.access.local(unit.now).date)) }
            return try await body(acts, member)
        }
    }

    private static func change(_ request: MspRequest) async throws -> APIResponse {
        try await acting(request) { acts, member in
            let values = try request.web.values(changeable, readOnly: readOnly, creating: false)
            try await acts.change(
                member, roles: values.values["roles"] == nil ? nil : values.codes("roles"), from: values.date("valid_from"),
                to: values.values["valid_to"] == nil ? nil : .some(values.date("valid_to")),
                professional: values.values["professional_id"] == nil ? nil : .some(values.id("professional_id")))
            return request.web.answer(json(try await acts.found(member.id), acts.unit.access.local(acts.unit.now).date))
        }
    }

    private static func end(_ request: MspRequest) async throws -> APIResponse {
        try await acting(request) { acts, member in
            try await acts.end(member)
            return APIResponse(status: 204, body: [])
        }
    }

    private static func closeSessions(_ request: MspRequest) async throws -> APIResponse {
        try await acting(request, isConditional: false) { acts, member in
            let closed = try await acts.closeSessions(member)
            return APIResponse.json { $0.value(.object([("closed", .integer(closed))])) }
        }
    }

    private static func clearSecondFactor(_ request: MspRequest) async throws -> APIResponse {
        try await acting(request, isConditional: false) { acts, member in
            guard acts.unit.access.channel == .session else { throw Refusal.sessionRequired }
            try await acts.clearSecondFactor(member)
            return APIResponse(status: 204, body: [])
        }
    }
}
