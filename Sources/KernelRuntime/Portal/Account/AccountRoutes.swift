internal import HTML
internal import Kernel
internal import KernelUI

/// One's own account: name, password, second factor, sessions, tokens of programs.
enum AccountRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "compte", .person) { request in try await page(request) },
            PortalRoute(.post, "compte/nom", .person, handle: rename),
            PortalRoute(.post, "compte/mot-de-passe", .person, handle: changePassword),
            PortalRoute(.post, "compte/sessions/:session/fin", .person, handle: endSession),
            PortalRoute(.post, "compte/sessions/fin", .person, handle: endOthers),
            PortalRoute(.post, "compte/structure", .person, handle: chooseOwner),
        ] + SecondFactorRoutes.routes + TokenRoutes.routes
    }

    /// Which form of the page was refused.
    enum Section { case none, name, password }

    static func page(_ request: PortalRequest, refused: Section = .none, form: PortalForm = PortalForm()) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let results = try await request.database.pipeline(
            OwnSession.query(credential),
            OwnToken.alive(credential, request.web.now), OwnStanding.query(credential))
        let standing = try OwnStanding(results[2])
        let sessions = try results[0].map(OwnSession.init(row:))
        let tokens = try results[1].map(OwnToken.init(row:))
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Mon compte", place: .account, status: refused == .none ? 200 : 422,
                head: { h in h.span(.class("fact"), text: person.email) },
                actions: { h in h.postButton("Se déconnecter", action: "/deconnexion", csrf: csrf) }
            ) { h in
                h.div(.class("stack")) {
                    AccountDrawing.name(person, form: refused == .name ? form : PortalForm(), csrf: csrf, on: h)
                    AccountDrawing.password(form: refused == .password ? form : PortalForm(), csrf: csrf, on: h)
                    AccountDrawing.secondFactor(person, on: h)
                    AccountDrawing.owner(person, standing, csrf: csrf, on: h)
                    AccountDrawing.sessions(sessions, csrf: csrf, on: h)
                    AccountDrawing.tokens(tokens, mayCreate: !NewToken.places(person).isEmpty, csrf: csrf, on: h)
                }
            })
    }

    private static func rename(_ request: PortalRequest) async throws -> PortalResponse {
        let (_, credential) = try request.signedIn()
        var faults: [FieldFault] = []
        let (first, last) = (request.web.form["prenom"], request.web.form["nom"])
        guard let name = OwnName(first: first, last: last, fields: ("prenom", "nom"), into: &faults) else {
            return try await page(request, refused: .name, form: PortalForm(values: request.web.form, faults: faults))
        }
        do {
            try await name.save(credential, in: request.database)
        } catch {
            guard (error as? PostgresError)?.sqlState == .checkViolation else { throw error }
            let fault = FieldFault("nom", "Ce nom contient une suite de chiffres ou de signes qui n’est pas admise.")
            return try await page(request, refused: .name, form: PortalForm(values: request.web.form, faults: [fault]))
        }
        return .redirect("/compte", Message(.done, "Votre nom est enregistré."))
    }

    private static func changePassword(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        var faults = NewPassword.faults(request.web.form, personal: [person.email, person.firstName, person.lastName])
        if faults.isEmpty, try await !PasswordProof.holds(request.web.form["actuel"], request: request) {
            faults = [FieldFault("actuel", PasswordProof.sentence)]
        }
        guard faults.isEmpty else { return try await page(request, refused: .password, form: PortalForm(faults: faults)) }
        let hash = try await request.services.passwords.hash(request.web.form["nouveau"] ?? "")
        // The token changes with the password (SESS-03); the other sessions end inside set_password.
        let token = Token.make()
        let results = try await request.database.pipeline(
            Query("select sessions, tokens from kernel.set_password($1, $2)", .bytes(credential.digest), .text(hash)),
            Query("select kernel.rotate_session($1, $2)", .bytes(credential.digest), .bytes(token.digest)))
        let ended = try Ended(results[0])
        return .signedIn(token: token.text, redirect: "/compte", message: Message(.done, "Mot de passe changé. \(ended.sentence)"))
    }

    private static func endSession(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let session = try request.web.id("session")
        try await OwnSession.end(session, credential, in: request.database)
        if session == person.session { return .signedOut(redirect: "/connexion") }
        return .redirect("/compte", Message(.done, "La session est terminée."))
    }

    private static func endOthers(_ request: PortalRequest) async throws -> PortalResponse {
        let (_, credential) = try request.signedIn()
        return .redirect("/compte", Message(.done, try await Ended.others(credential, in: request.database).sentence))
    }

    private static func chooseOwner(_ request: PortalRequest) async throws -> PortalResponse {
        let (_, credential) = try request.signedIn()
        let given = request.web.form["structure"] ?? ""
        let chosen = given.isEmpty ? nil : Identifier(given)
        guard given.isEmpty || chosen != nil else { throw Refusal.invalid("structure", "Choisissez une structure de la liste.") }
        try await OwnStanding.choose(chosen, credential, in: request.database)
        return .redirect("/compte", Message(.done, "La structure qui gère votre compte est enregistrée."))
    }
}

/// The present password, asked again before what matters; tries are counted as at the sign-in.
enum PasswordProof {
    static let sentence = "Ce n’est pas votre mot de passe actuel. Après plusieurs essais, patientez quelques minutes."

    static func holds(_ password: String?, request: PortalRequest) async throws -> Bool {
        let (person, credential) = try request.signedIn()
        let answers = try await request.database.pipeline(
            Query("select kernel.own_password_wait($1)", .bytes(credential.digest)),
            Query("select kernel.sign_in_lookup($1)", .text(person.email)))
        guard try answers[0].scalar(as: Int.self) == 0 else { return false }
        let given = String((password ?? "").prefix(PasswordPolicy.maximumLength))
        let proof = try await request.services.passwords.proof(of: given, recipe: try answers[1].scalar())
        let holds = try await request.database.run(
            Query("select kernel.check_own_password($1, $2)", .bytes(credential.digest), .bytes(proof.bytes))
        ).scalar(as: Bool.self)
        if holds { return true }
        try await request.database.run(
            Query("select kernel.own_password_failed($1, $2)", .bytes(credential.digest), .bytes(proof.bytes)))
        return false
    }
}

/// A first or last name as typed.
enum PersonName {
    /// The trimmed name; adds a fault when it is empty or too long.
    static func read(_ text: String?, field: String, label: String, into faults: inout [FieldFault]) -> String {
        let name = TextRules.normalised(text ?? "", lines: false).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if name.isEmpty { faults.append(FieldFault(field, "Indiquez \(label).")) }
        if let fault = TextRules.fault(name, max: 80, lines: false) { faults.append(FieldFault(field, fault)) }
        return name
    }
}
