internal import HTML
internal import Kernel
internal import KernelUI

/// One person's access: roles, end, sessions, lost second factor; or the invitation that waits for a yes. Nobody changes their own (the
/// database holds it too).
enum MembershipPages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "membres/:membre", permission: CorePermissions.readMembers) { try await page($0, form: PortalForm()) },
            PageRoute(.post, "membres/:membre/renvoyer", permission: CorePermissions.inviteMembers) { request in
                var reader = FormReader(request.web.form)
                let email = reader.email("email")
                try reader.check()
                return try await act(request, says: "L’invitation est repartie.", toList: email != nil) { acts, member in
                    try await acts.resend(member, email: email)
                }
            },
            PageRoute(.post, "membres/:membre/annuler", permission: CorePermissions.inviteMembers) { request in
                try await act(request, says: "L’invitation est annulée.", toList: true) { acts, member in try await acts.cancel(member) }
            },
            PageRoute(.post, "membres/:membre/personne", permission: CorePermissions.manageMembers, handle: setPerson),
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
                try await act(request, says: "L’accès est terminé.", toList: true) { acts, member in try await acts.end(member) }
            },
            PageRoute(.post, "membres/:membre/dates", permission: CorePermissions.manageMembers, handle: setDates),
            PageRoute(.post, "membres/:membre/sessions", permission: CorePermissions.manageMembers) { request in
                try await act(request, says: "Ses sessions sont fermées.", toList: false) { acts, member in
                    _ = try await acts.closeSessions(member)
                }
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
                guard try request.caller().kind == .session else { throw Refusal.sessionRequired }
                return try await act(request, says: "La double authentification est retirée.", toList: false) { acts, member in
                    try await acts.clearSecondFactor(member)
                }
            },
        ]
    }

    /// The membership of the address; never one's own, never one of another structure.
    private static func found(_ request: MspRequest) async throws -> (access: Access, member: Member) {
        let wanted = try request.web.id("membre")
        let reading = try await request.read(Member.one(wanted, try request.callerDigest(), request.msp.id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        return (reading.access, try Member(row: row))
    }

    /// An invitation: what was typed, and the two things to do with it.
    private static func waiting(_ member: Member, civility: String?, _ access: Access, base: String, on h: HTMLWriter) {
        h.card("Invitation") {
            h.p(
                text: "\(member.name) n’a pas encore répondu\u{A0}: tant que l’invitation attend, elle ne donne aucun accès. "
                    + "Rôles proposés\u{A0}: \(member.roleLabels(civility)).")
            if let ends = member.invitationEnds {
                h.p(.class("soft"), text: "Le lien vaut jusqu’au \(French.dateTime(access.local(ends))).")
            }
            if access.can(CorePermissions.inviteMembers) {
                if member.mail?.hasFailed ?? false {
                    h.resendForm(action: "\(base)/renvoyer", csrf: access.csrf, email: member.email, id: member.id.description)
                }
                h.div(.class("row")) {
                    h.postButton("Renvoyer", action: "\(base)/renvoyer", csrf: access.csrf, kind: .main)
                    h.postButton("Annuler l’invitation", action: "\(base)/annuler", csrf: access.csrf)
                }
            }
        }
    }

    /// The person of the team who has this access.
    private static func person(
        _ member: Member, _ people: [TeamPerson], _ access: Access, base: String, form: PortalForm, on h: HTMLWriter
    ) {
        h.card("Personne de l’équipe") {
            h.portalForm(action: "\(base)/personne", csrf: access.csrf, button: "Enregistrer la personne", form: form) {
                h.selectField(
                    form.field("professionnel", "Fiche de l’annuaire", help: "Relie l’accès à une fiche qui existe déjà.", required: false),
                    options: people.map { FieldOption($0.id.description, $0.label) },
                    value: form.value("professionnel", member.professional?.description), none: "Aucune")
            }
        }
    }

    private static func setPerson(_ request: MspRequest) async throws -> PageResponse {
        let given = request.web.form["professionnel"] ?? ""
        let chosen = given.isEmpty ? nil : Identifier(given)
        guard given.isEmpty || chosen != nil else {
            return try await page(request, form: request.form([FieldFault("professionnel", Invitation.unknownProfessional)]))
        }
        return try await act(request, says: "La personne est enregistrée.", toList: false) { acts, member in
            try await acts.tie(member, chosen)
        }
    }

    private static func page(_ request: MspRequest, form: PortalForm) async throws -> PageResponse {
        let wanted = try request.web.id("membre")
        let reading = try await request.read(
            Member.one(wanted, try request.callerDigest(), request.msp.id), TeamPerson.all(request.msp.id),
            TeamPerson.civilities(request.msp.id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let (access, member) = (reading.access, try Member(row: row))
        let people = try TeamPerson.linkable(reading.results[1], to: member, on: reading.access.local(request.web.now).date)
        let today = access.local(request.web.now).date
        let civility = try member.professional.flatMap { try TeamPerson.civilities(reading.results[2])[$0] }
        let base = request.path("structure/membres/\(member.id)")
        let isOwn = member.account == access.account
        return .page(
            Page(
                access: access, title: member.name, crumbs: [Crumb("Membres et accès", href: request.path("structure/membres"))],
                status: form.status,
                head: { h in
                    MemberPages.state(member, access, today: today, on: h)
                    h.fact(nil, member.email)
                }
            ) { h in
                if isOwn {
                    h.message("C’est votre propre accès\u{A0}: une autre personne de la gérance peut le modifier.", tone: .note)
                } else if member.isOver(today) {
                    h.message("Cet accès est terminé. Une nouvelle invitation le rouvre.", tone: .note)
                } else if member.invited != nil {
                    waiting(member, civility: civility, access, base: base, on: h)
                }
                if access.can(CorePermissions.manageMembers), !member.isOver(today), !people.isEmpty {
                    person(member, people, access, base: base, form: form, on: h)
                }
                if access.can(CorePermissions.manageMembers), !isOwn, !member.isOver(today) {
                    h.card("Rôles") {
                        h.portalForm(action: "\(base)/roles", csrf: access.csrf, button: "Enregistrer les rôles", form: form) {
                            h.choicesField(
                                form.field("roles", "Rôles"),
                                options: CorePermissions.mspRoles.map {
                                    FieldOption($0.rawValue, Roles.labels([$0.rawValue], civility: civility))
                                },
                                values: form.chosen("roles", Set(member.roles)))
                        }
                    }
                    h.card("Dates") {
                        h.portalForm(action: "\(base)/dates", csrf: access.csrf, button: "Enregistrer les dates", form: form) {
                            h.dateField(form.field("du", "Premier jour"), value: form.value("du", member.from.description))
                            h.dateField(
                                form.field("au", "Dernier jour", help: "Laissez vide s’il n’y en a pas.", required: false),
                                value: form.value("au", member.to?.description))
                        }
                    }
                    if member.invited == nil {
                        h.card("Sécurité") {
                            if !member.isOwned {
                                h.p(
                                    .class("soft"),
                                    text: "Ce compte n’est pas géré par votre structure\u{A0}: ses sessions et sa double authentification "
                                        + "relèvent de la personne, ou de la structure qu’elle a choisie.")
                            }
                            h.div(.class("row")) {
                                if member.isOwned { h.postButton("Fermer ses sessions", action: "\(base)/sessions", csrf: access.csrf) }
                                if member.hasTOTP == true {
                                    h.linkButton("Retirer la double authentification", href: "\(base)/second-facteur")
                                }
                                h.linkButton("Mettre fin à l’accès", href: "\(base)/fin", kind: .stop)
                            }
                        }
                    }
                }
            })
    }

    private static func setRoles(_ request: MspRequest) async throws -> PageResponse {
        var faults: [FieldFault] = []
        let roles = Roles.read(request.web.form.all("roles"), into: &faults)
        guard faults.isEmpty else { return try await page(request, form: request.form(faults)) }
        do {
            return try await act(request, says: "Les rôles sont enregistrés.", toList: true) { acts, member in
                try await acts.change(member, roles: roles)
            }
        } catch let error as PostgresError where error.isBeyondOwnRights {
            return try await page(request, form: request.form([FieldFault("roles", Roles.beyond)]))
        }
    }

    private static func setDates(_ request: MspRequest) async throws -> PageResponse {
        var faults: [FieldFault] = []
        func day(_ name: String, _ label: String) -> CivilDate? {
            guard let text = request.web.form[name], !text.isEmpty else { return nil }
            // A day has no clock: no zone is asked.
            if let date = CivilDate(text) ?? (try? FrenchInput.date(text)) { return date }
            faults.append(FieldFault(name, "\(label)\u{A0}: indiquez une date, par exemple 21/11/2026."))
            return nil
        }
        let (first, last) = (day("du", "Premier jour"), day("au", "Dernier jour"))
        if first == nil, faults.isEmpty { faults.append(FieldFault("du", "Indiquez le premier jour.")) }
        guard faults.isEmpty else { return try await page(request, form: request.form(faults)) }
        do {
            return try await act(request, says: "Les dates sont enregistrées.", toList: true) { acts, member in
                try await acts.change(member, from: first, to: .some(last))
            }
        } catch let refusal as Refusal where refusal.status == 422 {
            return try await page(request, form: request.form(refusal.faults.map { FieldFault("au", $0.message) }))
        }
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

    /// Does something to the membership of the address, in one transaction.
    private static func act(
        _ request: MspRequest, says text: String, toList: Bool, _ body: @escaping @Sendable (MemberActs, Member) async throws -> Void
    ) async throws -> PageResponse {
        let wanted = try request.web.id("membre")
        let digest = try request.callerDigest()
        try await request.write { unit in
            let acts = MemberActs(digest: digest, unit: unit)
            try await body(acts, try await acts.found(wanted))
        }
        let list = request.path("structure/membres")
        return .redirect(toList ? list : "\(list)/\(wanted)", Message(.done, text))
    }
}
