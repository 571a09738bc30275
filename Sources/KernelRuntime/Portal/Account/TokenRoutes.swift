internal import HTML
internal import Kernel
internal import KernelUI

/// Personal tokens for programs: made for one structure, shown once, revoked at will.
enum TokenRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "compte/jetons/nouveau", .person) { request in try await form(request, form: PortalForm()) },
            PortalRoute(.post, "compte/jetons/nouveau", .person, handle: create),
            PortalRoute(.post, "compte/jetons/:jeton/revoquer", .person, handle: revoke),
        ]
    }

    private static let crumbs = [Crumb("Mon compte", href: "/compte")]

    private static func form(_ request: PortalRequest, form: PortalForm) async throws -> PortalResponse {
        let (person, _) = try request.signedIn()
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Nouveau jeton d’accès", place: .account, crumbs: crumbs, status: form.status
            ) { h in
                h.portalForm(action: "/compte/jetons/nouveau", csrf: csrf, button: "Créer le jeton", form: form, cancel: "/compte") {
                    h.portalField(
                        "nom", label: "À quoi servira-t-il", form: form,
                        help: "Par exemple «\u{A0}export vers le logiciel comptable\u{A0}».", maxlength: 80,
                        autofocus: true)
                    h.portalSelect(
                        "structure", label: "Structure", options: NewToken.places(person).map { ($0.id.description, $0.name) }, form: form,
                        help: "Un jeton ne vaut que dans une structure.")
                    h.portalSelect(
                        "droits", label: "Droits",
                        options: [("lecture", "Lecture seule"), ("tous", "Tous mes droits dans cette structure")],
                        form: form, value: "lecture")
                    h.portalSelect("duree", label: "Durée", options: NewToken.durations.map { ("\($0.0)", $0.1) }, form: form, value: "90")
                }
            })
    }

    private static func create(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let given = request.web.form
        var faults: [FieldFault] = []
        let made = NewToken(
            name: given["nom"], organisation: given["structure"], isFull: ["tous": true, "lecture": false][given["droits"] ?? ""],
            days: Int(given["duree"] ?? ""), person: person, names: .form, into: &faults)
        guard let made else { return try await form(request, form: PortalForm(values: given, faults: faults)) }
        let text: String
        do {
            text = try await made.make(credential, now: request.web.now, in: request.database).text
        } catch {
            guard (error as? PostgresError)?.sqlState == .checkViolation else { throw error }
            let fault = FieldFault("nom", "Ce nom contient une suite de chiffres ou de signes qui n’est pas admise.")
            return try await form(request, form: PortalForm(values: given, faults: [fault]))
        }
        let api = made.address(request.services.publicURL)
        return .page(
            PortalPage(person: person, title: "Jeton créé", place: .account, crumbs: crumbs) { h in
                h.card(made.name) {
                    h.p(text: "Copiez ce jeton maintenant\u{A0}: il ne sera plus jamais affiché.")
                    h.p { h.code(.class("auth-code"), text: text) }
                    h.p(.class("soft")) {
                        h.text("À envoyer dans l’en-tête ")
                        h.code(text: "Authorization: Bearer …")
                        h.text(" vers ")
                        h.code(text: api)
                    }
                    h.p { h.linkButton("J’ai copié le jeton", href: "/compte", kind: .main) }
                }
            })
    }

    private static func revoke(_ request: PortalRequest) async throws -> PortalResponse {
        let (_, credential) = try request.signedIn()
        try await OwnToken.revoke(try request.web.id("jeton"), credential, in: request.database)
        return .redirect("/compte", Message(.done, "Le jeton est révoqué\u{A0}: il ne vaut plus rien."))
    }
}
