internal import HTML
internal import Kernel
internal import KernelUI

/// One MSP of the federation, as an address book tells it, and what became of the invitations that opened it.
enum FederationMemberPage {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "f/:slug/msp/:msp", .person, handle: page),
            PortalRoute(.post, "f/:slug/msp/:msp/invitations/:id/renvoyer", .person) { request in
                var reader = FormReader(request.web.form)
                let email = reader.email("email")
                try reader.check()
                return try await act(request, says: "L’invitation est repartie.") { msp, id, transaction, person, credential in
                    try await resend(id, of: msp, email: email, person, credential, request, transaction)
                }
            },
            PortalRoute(.post, "f/:slug/msp/:msp/invitations/:id/annuler", .person) { request in
                try await act(request, says: "L’invitation est annulée.") { msp, id, transaction, _, credential in
                    try await cancel(id, of: msp, credential, transaction)
                }
            },
        ]
    }

    // MARK: Acts, for pages and programs

    /// Sends a new link for an invitation that waits; at another address it is another invitation, of who was invited.
    static func resend(
        _ invitation: Identifier, of msp: FederationMember, email: String? = nil, _ person: Person, _ credential: Credential,
        _ request: PortalRequest, _ transaction: PostgresTransaction
    ) async throws {
        if let email, let (role, letter) = msp.letter(of: invitation), SignInDoor.normalised(email) != letter.email {
            var faults: [FieldFault] = []
            let corrected = CoordinatorInvitation.Invited(
                first: letter.firstName, last: letter.lastName, email: email, role: role.rawValue, fields: ("email", "email", "email"),
                into: &faults)
            guard let corrected else { throw Refusal.invalid(faults) }
            try await cancel(invitation, of: msp, credential, transaction)
            return try await CoordinatorInvitation.send(corrected, to: msp, person, credential, request, transaction)
        }
        let days = CoordinatorInvitation.days
        let letter = AccountMails.invitation(organisation: msp.name, inviter: person.displayName, days: days)
        _ = try await transaction.run(
            Query(
                "select kernel.resend_invitation($1, $2, $3, $4, $5, $6, $7, $8)", .bytes(credential.digest), .id(msp.id), .id(invitation),
                .instant(request.web.now.adding(seconds: days * 86_400)), .text(letter.subject), .text(letter.text), .text(letter.html),
                .text(request.services.publicURL)))
    }

    /// Withdraws an invitation that waits.
    static func cancel(
        _ invitation: Identifier, of msp: FederationMember, _ credential: Credential, _ transaction: PostgresTransaction
    ) async throws {
        _ = try await transaction.run(
            Query("select kernel.cancel_invitation($1, $2, $3)", .bytes(credential.digest), .id(msp.id), .id(invitation)))
    }

    private static func act(
        _ request: PortalRequest, says text: String,
        _ body: @escaping @Sendable (FederationMember, Identifier, PostgresTransaction, Person, Credential) async throws -> Void
    ) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.administered(request)
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        let id = try request.web.id("id")
        try await request.database.transaction { transaction in
            try await body(msp, id, transaction, person, credential)
        }
        return .redirect("/f/\(federation.slug)/msp/\(msp.id)", Message(.done, text))
    }

    // MARK: Page

    private static func page(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.organisation(request)
        guard federation.kind == "FEDERATION" else { throw Refusal.notFound }
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        let isAdmin = federation.roles.contains(FederationRoutes.adminRole)
        let home = "/f/\(federation.slug)"
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: msp.name, place: .organisation(federation.id), crumbs: [Crumb("Structures adhérentes", href: home)],
                band: FederationRoutes.band(federation),
                head: { h in
                    if let town = msp.town { h.fact("Commune", town) }
                    if let department = msp.department { h.fact("Département", department) }
                    h.fact("Adhérente depuis le", French.date(msp.joined))
                },
                actions: person.msps.contains { $0.id == msp.id }
                    ? { h in h.linkButton("Ouvrir la structure", href: "/m/\(msp.slug)/", kind: .main) } : nil
            ) { h in
                h.div(.class("stack")) {
                    role(msp.coordination, .coordinator, title: "Coordination", msp, home: home, csrf: csrf, isAdmin: isAdmin, on: h)
                    role(msp.management, .manager, title: "Gérance", msp, home: home, csrf: csrf, isAdmin: isAdmin, on: h)
                }
            })
    }

    private static func role(
        _ standing: FederationMember.RoleStanding, _ role: Role, title: String, _ msp: FederationMember, home: String, csrf: String,
        isAdmin: Bool, on h: HTMLWriter
    ) {
        let base = "\(home)/msp/\(msp.id)"
        h.card(title) {
            h.p { FederationDrawing.standing(standing, on: h) }
            guard isAdmin, !standing.isHeld else { return }
            if let letter = standing.letter, let email = letter.email {
                h.p(.class("soft"), text: [letter.firstName, letter.lastName, email].compactMap(\.self).joined(separator: " "))
                if let invitation = standing.invitation, letter.mail?.hasFailed ?? false {
                    h.resendForm(
                        action: "\(base)/invitations/\(invitation)/renvoyer", csrf: csrf, email: email, reply: letter.reply,
                        id: invitation.description)
                }
            }
            h.div(.class("row")) {
                if let invitation = standing.invitation {
                    h.postButton("Renvoyer", action: "\(base)/invitations/\(invitation)/renvoyer", csrf: csrf, kind: .main)
                    h.postButton("Annuler l’invitation", action: "\(base)/invitations/\(invitation)/annuler", csrf: csrf)
                } else {
                    h.linkButton("Inviter", href: "\(base)/coordination?role=\(role.rawValue)", kind: .main)
                }
            }
        }
    }
}
