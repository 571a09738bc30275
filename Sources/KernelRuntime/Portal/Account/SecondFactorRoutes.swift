internal import HTML
internal import Kernel
internal import KernelUI

/// Setting up the second factor: scan, prove a code, keep the recovery codes, then it counts.
///
/// Nothing is stored before the last step: the new secret travels sealed, bound to the account, in the form itself.
enum SecondFactorRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "compte/second-facteur", .person) { request in
                try await scan(request, pending: Pending(secret: TOTP.makeSecret()), form: PortalForm())
            },
            PortalRoute(.post, "compte/second-facteur", .person, handle: prove),
            PortalRoute(.post, "compte/second-facteur/terminer", .person, handle: finish),
        ]
    }

    /// Minutes in which the set-up must be done.
    static let minutes = 20
    private static let purpose = "second-factor-set-up"

    /// A second factor not yet stored.
    struct Pending {
        let secret: [UInt8]
        /// Empty until a code was proven.
        var codes: [String] = []
        /// The step of the proven code, so that the same code does not also sign in.
        var step = 0

        init(secret: [UInt8]) { self.secret = secret }

        func sealed(for account: Identifier, box: SecretBox, now: Instant) throws -> String {
            let body = JSONValue.array([
                .string(Base32.encode(secret)), .array(codes.map(JSONValue.string)), .integer(step),
                .integer(Int(now.adding(minutes: SecondFactorRoutes.minutes).microseconds)),
            ])
            return Digest.base64URL(try box.seal(Array(body.text.utf8), purpose: purpose, subject: account.description))
        }

        init?(sealed: String?, account: Identifier, box: SecretBox, now: Instant) {
            guard let bytes = sealed.flatMap(Base64URL.decode), let body = box.open(bytes, purpose: purpose, subject: account.description),
                let parts = (try? JSONValue.parse(body))?.arrayValue, parts.count == 4,
                let secret = parts[0].stringValue.flatMap(Base32.decode), let codes = parts[1].arrayValue, let step = parts[2].intValue,
                let limit = parts[3].intValue, now.microseconds < Int64(limit)
            else { return nil }
            self.secret = secret
            self.codes = codes.compactMap(\.stringValue)
            self.step = step
        }
    }

    static let wrongCode = "Ce code ne correspond pas. Vérifiez l’heure de votre téléphone et saisissez le code affiché."

    /// The new secret, to scan or to type.
    static func key(_ pending: Pending, email: String, on h: HTMLWriter) {
        h.p(text: "Par exemple FreeOTP, Aegis, Google Authenticator ou votre gestionnaire de mots de passe.")
        h.qr(TOTP.address(secret: pending.secret, email: email), label: "Code à scanner avec l’application d’authentification")
        h.details(.class("details")) {
            h.summary(text: "Je ne peux pas scanner")
            h.p(text: "Saisissez cette clé dans l’application\u{A0}:")
            h.p { h.code(.class("auth-code"), text: Base32.grouped(Base32.encode(pending.secret))) }
            h.p(.class("soft"), text: "Compte\u{A0}: \(email)")
        }
    }

    static func recovery(_ codes: [String], on h: HTMLWriter) {
        h.p(text: "Chacun remplace une fois le code de votre téléphone. Ils ne seront plus jamais affichés.")
        h.ul(.class("auth-codes")) { for code in codes { h.li(text: code) } }
    }

    private static func expired() -> PortalResponse {
        .redirect("/compte/second-facteur", Message(.note, "Le délai est passé. Scannez le nouveau code."))
    }

    private static func scan(_ request: PortalRequest, pending: Pending, form: PortalForm) async throws -> PortalResponse {
        let (person, _) = try request.signedIn()
        let sealed = try pending.sealed(for: person.account, box: request.services.secretBox, now: request.web.now)
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Double authentification", place: .account, crumbs: [Crumb("Mon compte", href: "/compte")],
                status: form.status
            ) { h in
                h.card("1. Scannez ce code avec votre application") { key(pending, email: person.email, on: h) }
                h.card("2. Saisissez le code affiché") {
                    h.portalForm(
                        action: "/compte/second-facteur", csrf: csrf, button: "Vérifier le code", form: form, cancel: "/compte"
                    ) {
                        h.hiddenInput("etape", sealed)
                        h.codeField(form.field("code", "Code à six chiffres"))
                        h.portalPassword("actuel", label: "Votre mot de passe", form: form)
                    }
                }
            })
    }

    private static func prove(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, _) = try request.signedIn()
        let now = request.web.now
        let sealed = request.web.form["etape"]
        guard var pending = Pending(sealed: sealed, account: person.account, box: request.services.secretBox, now: now) else {
            return expired()
        }
        guard let step = TOTP.matchingStep(request.web.form["code"] ?? "", secret: pending.secret, at: now) else {
            return try await scan(request, pending: pending, form: PortalForm(faults: [FieldFault("code", wrongCode)]))
        }
        guard try await PasswordProof.holds(request.web.form["actuel"], request: request) else {
            return try await scan(request, pending: pending, form: PortalForm(faults: [FieldFault("actuel", PasswordProof.sentence)]))
        }
        pending.codes = RecoveryCodes.make()
        pending.step = Int(step)
        let next = try pending.sealed(for: person.account, box: request.services.secretBox, now: now)
        let (codes, csrf) = (pending.codes, request.csrf)
        return .page(
            PortalPage(
                person: person, title: "Codes de secours", place: .account, crumbs: [Crumb("Mon compte", href: "/compte")]
            ) { h in
                h.card("3. Gardez ces codes en lieu sûr") {
                    recovery(codes, on: h)
                    h.portalForm(
                        action: "/compte/second-facteur/terminer", csrf: csrf, button: "J’ai gardé mes codes, activer", cancel: "/compte"
                    ) { h.hiddenInput("etape", next) }
                }
            })
    }

    private static func finish(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let box = request.services.secretBox
        guard let pending = Pending(sealed: request.web.form["etape"], account: person.account, box: box, now: request.web.now),
            !pending.codes.isEmpty
        else { return expired() }
        let token = Token.make()
        _ = try await request.database.pipeline(
            Query(
                "select kernel.set_totp($1, $2, $3::bytea[])", .bytes(credential.digest),
                .bytes(try box.sealTOTP(pending.secret, account: person.account)), byteas(pending.codes.map(RecoveryCodes.digest))),
            Query("select kernel.spend_own_code($1, $2)", .bytes(credential.digest), .int(pending.step)),
            Query("select kernel.rotate_session($1, $2)", .bytes(credential.digest), .bytes(token.digest)))
        return .signedIn(
            token: token.text, redirect: "/compte", message: Message(.done, "La double authentification est activée."))
    }
}
