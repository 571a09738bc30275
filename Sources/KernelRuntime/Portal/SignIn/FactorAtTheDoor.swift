internal import HTML
internal import Kernel
internal import KernelUI

/// Setting the second factor up on the way in, for who has a role that asks for one and let the fortnight pass. No session is open here:
/// the proven password travels sealed, like the new secret.
enum FactorAtTheDoor {
    private typealias Pending = SecondFactorRoutes.Pending

    /// The first page after the password.
    static func begin(_ request: PortalRequest, step: String, way: SignInWay) throws -> PortalResponse {
        try scan(request, step: step, pending: Pending(secret: TOTP.makeSecret()), way: way, form: PortalForm())
    }

    private static func scan(
        _ request: PortalRequest, step: String, pending: Pending, way: SignInWay, form: PortalForm
    ) throws -> PortalResponse {
        guard let (account, email) = SignInRoutes.door(request).owner(ofStep: step) else { return SignInRoutes.tooLate(request, way) }
        let sealed = try pending.sealed(for: account, box: request.services.secretBox, now: request.web.now)
        let csrf = request.csrf
        return .bare(
            GatePages.card(
                title: "Double authentification", status: form.status,
                foot: { h in h.a(.href("/connexion"), text: "Recommencer avec un autre compte") }
            ) { h in
                h.p(
                    text: "Votre rôle donne accès aux données d’une équipe\u{A0}: un code sur votre téléphone est désormais demandé. "
                        + "Deux minutes suffisent.")
                SecondFactorRoutes.key(pending, email: email, on: h)
                h.portalForm(action: "/connexion/second-facteur", csrf: csrf, button: "Vérifier le code", form: form) {
                    h.way(way)
                    h.hiddenInput("etape", step)
                    h.hiddenInput("cle", sealed)
                    h.codeField(form.field("code", "Code à six chiffres"))
                }
            })
    }

    private static func given(_ request: PortalRequest) -> (step: String, pending: Pending)? {
        let step = request.web.form["etape"] ?? ""
        guard let (account, _) = SignInRoutes.door(request).owner(ofStep: step),
            let pending = Pending(
                sealed: request.web.form["cle"], account: account, box: request.services.secretBox, now: request.web.now)
        else { return nil }
        return (step, pending)
    }

    static func prove(_ request: PortalRequest) async throws -> PortalResponse {
        let way = SignInWay(request.web.form)
        guard let (step, found) = given(request), let (account, _) = SignInRoutes.door(request).owner(ofStep: step) else {
            return SignInRoutes.tooLate(request, way)
        }
        var pending = found
        guard let matched = TOTP.matchingStep(request.web.form["code"] ?? "", secret: pending.secret, at: request.web.now) else {
            let form = PortalForm(faults: [FieldFault("code", SecondFactorRoutes.wrongCode)])
            return try scan(request, step: step, pending: pending, way: way, form: form)
        }
        pending.codes = RecoveryCodes.make()
        pending.step = Int(matched)
        let sealed = try pending.sealed(for: account, box: request.services.secretBox, now: request.web.now)
        let (codes, csrf) = (pending.codes, request.csrf)
        return .bare(
            GatePages.card(title: "Codes de secours") { h in
                SecondFactorRoutes.recovery(codes, on: h)
                h.portalForm(action: "/connexion/second-facteur/terminer", csrf: csrf, button: "J’ai gardé mes codes, continuer") {
                    h.way(way)
                    h.hiddenInput("etape", step)
                    h.hiddenInput("cle", sealed)
                }
            })
    }

    static func finish(_ request: PortalRequest) async throws -> PortalResponse {
        let way = SignInWay(request.web.form)
        guard let (step, pending) = given(request), !pending.codes.isEmpty,
            let token = try await SignInRoutes.door(request).finishSetUp(sealedStep: step, pending)
        else { return SignInRoutes.tooLate(request, way) }
        return .signedIn(token: token, redirect: way.suite, message: Message(.done, "La double authentification est activée."))
    }
}
