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

    private static let durations = [("30", "30 jours"), ("90", "90 jours"), ("365", "Un an")]
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
                        "structure", label: "Structure", options: person.msps.map { ($0.id.description, $0.name) }, form: form,
                        help: "Un jeton ne vaut que dans une structure.")
                    h.portalSelect(
                        "droits", label: "Droits",
                        options: [("lecture", "Lecture seule"), ("tous", "Tous mes droits dans cette structure")],
                        form: form, value: "lecture")
                    h.portalSelect("duree", label: "Durée", options: durations.map { ($0.0, $0.1) }, form: form, value: "90")
                }
            })
    }

    private static func create(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let given = request.web.form
        var faults: [FieldFault] = []
        let name = (given["nom"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if name.isEmpty || name.count > 80 { faults.append(FieldFault("nom", "Donnez un nom au jeton, en 80 caractères au plus.")) }
        let structure = person.msps.first { $0.id.description == given["structure"] }
        if structure == nil { faults.append(FieldFault("structure", "Choisissez l’une de vos structures.")) }
        guard let days = durations.first(where: { $0.0 == given["duree"] }).flatMap({ Int($0.0) }) else {
            throw Refusal.invalid("duree", "Choisissez une durée de la liste.")
        }
        guard let isFull = ["tous": true, "lecture": false][given["droits"] ?? ""] else {
            throw Refusal.invalid("droits", "Choisissez des droits de la liste.")
        }
        guard faults.isEmpty, let structure else { return try await form(request, form: PortalForm(values: given, faults: faults)) }
        let token = Kernel.Token.make()
        let scope: Parameter = isFull ? .null : .texts(structure.permissions.filter { $0.hasSuffix(".read") }.sorted())
        do {
            try await request.database.run(
                Query(
                    "select kernel.create_api_token($1, $2, $3, $4, $5::text[], $6)", .bytes(credential.digest), .id(structure.id),
                    .text(name),
                    .bytes(token.digest), scope, .instant(request.web.now.adding(seconds: days * 86_400))))
        } catch {
            guard error.sqlState == .checkViolation else { throw error }
            let fault = FieldFault("nom", "Ce nom contient une suite de chiffres ou de signes qui n’est pas admise.")
            return try await form(request, form: PortalForm(values: given, faults: [fault]))
        }
        let api = "\(request.services.publicURL)/api/v1/msps/\(structure.id)"
        return .page(
            PortalPage(person: person, title: "Jeton créé", place: .account, crumbs: crumbs) { h in
                h.card(name) {
                    h.p(text: "Copiez ce jeton maintenant\u{A0}: il ne sera plus jamais affiché.")
                    h.p { h.code(.class("auth-code"), text: token.text) }
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
        let revoked = try await request.database.run(
            Query("select kernel.revoke_api_token($1, $2)", .bytes(credential.digest), .id(try request.web.id("jeton")))
        ).scalar(as: Bool.self)
        guard revoked else { throw Refusal.notFound }
        return .redirect("/compte", Message(.done, "Le jeton est révoqué\u{A0}: il ne vaut plus rien."))
    }
}
