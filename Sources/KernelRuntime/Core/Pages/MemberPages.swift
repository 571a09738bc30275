internal import HTML
internal import Kernel
internal import KernelUI

/// Who has access to the structure, and inviting somebody.
enum MemberPages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "membres", permission: CorePermissions.readMembers, handle: list),
            PageRoute(.get, "membres/inviter", permission: CorePermissions.inviteMembers) { try await invitation($0, form: PortalForm()) },
            PageRoute(.post, "membres/inviter", permission: CorePermissions.inviteMembers, handle: invite),
            PageRoute(.get, "membres/inviter-equipe", permission: CorePermissions.inviteMembers, handle: team),
            PageRoute(.post, "membres/inviter-equipe", permission: CorePermissions.inviteMembers, handle: inviteTeam),
        ]
    }

    // MARK: List

    private static func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(
            Member.all(try request.callerDigest(), request.msp.id), TeamPerson.civilities(request.msp.id))
        let civilities = try TeamPerson.civilities(reading.results[1])
        let all = try reading.results[0].map(Member.init(row:))
        let access = reading.access
        let today = access.local(request.web.now).date
        let showsPast = request.web.query["anciens"] == "1"
        let members = all.filter { showsPast || !$0.isOver(today) }
        let base = request.path("structure/membres")
        return .page(
            Page(
                access: access, title: "Membres et accès", head: { h in h.fact(nil, French.plural(members.count, "accès", "accès")) },
                actions: { h in
                    if access.can(CorePermissions.inviteMembers) {
                        h.linkButton("Inviter une personne", href: "\(base)/inviter", kind: .main, icon: .add)
                        h.linkButton("Inviter toute l’équipe", href: "\(base)/inviter-equipe")
                    }
                    h.linkButton("Voir les droits", href: request.path("structure/droits"))
                }
            ) { h in
                table(members, civilities, access: access, base: base, today: today, on: h)
                if all.contains(where: { $0.isOver(today) }) {
                    h.p {
                        h.a(
                            .href(showsPast ? base : "\(base)?anciens=1"),
                            text: showsPast ? "Masquer les accès terminés" : "Voir aussi les accès terminés")
                    }
                }
            })
    }

    private static func table(
        _ members: [Member], _ civilities: [Identifier: String], access: Access, base: String, today: CivilDate, on h: HTMLWriter
    ) {
        let columns = ["Personne", "Rôles", "Depuis", "Accès", "Dernière connexion"].map { TableColumn($0) }
        let mayManage = access.can(CorePermissions.manageMembers)
        h.table("Membres et accès", columns: columns) { table in
            for member in members {
                table.row { row in
                    row.title {
                        let isOther = member.account != access.account
                        if mayManage || member.invited != nil && access.can(CorePermissions.inviteMembers), isOther {
                            h.a(.href("\(base)/\(member.id)"), text: member.name)
                        } else {
                            h.text(member.name)
                        }
                        h.p(.class("soft small"), text: member.email)
                    }
                    row.cell(member.roleLabels(member.professional.flatMap { civilities[$0] }))
                    row.cell(French.date(member.from))
                    row.cell { state(member, access, today: today, on: h) }
                    row.cell(member.lastSignIn.map { French.dateTime(access.local($0)) })
                }
            }
        }
    }

    static func state(_ member: Member, _ access: Access, today: CivilDate, on h: HTMLWriter) {
        if !member.isOver(today) { h.mailChip(member.mail) }
        switch member.state(today) {
        case .ended: h.chip("Terminé\(member.to.map { " le \(French.date($0))" } ?? "")")
        case .disabled: h.chip("Compte désactivé", tone: .stop)
        case .invited:
            if let invited = member.invited {
                h.chip("Invitée le \(French.date(access.local(invited).date)), en attente", tone: .note)
            } else {
                h.chip("Jamais connectée", tone: .note)
            }
        case .planned: h.chip("Commence le \(French.date(member.from))", tone: .note)
        case .active:
            h.chip("Actif", tone: .done)
            if let last = member.to { h.text(" jusqu’au \(French.date(last))") }
            if member.hasTOTP == false {
                h.text(" ")
                h.chip("Sans double authentification", tone: .warn)
            }
        }
    }

    // MARK: Invitation

    private static func invitation(_ request: MspRequest, form: PortalForm) async throws -> PageResponse {
        // People of the team who have no access yet: an invitation ties the two.
        let reading = try await request.read(TeamPerson.all(request.msp.id))
        let team = try reading.results[0].map(TeamPerson.init(row:))
        let chosen = request.web.query["professionnel"].flatMap { Identifier($0) }.flatMap { id in team.first { $0.id == id } }
        let today = reading.access.local(request.web.now).date
        if let chosen, !chosen.isFree(today) {
            let why = chosen.account == nil ? "a quitté l’équipe" : "a déjà un accès"
            return .redirect(request.path("structure/membres"), Message(.note, "\(chosen.shown) \(why)."))
        }
        let people = team.filter { $0.isFree(today) }.map { FieldOption($0.id.description, $0.label) }
        let access = reading.access
        let base = request.path("structure/membres")
        return .page(
            Page(
                access: access, title: "Inviter une personne", crumbs: [Crumb("Membres et accès", href: base)], status: form.status
            ) { h in
                if !people.isEmpty { choice(people, chosen: chosen, base: base, on: h) }
                h.portalForm(action: "\(base)/inviter", csrf: access.csrf, button: "Envoyer l’invitation", form: form, cancel: base) {
                    h.requiredNote()
                    h.portalField("prenom", label: "Prénom", form: form, value: chosen?.firstName, maxlength: 80, autofocus: chosen == nil)
                    h.portalField("nom", label: "Nom", form: form, value: chosen?.lastName, maxlength: 80)
                    h.portalEmail(form, value: chosen?.email)
                    h.choicesField(
                        form.field("roles", "Rôles"), options: CorePermissions.mspRoles.map { FieldOption($0.rawValue, $0.label) },
                        values: form.chosen("roles", chosen == nil ? [] : [Role.professional.rawValue]))
                    if !people.isEmpty {
                        h.selectField(
                            form.field(
                                "professionnel", "Personne de l’équipe", help: "Relie l’accès à une fiche qui existe déjà.", required: false
                            ),
                            options: people, value: form.value("professionnel", chosen?.id.description), none: "Aucune")
                    }
                }
            })
    }

    /// Somebody of the team is not typed again: name and address come from the directory.
    private static func choice(_ people: [FieldOption], chosen: TeamPerson?, base: String, on h: HTMLWriter) {
        h.card("Quelqu’un de l’équipe") {
            h.form(.method(.get), .action("\(base)/inviter"), .class("row")) {
                h.selectField(
                    Field("Personne", name: "professionnel", required: false), options: people, value: chosen?.id.description ?? "",
                    none: "Choisir…")
                h.button(.type(.submit), .class("button button--plain"), text: "Reprendre ses coordonnées")
            }
            h.p { h.linkButton("Inviter toute l’équipe", href: "\(base)/inviter-equipe") }
        }
    }

    // MARK: The whole team

    private static func team(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(all: TeamInvitation.queries(try request.callerDigest(), request.msp.id))
        let access = reading.access
        let team = try TeamInvitation(
            reading.results[0], members: reading.results[1], today: access.local(request.web.now).date)
        let base = request.path("structure/membres")
        return .page(
            Page(access: access, title: "Inviter toute l’équipe", crumbs: [Crumb("Membres et accès", href: base)]) { h in
                if team.reachable.isEmpty {
                    h.empty("Toutes les personnes qui ont une adresse ont déjà un accès ou une invitation.", icon: .people)
                } else {
                    h.card("Recevront une invitation", count: team.reachable.count) {
                        h.p(.class("soft"), text: "Chacune entre comme professionnel de l’équipe, reliée à sa fiche, quand elle accepte.")
                        h.ul { for person in team.reachable { h.li(text: person.label) } }
                        h.postButton("Envoyer les invitations", action: "\(base)/inviter-equipe", csrf: access.csrf, kind: .main)
                    }
                }
                if !team.withoutAddress.isEmpty {
                    h.card("Sans adresse électronique", count: team.withoutAddress.count) {
                        h.p(.class("soft"), text: "Indiquez leur adresse dans l’annuaire pour pouvoir les inviter.")
                        h.ul {
                            for person in team.withoutAddress {
                                h.li { h.a(.href(request.path("structure/professionnels/\(person.id)/modifier")), text: person.label) }
                            }
                        }
                    }
                }
            })
    }

    private static func inviteTeam(_ request: MspRequest) async throws -> PageResponse {
        let digest = try request.callerDigest()
        let (sent, without) = try await request.write { unit in try await TeamInvitation.act(digest, unit) }
        let left = without.isEmpty ? "" : " Sans adresse\u{A0}: \(without.map(\.shown).joined(separator: ", "))."
        return .redirect(
            request.path("structure/membres"),
            Message(.done, "\(French.plural(sent, "invitation est partie", "invitations sont parties")).\(left)"))
    }

    private static func invite(_ request: MspRequest) async throws -> PageResponse {
        let given = request.web.form
        var faults: [FieldFault] = []
        let typed = Invitation.Given(
            first: given["prenom"], last: given["nom"], email: given["email"], roles: given.all("roles"),
            professional: given["professionnel"])
        guard let invited = Invitation(typed, names: .form, into: &faults) else {
            return try await invitation(request, form: request.form(faults))
        }
        let digest = try request.callerDigest()
        do {
            _ = try await request.write { unit in try await invited.send(digest, unit) }
        } catch let refusal as Refusal where !refusal.faults.isEmpty {
            return try await invitation(request, form: request.form(refusal.faults))
        }
        return .redirect(
            request.path("structure/membres"),
            Message(
                .done,
                "L’invitation de \(invited.firstName) \(invited.lastName) est en cours d’envoi. L’accès s’ouvre quand elle est acceptée."))
    }
}
