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

    /// Days that an invitation lasts.
    static let days = 14

    // MARK: List

    private static func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(try Member.query(request))
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
        if member.isOver(today), let last = member.to {
            h.chip("Terminé le \(French.date(last))")
        } else if member.isDisabled {
            h.chip("Compte désactivé", tone: .stop)
        } else if !member.hasPassword {
            h.chip("Invitation envoyée", tone: .note)
        } else {
            h.chip("Actif", tone: .done)
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
        let first = PersonName.read(given["prenom"], field: "prenom", label: "le prénom", into: &faults)
        let last = PersonName.read(given["nom"], field: "nom", label: "le nom", into: &faults)
        let email = SignInDoor.normalised(given["email"] ?? "")
        if !EmailAddress.isPlausible(email) {
            faults.append(FieldFault("email", "Indiquez une adresse complète, comme prenom.nom@exemple.fr."))
        }
        let roles = Roles.read(given, into: &faults)
        let professional = given["professionnel"].flatMap { $0.isEmpty ? nil : Identifier($0) }
        if professional == nil, let text = given["professionnel"], !text.isEmpty {
            faults.append(FieldFault("professionnel", "Choisissez une personne de la liste."))
        }
        guard faults.isEmpty else { return try await invitation(request, form: request.form(faults)) }
        let digest = try request.callerDigest()
        do {
            try await request.write { unit in
                let letter = AccountMails.invitation(organisation: unit.access.msp.name, inviter: unit.access.displayName, days: days)
                try await unit.one(
                    Query(
                        "select kernel.invite($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", .bytes(digest), .id(unit.msp),
                        .text(email), .text(first), .text(last), .texts(roles), .id(professional),
                        .instant(unit.now.adding(seconds: days * 86_400)), .text(letter.subject), .text(letter.text), .text(letter.html),
                        .text(unit.publicURL)))
            }
        } catch let error as PostgresError where error.isRule {
            return try await invitation(
                request,
                form: request.form([FieldFault("email", "Cette invitation n’est pas possible\u{A0}: on ne s’invite pas soi-même.")]))
        }
        return .redirect(request.path("structure/membres"), Message(.done, "L’invitation de \(first) \(last) est partie."))
    }
}

/// Roles as chosen in a form.
enum Roles {
    /// The codes chosen; adds a fault when there is none, or one that an MSP does not know.
    static func read(_ form: FormValues, into faults: inout [FieldFault]) -> [String] {
        let chosen = Set(form.all("roles"))
        let known = CorePermissions.mspRoles.map(\.rawValue).filter(chosen.contains)
        if known.isEmpty || known.count != chosen.count { faults.append(FieldFault("roles", "Choisissez au moins un rôle de la liste.")) }
        return known
    }

    static func labels(_ codes: [String]) -> String { codes.map { Role(rawValue: $0)?.label ?? $0 }.joined(separator: ", ") }
}

/// One membership as `kernel.list_members` tells it.
struct Member {
    let id: Identifier
    let account: Identifier
    let email: String
    let name: String
    let roles: [String]
    let from: CivilDate
    let to: CivilDate?
    let hasPassword: Bool
    let hasTOTP: Bool
    let isDisabled: Bool
    let lastSignIn: Instant?

    static func query(_ request: MspRequest) throws -> Query {
        Query(
            """
            select membership_id, account_id, email, first_name || ' ' || last_name, roles, valid_from, valid_to, has_password, has_totp,
                disabled, last_sign_in_at
            from kernel.list_members($1, $2)
            """, .bytes(try request.callerDigest()), .id(request.msp.id))
    }

    init(row: Row) throws {
        id = try row[0]
        account = try row[1]
        email = try row[2]
        name = try row[3]
        roles = try row[4]
        from = try row[5]
        to = try row[6]
        hasPassword = try row[7]
        hasTOTP = try row[8]
        isDisabled = try row[9]
        lastSignIn = try row[10]
    }

    var roleLabels: String { Roles.labels(roles) }

    func isOver(_ today: CivilDate) -> Bool { to.map { $0 < today } ?? false }
}
