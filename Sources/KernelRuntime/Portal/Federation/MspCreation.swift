internal import HTML
internal import Kernel
internal import KernelUI

/// A federation's administrator creates an MSP and, in the same act if wanted, invites who will coordinate it.
enum MspCreation {
    static func page(_ request: PortalRequest) async throws -> PortalResponse {
        try render(request, form: PortalForm())
    }

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
                            "fuseau", label: "Heure locale", options: [("", "Celle du département")] + TimeZones.options, form: form,
                            value: "",
                            help: "Les réunions et les échéances de la structure suivent cette heure.")
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
        let founded = FoundedMsp(names: .form, now: request.web.now, into: &faults) { given[$0] }
        let wantsInvitation = !(given["email"] ?? "").isEmpty
        let invited = wantsInvitation ? CoordinatorInvitation.Invited(given, into: &faults) : nil
        guard faults.isEmpty, let founded else { return try render(request, form: PortalForm(values: given, faults: faults)) }
        do {
            try await request.database.transaction { transaction in
                try await founded.save(federation.id, invited: invited, person, credential, request, transaction)
            }
        } catch let refusal as Refusal where !refusal.faults.isEmpty {
            return try render(request, form: PortalForm(values: given, faults: refusal.faults))
        } catch let error as PostgresError where error.sqlState == .checkViolation {
            let fault = FieldFault("", "Un texte contient une suite de chiffres ou de signes qui n’est pas admise.")
            return try render(request, form: PortalForm(values: given, faults: [fault]))
        }
        let name = founded.name
        let text = invited == nil ? "«\u{A0}\(name)\u{A0}» est créée." : "«\u{A0}\(name)\u{A0}» est créée et sa coordination est invitée."
        return .redirect("/f/\(federation.slug)", Message(.done, text))
    }
}
