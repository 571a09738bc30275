internal import HTML
internal import Kernel
internal import KernelUI

/// The structure's own sheet: situation, identifiers, yearly figures.
enum ProfilePages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        ZonePages(directory: directory).pages + [
            PageRoute(.get, "profil", permission: CorePermissions.readProfile, handle: show),
            PageRoute(.get, "profil/modifier", permission: CorePermissions.writeProfile) { try await edit($0, faults: []) },
            PageRoute(.post, "profil/modifier", permission: CorePermissions.writeProfile, handle: save),
        ]
    }

    private static func read(_ request: MspRequest) async throws -> (access: Access, revision: Int, values: RecordValues) {
        let reading = try await request.read(ProfileSheet.query(request.msp.id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let version = try ProfileSheet.Version(row)
        return (reading.access, version.revision, version.values)
    }

    private static func show(_ request: MspRequest) async throws -> PageResponse {
        let (access, _, values) = try await read(request)
        return .page(
            Page(
                access: access, title: "Fiche de la structure", head: { h in h.fact(nil, access.msp.name) },
                actions: access.can(CorePermissions.writeProfile)
                    ? { h in h.linkButton("Modifier", href: request.path("structure/profil/modifier"), kind: .main, icon: .edit) } : nil
            ) { h in
                h.card {
                    h.definitionList(
                        ProfileFields.all.map { field in
                            (field.label, FieldText.shown(values[field.name], field, workflow: nil, zone: access.msp.timeZone))
                        } + [("Heure locale", TimeZones.label(access.msp.timeZone))])
                }
                if access.can(CorePermissions.writeProfile) {
                    h.p { h.a(.href(request.path("structure/profil/heure")), text: "Changer l’heure locale de la structure") }
                }
            })
    }

    /// - Parameter isOutdated: the sheet changed since it was read: each field that differs shows both versions, and saving again counts.
    private static func edit(_ request: MspRequest, faults: [FieldFault], isOutdated: Bool = false) async throws -> PageResponse {
        let (access, revision, values) = try await read(request)
        let form = request.form(faults)
        let base = request.path("structure/profil")
        return .page(
            Page(
                access: access, title: "Modifier la fiche", crumbs: [Crumb("Fiche de la structure", href: base)], status: form.status
            ) { h in
                h.portalForm(action: "\(base)/modifier", csrf: access.csrf, button: "Enregistrer", form: form, cancel: base) {
                    h.requiredNote()
                    h.hiddenInput("revision", isOutdated ? "\(revision)" : form.value("revision", "\(revision)"))
                    for field in ProfileFields.all {
                        let stored = FieldText.typed(values[field.name], field.kind, zone: access.msp.timeZone).first
                        let shown = FieldText.shown(values[field.name], field, workflow: nil, zone: access.msp.timeZone) ?? "—"
                        let differs = isOutdated && form.value(field.name) != stored ?? ""
                        input(
                            field, help: differs ? "Valeur actuelle de la fiche\u{A0}: \(shown)" : field.help, form: form,
                            value: form.value(field.name, stored), on: h)
                    }
                }
            })
    }

    private static func input(_ field: RecordField, help: String?, form: PortalForm, value: String, on h: HTMLWriter) {
        let words = form.field(field.name, field.label, help: help, required: field.isRequired)
        switch field.kind {
        case .choice(let list):
            h.choiceField(
                words, options: list.codes.map { FieldOption($0.code, $0.label) }, value: value,
                none: field.isRequired ? nil : "Non renseigné")
        case .boolean: h.choiceField(words, options: [FieldOption("true", "Oui"), FieldOption("false", "Non")], value: value)
        case .date: h.dateField(words, value: value)
        case .integer: h.numberField(words, value: value, isWhole: true)
        case .decimal: h.numberField(words, value: value, unit: "%")
        case .text(let max): h.textField(words, value: value, maxLength: max)
        default: h.textField(words, value: value, width: .short, maxLength: 20)
        }
    }

    private static func save(_ request: MspRequest) async throws -> PageResponse {
        var faults: [FieldFault] = []
        let new = ProfileFields.values(request.web.form, into: &faults)
        let revision = Int(request.web.form["revision"] ?? "")
        guard faults.isEmpty, let revision else {
            return try await edit(request, faults: faults.isEmpty ? [FieldFault("", "Rechargez la page.")] : faults)
        }
        let typed = new
        do {
            _ = try await request.write { unit in
                try await ProfileSheet.change(unit, isExpected: { $0 == revision }) { _ in typed }
            }
        } catch is ProfileSheet.Outdated {
            let fault = FieldFault(
                "", "Cette fiche a été modifiée entre-temps. Vos valeurs sont gardées\u{A0}: comparez, puis enregistrez de nouveau.")
            return try await edit(request, faults: [fault], isOutdated: true)
        }
        return .redirect(request.path("structure/profil"), Message(.done, "La fiche est enregistrée."))
    }
}
