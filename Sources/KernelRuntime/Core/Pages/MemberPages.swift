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
        ]
    }

    // MARK: List

    private static func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(Member.all(try request.callerDigest(), request.msp.id))
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
                    }
                    h.linkButton("Voir les droits", href: request.path("structure/droits"))
                }
            ) { h in
                table(members, access: access, base: base, today: today, on: h)
                if all.contains(where: { $0.isOver(today) }) {
                    h.p {
                        h.a(
                            .href(showsPast ? base : "\(base)?anciens=1"),
                            text: showsPast ? "Masquer les accès terminés" : "Voir aussi les accès terminés")
                    }
                }
            })
    }

    private static func table(_ members: [Member], access: Access, base: String, today: CivilDate, on h: HTMLWriter) {
        let columns = ["Personne", "Rôles", "Depuis", "Accès", "Dernière connexion"].map { TableColumn($0) }
        let mayManage = access.can(CorePermissions.manageMembers)
        h.table("Membres et accès", columns: columns) { table in
            for member in members {
                table.row { row in
                    row.title {
                        let isOther = member.account != access.account
                        if mayManage, isOther { h.a(.href("\(base)/\(member.id)"), text: member.name) } else { h.text(member.name) }
                        h.p(.class("soft small"), text: member.email)
                    }
                    row.cell(member.roleLabels)
                    row.cell(French.date(member.from))
                    row.cell { state(member, today: today, on: h) }
                    row.cell(member.lastSignIn.map { French.dateTime(access.local($0)) })
                }
            }
        }
    }

    static func state(_ member: Member, today: CivilDate, on h: HTMLWriter) {
        switch member.state(today) {
        case .ended: h.chip("Terminé\(member.to.map { " le \(French.date($0))" } ?? "")")
        case .disabled: h.chip("Compte désactivé", tone: .stop)
        case .invited: h.chip("Invitation envoyée", tone: .note)
        case .planned: h.chip("Commence le \(French.date(member.from))", tone: .note)
        case .active:
            h.chip("Actif", tone: .done)
            if let last = member.to { h.text(" jusqu’au \(French.date(last))") }
            if !member.hasTOTP {
                h.text(" ")
                h.chip("Sans double authentification", tone: .warn)
            }
        }
    }

    // MARK: Invitation

    private static func invitation(_ request: MspRequest, form: PortalForm) async throws -> PageResponse {
        // Professionals of the team who have no account yet: an invitation ties the two.
        let reading = try await request.read(
            Query(
                """
                select id, first_name || ' ' || last_name from kernel.professional
                where msp_id = $1 and account_id is null and archived_at is null and left_on is null
                order by last_name collate kernel.french, first_name collate kernel.french, id limit 500
                """, .id(request.msp.id)))
        let people = try reading.results[0].map { row in FieldOption(try row.decode(0, as: Identifier.self).description, try row[1]) }
        let access = reading.access
        let base = request.path("structure/membres")
        return .page(
            Page(
                access: access, title: "Inviter une personne", crumbs: [Crumb("Membres et accès", href: base)], status: form.status
            ) { h in
                h.portalForm(action: "\(base)/inviter", csrf: access.csrf, button: "Envoyer l’invitation", form: form, cancel: base) {
                    h.requiredNote()
                    h.portalField("prenom", label: "Prénom", form: form, maxlength: 80, autofocus: true)
                    h.portalField("nom", label: "Nom", form: form, maxlength: 80)
                    h.portalEmail(form)
                    h.choicesField(
                        form.field("roles", "Rôles"), options: CorePermissions.mspRoles.map { FieldOption($0.rawValue, $0.label) },
                        values: form.chosen("roles", []))
                    if !people.isEmpty {
                        h.selectField(
                            form.field(
                                "professionnel", "Personne de l’équipe", help: "Relie l’accès à une fiche qui existe déjà.", required: false
                            ),
                            options: people, value: form.value("professionnel"), none: "Aucune")
                    }
                }
            })
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
            request.path("structure/membres"), Message(.done, "L’invitation de \(invited.firstName) \(invited.lastName) est partie."))
    }
}
