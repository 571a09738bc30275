internal import HTML
internal import Kernel
internal import KernelUI

/// Sign-in in two steps, sign-out, and the bare address of the site.
enum SignInRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "", .everyone) { request in
                .redirect(request.person == nil ? "/connexion" : SafePath.home, nil)
            },
            PortalRoute(.get, "connexion", .everyone) { request in
                let suite = SafePath.local(request.web.query["suite"])
                if request.person != nil { return .redirect(suite, nil) }
                return .bare(GatePages.signIn(form: PortalForm(), way: SignInWay(suite: suite), csrf: request.csrf))
            },
            PortalRoute(.post, "connexion", .everyone, handle: password),
            PortalRoute(.post, "connexion/code", .everyone, handle: code),
            PortalRoute(.get, "connexion/code", .everyone) { _ in .redirect("/connexion", nil) },
            PortalRoute(.post, "connexion/second-facteur", .everyone, handle: FactorAtTheDoor.prove),
            PortalRoute(.post, "connexion/second-facteur/terminer", .everyone, handle: FactorAtTheDoor.finish),
            PortalRoute(.post, "deconnexion", .everyone) { request in
                if let credential = request.credential, credential.kind == .session {
                    try await request.database.run(Query("select kernel.close_session($1)", .bytes(credential.digest)))
                }
                return .signedOut(redirect: "/connexion")
            },
        ]
    }

    /// One sentence for an unknown address, a wrong password and too many tries at once (AUTH-09).
    private static let refusedSentence =
        "L’adresse ou le mot de passe ne convient pas. Après plusieurs essais, la réponse se fait attendre\u{00A0}: «\u{A0}Mot de passe oublié\u{A0}» ouvre toujours."
    private static let wrongCodeSentence =
        "Ce code ne convient pas ou a déjà servi. Attendez le code suivant, puis recommencez."

    private static func password(_ request: PortalRequest) async throws -> PortalResponse {
        let form = request.web.form
        let way = SignInWay(form)
        let email = form["email"] ?? ""
        let password = form["mot_de_passe"] ?? ""
        func refused(_ message: String) -> PortalResponse {
            let form = PortalForm(values: FormValues([("email", email)]), faults: [FieldFault("", message)])
            return .bare(GatePages.signIn(form: form, way: way, csrf: request.csrf, status: 422))
        }
        guard !email.isEmpty, !password.isEmpty, email.utf8.count <= 254 else {
            return refused("Indiquez votre adresse électronique et votre mot de passe.")
        }
        return try answer(try await door(request).password(email: email, password: password), request, way: way) {
            refused(refusedSentence)
        }
    }

    /// The page after a password: the code, the set-up of a second factor, or the way in.
    static func answer(
        _ outcome: SignInDoor.Outcome, _ request: PortalRequest, way: SignInWay, says message: Message? = nil,
        refused: () -> PortalResponse
    ) throws -> PortalResponse {
        switch outcome {
        case .refused: return refused()
        case .codeOwed(let step):
            return .bare(GatePages.code(step: step, form: PortalForm(), way: way, csrf: request.csrf))
        case .setUpOwed(let step): return try FactorAtTheDoor.begin(request, step: step, way: way)
        case .open(let token): return .signedIn(token: token, redirect: way.suite, message: message)
        }
    }

    /// The first step again, once the next one waited too long: what was typed before still waits.
    static func tooLate(_ request: PortalRequest, _ way: SignInWay) -> PortalResponse {
        let message = "Le délai pour saisir le code est passé. Recommencez la connexion."
        guard way.kept != nil else {
            return .redirect("/connexion?suite=\(SafePath.encoded(way.suite))", Message(.note, message))
        }
        return .bare(GatePages.signIn(form: PortalForm(faults: [FieldFault("", message)]), way: way, csrf: request.csrf, status: 422))
    }

    private static func code(_ request: PortalRequest) async throws -> PortalResponse {
        let way = SignInWay(request.web.form)
        let step = request.web.form["etape"] ?? ""
        switch try await door(request).code(sealedStep: step, code: request.web.form["code"] ?? "") {
        case .open(let token): return .signedIn(token: token, redirect: way.suite, message: nil)
        case .refused, .codeOwed, .setUpOwed:
            let form = PortalForm(faults: [FieldFault("code", wrongCodeSentence)])
            return .bare(GatePages.code(step: step, form: form, way: way, csrf: request.csrf, status: 422))
        case nil: return tooLate(request, way)
        }
    }

    static func door(_ request: PortalRequest) -> SignInDoor {
        SignInDoor(
            database: request.database, services: request.services, clientAddress: request.clientAddress, device: request.device.digest,
            session: request.credential.flatMap { $0.kind == .session ? $0.digest : nil }, clientName: request.clientName,
            now: request.web.now)
    }
}
