internal import HTML
internal import Kernel
internal import KernelUI

/// « Heure locale »: which clocks the MSP follows, and what a change does to what is to come.
struct ZonePages: Sendable {
    let directory: ModuleDirectory

    var pages: [PageRoute] {
        [
            PageRoute(.get, "profil/heure", permission: CorePermissions.writeProfile) { try await show($0, faults: []) },
            PageRoute(.post, "profil/heure", permission: CorePermissions.writeProfile, handle: save),
        ]
    }

    private func show(_ request: MspRequest, faults: [FieldFault]) async throws -> PageResponse {
        let (access, coming) = try await TimeZones.coming(request, directory)
        let form = request.form(faults)
        let base = request.path("structure/profil")
        return .page(
            Page(access: access, title: "Heure locale", crumbs: [Crumb("Fiche de la structure", href: base)], status: form.status) { h in
                h.p(.class("prose"), text: "La structure est à l’heure de «\u{A0}\(TimeZones.label(access.msp.timeZone))\u{A0}».")
                warning(coming, access, h)
                h.portalForm(action: "\(base)/heure", csrf: access.csrf, button: "Changer l’heure locale", form: form, cancel: base) {
                    h.portalSelect(
                        "fuseau", label: "Heure locale", options: TimeZones.options, form: form, value: access.msp.timeZone)
                    if !coming.isEmpty {
                        h.checkField(
                            form.field("confirme", "J’ai vu ce qui arrive aux réunions à venir", required: false),
                            isOn: !form.value("confirme").isEmpty)
                    }
                }
            })
    }

    private func warning(_ coming: [TimeZones.Coming], _ access: Access, _ h: HTMLWriter) {
        guard !coming.isEmpty else { return }
        h.message(
            "Ce qui est à venir garde l’heure affichée, à la nouvelle heure locale. Ce qui est passé ne change pas.", tone: .warn)
        h.ul {
            for line in coming {
                h.li {
                    h.a(.href(access.msp.path(line.path)), text: line.title)
                    h.text(" : reste \(French.longDateTime(access.local(line.at)))")
                }
            }
        }
    }

    private func save(_ request: MspRequest) async throws -> PageResponse {
        let zone = request.web.form["fuseau"] ?? ""
        guard FrenchTerritory.zoneList.contains(zone) else {
            return try await show(request, faults: [FieldFault("fuseau", "Choisissez une heure locale de la liste.")])
        }
        let (access, coming) = try await TimeZones.coming(request, directory)
        if !coming.isEmpty, zone != access.msp.timeZone, request.web.form["confirme"] == nil {
            return try await show(
                request,
                faults: [
                    FieldFault(
                        "confirme",
                        "Confirmez\u{A0}: \(French.plural(coming.count, "réunion garde", "réunions gardent")) son heure à la nouvelle heure locale."
                    )
                ])
        }
        let digest = try request.callerDigest()
        let change = TimeZones.change(
            msp: request.msp.id, to: zone, digest: digest, handlers: directory.zoneHandlers, now: request.web.now)
        _ = try await request.write { unit in try await unit.one(change) }
        return .redirect(
            request.path("structure/profil"), Message(.done, "La structure est à l’heure de «\u{A0}\(TimeZones.label(zone))\u{A0}»."))
    }
}
