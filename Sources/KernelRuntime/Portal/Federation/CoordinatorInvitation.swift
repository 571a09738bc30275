internal import HTML
internal import Kernel
internal import KernelUI

/// The first coordination and the first management of an MSP of the federation. Afterwards the door belongs to the MSP alone
/// (`kernel.require_inviter` holds it).
enum CoordinatorInvitation {
    /// Days that an invitation lasts.
    static let days = 14

    /// Roles that a federation may fill for the first time.
    static let roles = CodeList("FIRST_ROLE", [(Role.coordinator, "Coordination"), (.manager, "Gérance")].map { ($0.0.rawValue, $0.1) })

    static func fields(_ form: PortalForm, required: Bool, on h: HTMLWriter) {
        h.portalField("prenom", label: "Prénom", form: form, required: required, maxlength: 80)
        h.portalField("nom_famille", label: "Nom", form: form, required: required, maxlength: 80)
        h.portalEmail(form, required: required)
    }

    /// Who is invited, once the fields are well.
    struct Invited: Sendable {
        let email: String
        let firstName: String
        let lastName: String
        let role: String

        init?(_ form: FormValues, into faults: inout [FieldFault]) {
            self.init(
                first: form["prenom"], last: form["nom_famille"], email: form["email"], role: form["role"],
                fields: ("prenom", "nom_famille", "email"), into: &faults)
        }

        /// - Parameter fields: what the three inputs are called.
        init?(
            first: String?, last: String?, email: String?, role: String?, fields: (first: String, last: String, email: String),
            into faults: inout [FieldFault]
        ) {
            let before = faults.count
            firstName = PersonName.read(first, field: fields.first, label: "le prénom", into: &faults)
            lastName = PersonName.read(last, field: fields.last, label: "le nom", into: &faults)
            self.role = role ?? Role.coordinator.rawValue
            if !CoordinatorInvitation.roles.contains(self.role) { faults.append(FieldFault("role", "Choisissez un rôle de la liste.")) }
            self.email = SignInDoor.normalised(email ?? "")
            if !EmailAddress.isPlausible(self.email) {
                faults.append(FieldFault(fields.email, "Indiquez une adresse complète, comme prenom.nom@exemple.fr."))
            }
            if faults.count > before { return nil }
        }

        /// Invites and queues the mail, in one transaction with what comes before.
        func send(
            msp: Identifier, name: String, credential: Credential, inviter: String, request: PortalRequest, transaction: PostgresTransaction
        ) async throws {
            let letter = AccountMails.invitation(organisation: name, inviter: inviter, days: days)
            _ = try await transaction.run(
                Query(
                    "select kernel.invite($1, $2, $3, $4, $5, $6, null, $7, $8, $9, $10, $11)", .bytes(credential.digest), .id(msp),
                    .text(email), .text(firstName), .text(lastName), .texts([role]),
                    .instant(request.web.now.adding(seconds: days * 86_400)), .text(letter.subject), .text(letter.text), .text(letter.html),
                    .text(request.services.publicURL)))
        }
    }

    /// Sends the first invitation into an MSP of the federation, in one transaction.
    static func send(
        _ invited: Invited, to msp: FederationMember, _ person: Person, _ credential: Credential, _ request: PortalRequest,
        _ transaction: PostgresTransaction
    ) async throws {
        do {
            try await invited.send(
                msp: msp.id, name: msp.name, credential: credential, inviter: person.displayName, request: request,
                transaction: transaction)
        } catch let error as PostgresError where error.isRefusedEntry {
            throw Refusal.conflict(
                "already_run", "«\u{A0}\(msp.name)\u{A0}» a déjà ses propres accès\u{A0}: sa coordination ou sa gérance invite elle-même.")
        } catch let error as PostgresError where error.sqlState == .checkViolation || error.isRule {
            throw Refusal.invalid("email", "Cette personne ne peut pas être invitée. Vérifiez son nom et son adresse.")
        }
    }

    static func page(_ request: PortalRequest, form: PortalForm = PortalForm()) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.administered(request)
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        let csrf = request.csrf
        let home = "/f/\(federation.slug)"
        return .page(
            PortalPage(
                person: person, title: "Inviter la coordination ou la gérance", place: .organisation(federation.id),
                crumbs: [Crumb("Structures adhérentes", href: home), Crumb(msp.name, href: "\(home)/msp/\(msp.id)")], status: form.status,
                band: FederationRoutes.band(federation), head: { h in h.fact(nil, msp.name) }
            ) { h in
                h.p(
                    .class("prose"),
                    text:
                        "Une fois la première personne venue dans ce rôle, la structure gère elle-même ses accès et la fédération n’y entre plus."
                )
                h.portalForm(
                    action: "\(home)/msp/\(msp.id)/coordination", csrf: csrf, button: "Envoyer l’invitation", form: form, cancel: home
                ) {
                    h.portalSelect(
                        "role", label: "Rôle", options: roles.codes.map { ($0.code, $0.label) }, form: form,
                        value: request.web.query["role"] ?? Role.coordinator.rawValue)
                    fields(form, required: true, on: h)
                }
            })
    }

    static func invite(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.administered(request)
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        var faults: [FieldFault] = []
        guard let invited = Invited(request.web.form, into: &faults) else {
            return try await page(request, form: PortalForm(values: request.web.form, faults: faults))
        }
        do {
            try await request.database.transaction { transaction in
                try await send(invited, to: msp, person, credential, request, transaction)
            }
        } catch let refusal as Refusal where !refusal.faults.isEmpty {
            return try await page(request, form: PortalForm(values: request.web.form, faults: refusal.faults))
        }
        return .redirect(
            "/f/\(federation.slug)/msp/\(msp.id)", Message(.done, "L’invitation pour «\u{A0}\(msp.name)\u{A0}» est en cours d’envoi."))
    }
}
