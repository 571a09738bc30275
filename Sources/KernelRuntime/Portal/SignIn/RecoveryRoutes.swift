internal import HTML
internal import Kernel
internal import Logging

/// A forgotten password, a reset and an invitation: one-time links that never lower the level of a sign-in (AUTH-10).
enum RecoveryRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "mot-de-passe-oublie", .everyone) { request in .bare(forgotten(PortalForm(), csrf: request.csrf)) },
            PortalRoute(.post, "mot-de-passe-oublie", .everyone, handle: ask),
            PortalRoute(.get, "reinitialisation/:token", .everyone) { try await show($0, purpose: .reset) },
            PortalRoute(.post, "reinitialisation/:token", .everyone) { try await accept($0, purpose: .reset) },
            PortalRoute(.get, "invitation/:token", .everyone) { try await show($0, purpose: .invitation) },
            PortalRoute(.post, "invitation/:token", .everyone) { try await accept($0, purpose: .invitation) },
        ]
    }

    enum Purpose: String { case reset, invitation }

    // MARK: Asking

    private static func forgotten(_ form: PortalForm, csrf: String, status: Int = 200) -> BarePage {
        GatePages.card(
            title: "Mot de passe oublié", status: status, foot: { h in h.a(.href("/connexion"), text: "Revenir à la connexion") }
        ) { h in
            h.p(text: "Indiquez l’adresse de votre compte. Vous recevrez un lien, valable une heure, pour choisir un mot de passe.")
            h.portalForm(action: "/mot-de-passe-oublie", csrf: csrf, button: "Recevoir le lien", form: form) {
                h.portalEmail(form, isOwn: true)
            }
        }
    }

    /// The same answer whether the account exists or not; the mail alone makes the difference.
    private static func ask(_ request: PortalRequest) async throws -> PortalResponse {
        let email = SignInDoor.normalised(request.web.form["email"] ?? "")
        guard EmailAddress.isPlausible(email) else {
            let form = PortalForm(
                values: request.web.form, faults: [FieldFault("email", "Indiquez une adresse complète, comme prenom.nom@exemple.fr.")])
            return .bare(forgotten(form, csrf: request.csrf, status: 422))
        }
        let letter = AccountMails.reset()
        let query = Query(
            "select kernel.request_reset($1, $2, $3, $4, $5, $6)", .text(email), .text(letter.subject), .text(letter.text),
            .text(letter.html), .text(request.clientAddress), .bytes(request.device.digest))
        // After the answer, which takes as long whether there is an account or not: beside it, on a busy machine, it took its time.
        let (database, logger) = (request.database, request.services.logger)
        Task {
            try? await Task.sleep(for: .milliseconds(Int.random(in: 100...600)))
            do { try await database.run(query) } catch { logger.error("a reset could not be sent", metadata: ["error": "\(error)"]) }
        }
        return .bare(
            GatePages.notice(
                title: "Consultez votre messagerie",
                text: "Si un compte existe pour cette adresse, un message vient de partir. Le lien qu’il contient est valable une heure.",
                link: ("Revenir à la connexion", "/connexion")))
    }

    // MARK: Links

    private struct Invited {
        let email: String
        let personal: [String]
        /// The account has a password: its person signs in and says yes.
        let hasPassword: Bool
        let organisation: String?
    }

    /// The account behind a live link; nil for any other.
    private static func invited(_ request: PortalRequest, purpose: Purpose) async throws -> (Invited, Token)? {
        let text = request.web.parameters["token"] ?? ""
        guard text.utf8.count == 43 else { return nil }
        let token = Token(text: text)
        do {
            let rows = try await request.database.run(
                Query(
                    "select email, first_name, last_name, has_password, organisation_name from kernel.link_account($1, $2)",
                    .bytes(token.digest), .text(purpose.rawValue)))
            guard let row = rows.first else { return nil }
            let email: String = try row[0]
            return (
                Invited(email: email, personal: [email, try row[1], try row[2]], hasPassword: try row[3], organisation: try row[4]), token
            )
        } catch {
            guard (error as? PostgresError)?.sqlState?.rawValue == "CK404" else { throw error }
            return nil
        }
    }

    private static func show(_ request: PortalRequest, purpose: Purpose) async throws -> PortalResponse {
        guard let (invited, token) = try await invited(request, purpose: purpose) else { return .bare(GatePages.deadLink()) }
        if purpose == .invitation, invited.hasPassword { return answered(request, invited, token) }
        return .bare(page(invited, token: token, purpose: purpose, form: PortalForm(), csrf: request.csrf))
    }

    /// Who has an account says yes in a session, where every invitation waits.
    private static func answered(_ request: PortalRequest, _ invited: Invited, _ token: Token) -> PortalResponse {
        let place = invited.organisation ?? "Collectif"
        guard let person = request.person else {
            let suite = SafePath.encoded("/invitation/\(token.text)")
            return .redirect(
                "/connexion?suite=\(suite)", Message(.note, "Connectez-vous pour répondre à l’invitation de «\u{A0}\(place)\u{A0}»."))
        }
        guard person.email == invited.email else {
            return .bare(
                GatePages.notice(
                    title: "Invitation à rejoindre \(place)",
                    text:
                        "Cette invitation est adressée à un autre compte que celui de cette session. Déconnectez-vous, puis ouvrez à nouveau le lien.",
                    link: ("Revenir à l’accueil", SafePath.home)))
        }
        return .redirect(SafePath.home, Message(.note, "L’invitation de «\u{A0}\(place)\u{A0}» attend votre réponse."))
    }

    private static func page(
        _ invited: Invited, token: Token, purpose: Purpose, form: PortalForm, csrf: String, status: Int = 200
    ) -> BarePage {
        let action = "/\(purpose == .reset ? "reinitialisation" : "invitation")/\(token.text)"
        let place = invited.organisation ?? "Collectif"
        switch purpose {
        case .invitation:
            return GatePages.choosePassword(
                title: "Vous rejoignez \(place)",
                intro: "Choisissez le mot de passe du compte \(invited.email)\u{A0}: l’enregistrer, c’est accepter l’invitation.",
                email: invited.email, action: action, csrf: csrf, form: form, status: status)
        case .reset:
            return GatePages.choosePassword(
                title: "Nouveau mot de passe",
                intro: "Choisissez un mot de passe pour le compte \(invited.email). Vos sessions ouvertes prendront fin.",
                email: invited.email, action: action, csrf: csrf, form: form, status: status)
        }
    }

    private static func accept(_ request: PortalRequest, purpose: Purpose) async throws -> PortalResponse {
        guard let (invited, token) = try await invited(request, purpose: purpose) else { return .bare(GatePages.deadLink()) }
        if purpose == .invitation, invited.hasPassword { return answered(request, invited, token) }
        let faults = NewPassword.faults(request.web.form, personal: invited.personal)
        guard faults.isEmpty else {
            return .bare(page(invited, token: token, purpose: purpose, form: PortalForm(faults: faults), csrf: request.csrf, status: 422))
        }
        let chosen = try await request.services.passwords.hashWithProof(request.web.form["nouveau"] ?? "")
        do {
            _ = try await request.database.pipeline(
                Query(
                    "select kernel.accept_link($1, $2, $3, $4)", .bytes(token.digest), .text(purpose.rawValue), .text(chosen.hash),
                    .id(.make(at: request.web.now))),
                // The person's own browser, whatever strangers try meanwhile.
                Query("select kernel.trust_device($1, $2)", .bytes(token.digest), .bytes(request.device.digest)))
        } catch {
            guard let state = (error as? PostgresError)?.sqlState?.rawValue, ["CK404", "CK409"].contains(state) else { throw error }
            return .bare(GatePages.deadLink())
        }
        // Signed in at once with what was just chosen; the second factor, where there is one, is asked as ever.
        let outcome = try await SignInRoutes.door(request).entered(email: invited.email, proof: chosen.proof)
        return try SignInRoutes.answer(
            outcome, request, way: SignInWay(suite: SafePath.home),
            says: Message(.done, "Votre mot de passe est enregistré\u{A0}: vous êtes connecté·e.")
        ) { .redirect("/connexion", Message(.done, "Mot de passe enregistré. Connectez-vous.")) }
    }
}
