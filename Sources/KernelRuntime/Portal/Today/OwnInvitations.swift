internal import HTML
internal import Kernel
internal import KernelUI

/// An invitation of one's own address that waits for a yes: until then it gives no right to either side.
struct OwnInvitation: Sendable {
    let id: Identifier
    let kind: String
    let organisation: String
    let town: String?
    let roles: [String]
    let inviter: String?
    let invited: Instant
    let ends: Instant

    static func query(_ credential: Credential) -> Query {
        Query(
            """
            select id, organisation_kind, organisation_name, organisation_town, roles, invited_by, invited_at, expires_at
            from kernel.own_invitations($1)
            """, .bytes(credential.digest))
    }

    init(row: Row) throws {
        id = try row[0]
        kind = try row[1]
        organisation = try row[2]
        town = try row[3]
        roles = try row[4]
        inviter = try row[5]
        invited = try row[6]
        ends = try row[7]
    }

    /// Says yes or no. One of another address is not found, as one that does not exist.
    static func answer(_ id: Identifier, yes: Bool, _ credential: Credential, now: Instant, in pool: PortalDatabase) async throws {
        try await pool.run(
            Query(
                "select kernel.answer_invitation($1, $2, $3, $4)", .bytes(credential.digest), .id(id), .bool(yes), .id(.make(at: now))))
    }

    // MARK: Pages

    static var routes: [PortalRoute] {
        [
            PortalRoute(.post, "invitations/:id/accepter", .person) { try await answer($0, yes: true) },
            PortalRoute(.post, "invitations/:id/decliner", .person) { try await answer($0, yes: false) },
        ]
    }

    private static func answer(_ request: PortalRequest, yes: Bool) async throws -> PortalResponse {
        let (_, credential) = try request.inSession()
        try await answer(try request.web.id("id"), yes: yes, credential, now: request.web.now, in: request.database)
        return .redirect(
            SafePath.home, Message(.done, yes ? "Bienvenue\u{A0}: vous avez accès à la structure." : "L’invitation est déclinée."))
    }

    /// What waits for an answer, on the home page.
    static func draw(_ invitations: [OwnInvitation], csrf: String, on h: HTMLWriter) {
        for invitation in invitations {
            h.card("Invitation\u{A0}: \(invitation.organisation)") {
                let who = invitation.inviter.map { "\($0) vous invite" } ?? "Vous êtes invité·e"
                h.p(text: "\(who), dans le rôle \(Roles.labels(invitation.roles)). Tant que vous n’avez pas accepté, rien n’est partagé.")
                h.div(.class("row")) {
                    h.postButton("Accepter", action: "/invitations/\(invitation.id)/accepter", csrf: csrf, kind: .main)
                    h.postButton("Décliner", action: "/invitations/\(invitation.id)/decliner", csrf: csrf)
                }
            }
        }
    }

    // MARK: API

    static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("organisation_kind", JSONSchema.codes(["MSP", "FEDERATION", "AUTHORITY", "EMPLOYER"])),
        ("organisation", JSONSchema.text), ("town", JSONSchema.optional(JSONSchema.text)), ("roles", JSONSchema.list(JSONSchema.text)),
        ("invited_by", JSONSchema.optional(JSONSchema.text)), ("invited_at", JSONSchema.instant), ("expires_at", JSONSchema.instant),
    ])

    var json: JSONValue {
        .object([
            ("id", .id(id)), ("organisation_kind", .string(kind)), ("organisation", .string(organisation)), ("town", .text(town)),
            ("roles", .texts(roles)), ("invited_by", .text(inviter)), ("invited_at", .instant(invited)), ("expires_at", .instant(ends)),
        ])
    }

    static var endpoints: [PortalEndpoint] {
        [
            PortalEndpoint(
                .get, "me/invitations", summary: "Invitations of one's own address that wait for an answer; in a session.",
                responseSchema: JSONSchema.whole(schema)
            ) { request in
                let (_, credential) = try request.inSession()
                let data = try await request.database.run(query(credential)).map { try OwnInvitation(row: $0).json }
                return APIResponse.json { $0.value(.object([("data", .array(data))])) }
            },
            PortalEndpoint(
                .post, "me/invitations/:id/accept", summary: "Say yes to an invitation; in a session.", responseSchema: .null,
                contract: EndpointContract(success: 204)
            ) { try await reply($0, yes: true) },
            PortalEndpoint(
                .post, "me/invitations/:id/decline", summary: "Say no to an invitation; in a session.", responseSchema: .null,
                contract: EndpointContract(success: 204)
            ) { try await reply($0, yes: false) },
        ]
    }

    private static func reply(_ request: PortalRequest, yes: Bool) async throws -> APIResponse {
        let (_, credential) = try request.inSession()
        try await answer(try request.web.id("id"), yes: yes, credential, now: request.web.now, in: request.database)
        return APIResponse(status: 204, body: [])
    }
}
