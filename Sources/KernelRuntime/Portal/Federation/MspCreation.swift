internal import HTML
internal import Kernel
internal import KernelUI

/// A federation's administrator creates an MSP and, in the same act if wanted, invites who will coordinate it.
enum MspCreation {
    static func page(_ request: PortalRequest) async throws -> PortalResponse {
        try render(request, form: PortalForm())
    }

    private static let zones = [
        ("Europe/Paris", "Métropole"), ("America/Guadeloupe", "Guadeloupe"), ("America/Martinique", "Martinique"),
        ("America/Cayenne", "Guyane"), ("Indian/Reunion", "La Réunion"), ("Indian/Mayotte", "Mayotte"),
        ("America/Miquelon", "Saint-Pierre-et-Miquelon"), ("Pacific/Noumea", "Nouvelle-Calédonie"),
        ("Pacific/Tahiti", "Polynésie française"),
    ]

    private static func render(_ request: PortalRequest, form: PortalForm) throws -> PortalResponse {
        let (person, _, federation) = try FederationRoutes.administered(request)
        let csrf = request.csrf
        let home = "/f/\(federation.slug)"
        return .page(
            PortalPage(
                person: person, title: "Ajouter une structure", place: .organisation(federation.id),
                crumbs: [Crumb("Structures adhérentes", href: home)], status: form.status,
                band: FederationRoutes.band(federation)
            ) { h in
                h.portalForm(action: "\(home)/msp/nouvelle", csrf: csrf, button: "Créer la structure", form: form, cancel: home) {
                    h.formSection("La structure") {
                        h.portalField("nom", label: "Nom", form: form, maxlength: 120, autofocus: true)
                        h.portalField(
                            "adresse", label: "Adresse sur le site", form: form,
                            help: "Lettres sans accent, chiffres et traits d’union. Laissez vide pour la tirer du nom.", required: false,
                            maxlength: 60)
                        h.portalField("commune", label: "Commune", form: form, maxlength: 120)
                        h.portalField("departement", label: "Département", form: form, maxlength: 60)
                        h.portalField("region", label: "Région", form: form, maxlength: 80)
                        h.portalSelect(
                            "fuseau", label: "Heure locale", options: zones.map { ($0.0, $0.1) }, form: form, value: "Europe/Paris")
                    }
                    h.formSection("Sa coordination") {
                        h.p(.class("field__help"), text: "Facultatif\u{A0}: vous pourrez l’inviter plus tard.")
                        CoordinatorInvitation.fields(form, required: false, on: h)
                    }
                }
            })
    }

    static func create(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.administered(request)
        let given = request.web.form
        var faults: [FieldFault] = []
        func line(_ name: String, _ label: String, max: Int) -> String {
            let text = (given[name] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if text.isEmpty { faults.append(FieldFault(name, "Indiquez \(label).")) }
            if let fault = TextRules.fault(text, max: max, lines: false) { faults.append(FieldFault(name, fault)) }
            return text
        }
        let name = line("nom", "le nom de la structure", max: 120)
        let town = line("commune", "sa commune", max: 120)
        let department = line("departement", "son département", max: 60)
        let region = line("region", "sa région", max: 80)
        let typed = (given["adresse"] ?? "").filter { !$0.isWhitespace }
        let slug = typed.isEmpty ? SlugSuggestion.from(name) : typed
        if !name.isEmpty, !SlugSuggestion.isValid(slug) {
            faults.append(FieldFault("adresse", "Écrivez l’adresse en minuscules sans accent, chiffres et traits d’union."))
        }
        let zone = given["fuseau"] ?? "Europe/Paris"
        if !zones.contains(where: { $0.0 == zone }) { faults.append(FieldFault("fuseau", "Choisissez une heure locale de la liste.")) }
        let wantsInvitation = !(given["email"] ?? "").isEmpty
        let invited = wantsInvitation ? CoordinatorInvitation.Invited(given, into: &faults) : nil
        guard faults.isEmpty else { return try render(request, form: PortalForm(values: given, faults: faults)) }

        let id = Identifier.make(at: request.web.now)
        do {
            try await request.database.transaction(opening: [Query("begin")]) { transaction, _ in
                _ = try await transaction.run(
                    Query(
                        "select kernel.create_msp($1, $2, $3, $4, $5, $6, $7, $8, $9)", .bytes(credential.digest), .id(federation.id),
                        .id(id),
                        .text(slug), .text(name), .text(town), .text(department), .text(region), .text(zone)))
                if let invited {
                    try await invited.send(
                        msp: id, name: name, credential: credential, inviter: person.displayName, request: request, transaction: transaction
                    )
                }
            }
        } catch let error as PostgresError where error.sqlState?.rawValue == "CK409" {
            let fault = FieldFault(
                "adresse", "L’adresse «\u{A0}\(slug)\u{A0}» est déjà prise par une autre structure. Ajoutez par exemple la commune.")
            return try render(request, form: PortalForm(values: given, faults: [fault]))
        } catch let error as PostgresError where error.sqlState == .checkViolation {
            let fault = FieldFault("", "Un texte contient une suite de chiffres ou de signes qui n’est pas admise.")
            return try render(request, form: PortalForm(values: given, faults: [fault]))
        }
        let text = invited == nil ? "«\u{A0}\(name)\u{A0}» est créée." : "«\u{A0}\(name)\u{A0}» est créée et sa coordination est invitée."
        return .redirect("/f/\(federation.slug)", Message(.done, text))
    }
}
