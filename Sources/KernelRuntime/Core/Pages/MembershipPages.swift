internal import HTML
internal import Kernel
internal import KernelUI

/// One person's access: roles, end, sessions, lost second factor. Nobody changes their own (the database holds it too).
enum MembershipPages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "membres/:membre", permission: CorePermissions.manageMembers) { try await page($0, form: PortalForm()) },
            PageRoute(.post, "membres/:membre/roles", permission: CorePermissions.manageMembers, handle: setRoles),
            PageRoute(.get, "membres/:membre/fin", permission: CorePermissions.manageMembers) { request in
                try await confirm(
                    request, path: "fin", question: { "Mettre fin à l’accès de \($0)\u{202F}?" }, submit: "Mettre fin à l’accès",
                    consequences: [
                        "L’accès à cette structure cesse immédiatement, ses jetons y sont révoqués.",
                        "Ce que la personne a fait reste dans l’historique et dans les preuves.",
                    ])
            },
            PageRoute(.post, "membres/:membre/fin", permission: CorePermissions.manageMembers) { request in
                try await act(request, "select kernel.end_membership($1, $2)", says: "L’accès est terminé.", toList: true)
            },
            PageRoute(.post, "membres/:membre/sessions", permission: CorePermissions.manageMembers) { request in
                try await act(request, "select kernel.close_member_sessions($1, $2)", says: "Ses sessions sont fermées.", toList: false)
            },
            PageRoute(.get, "membres/:membre/second-facteur", permission: CorePermissions.manageMembers) { request in
                try await confirm(
                    request, path: "second-facteur", question: { "Retirer la double authentification de \($0)\u{202F}?" },
                    submit: "Retirer la double authentification",
                    consequences: [
                        "À n’utiliser que si la personne a perdu son téléphone et ses codes de secours, après avoir vérifié son identité.",
                        "Son mot de passe lui sera demandé, et ses sessions prennent fin.",
                    ])
            },
            PageRoute(.post, "membres/:membre/second-facteur", permission: CorePermissions.manageMembers) { request in
                try await act(request, "select kernel.clear_totp($1, $2)", says: "La double authentification est retirée.", toList: false)
            },
        ]
    }

    /// The membership of the address; never one's own, never one of another structure.
    private static func found(_ request: MspRequest) async throws -> (access: Access, member: Member) {
        let wanted = try request.web.id("membre")
        let reading = try await request.read(try Member.query(request))
        guard let member = try reading.results[0].map(Member.init(row:)).first(where: { $0.id == wanted }) else { throw Refusal.notFound }
        return (reading.access, member)
    }

    private static func page(_ request: MspRequest, form: PortalForm) async throws -> PageResponse {
        let (access, member) = try await found(request)
        let today = access.local(request.web.now).date
        let base = request.path("structure/membres/\(member.id)")
        let isOwn = member.account == access.account
        return .page(
            Page(
                access: access, title: member.name, crumbs: [Crumb("Membres et accès", href: request.path("structure/membres"))],
                status: form.status,
                head: { h in
                    MemberPages.state(member, today: today, on: h)
                    h.fact(nil, member.email)
                }
            ) { h in
                if isOwn {
                    h.message("C’est votre propre accès\u{A0}: une autre personne de la gérance peut le modifier.", tone: .note)
                } else if member.isOver(today) {
                    h.message("Cet accès est terminé. Une nouvelle invitation le rouvre.", tone: .note)
                } else {
                    h.card("Rôles") {
                        h.portalForm(action: "\(base)/roles", csrf: access.csrf, button: "Enregistrer les rôles", form: form) {
                            h.choicesField(
                                form.field("roles", "Rôles"), options: CorePermissions.mspRoles.map { FieldOption($0.rawValue, $0.label) },
                                values: form.chosen("roles", Set(member.roles)))
                        }
                    }
                    h.card("Sécurité") {
                        h.div(.class("row")) {
                            h.postButton("Fermer ses sessions", action: "\(base)/sessions", csrf: access.csrf)
                            if member.hasTOTP { h.linkButton("Retirer la double authentification", href: "\(base)/second-facteur") }
                            h.linkButton("Mettre fin à l’accès", href: "\(base)/fin", kind: .stop)
                        }
                    }
                }
            })
    }

    private static func setRoles(_ request: MspRequest) async throws -> PageResponse {
        var faults: [FieldFault] = []
        let roles = Roles.read(request.web.form, into: &faults)
        guard faults.isEmpty else { return try await page(request, form: request.form(faults)) }
        return try await act(
            request, "select kernel.set_roles($1, $2, $3)", .texts(roles), says: "Les rôles sont enregistrés.", toList: true)
    }

    private static func confirm(
        _ request: MspRequest, path: String, question: @escaping @Sendable (String) -> String, submit: String, consequences: [String]
    ) async throws -> PageResponse {
        let (access, member) = try await found(request)
        let base = request.path("structure/membres/\(member.id)")
        return .page(
            Page(
                access: access, title: member.name, crumbs: [Crumb("Membres et accès", href: request.path("structure/membres"))]
            ) { h in
                h.confirmation(
                    question(member.name), action: "\(base)/\(path)", csrf: access.csrf, submit: submit, cancelHref: base,
                    consequences: consequences, isDestructive: true)
            })
    }

    /// Calls one of the kernel's functions over the membership. It traces the act itself.
    private static func act(
        _ request: MspRequest, _ statement: SQL, _ more: Parameter..., says text: String, toList: Bool
    ) async throws -> PageResponse {
        let (_, member) = try await found(request)
        let digest = try request.callerDigest()
        do {
            try await request.write { unit in
                _ = try await unit.one(Query(statement, parameters: [.bytes(digest), .id(member.id)] + more))
            }
        } catch let error as PostgresError where error.isRule {
            throw Refusal.conflict(
                "own_membership", "On ne modifie pas son propre accès\u{A0}: demandez à une autre personne de la gérance.")
        }
        let list = request.path("structure/membres")
        return .redirect(toList ? list : "\(list)/\(member.id)", Message(.done, text))
    }
}
