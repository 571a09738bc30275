internal import HTML
internal import Kernel
internal import KernelUI

/// The clocks of a federation's member, changed by its administration: a zone that was wrong from the first day can be wrong without
/// anybody in the MSP yet.
enum MemberZone {
    static func page(_ request: PortalRequest, faults: [FieldFault] = []) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.administered(request)
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        let zone = try await current(msp.id, federation.id, credential, request)
        let csrf = request.csrf
        let home = "/f/\(federation.slug)"
        let form = PortalForm(values: faults.isEmpty ? FormValues() : request.web.form, faults: faults)
        return .page(
            PortalPage(
                person: person, title: "Heure locale", place: .organisation(federation.id),
                crumbs: [Crumb("Structures adhérentes", href: home)], status: form.status, band: FederationRoutes.band(federation),
                head: { h in h.fact(nil, msp.name) }
            ) { h in
                h.message(
                    "Les réunions à venir de la structure gardent l’heure affichée, à la nouvelle heure locale. Ce qui est passé ne change pas. "
                        + "La structure le lit dans son historique.", tone: .warn)
                h.portalForm(action: "\(home)/msp/\(msp.id)/heure", csrf: csrf, button: "Changer l’heure locale", form: form, cancel: home)
                {
                    h.portalSelect("fuseau", label: "Heure locale", options: TimeZones.options, form: form, value: zone)
                }
            })
    }

    static func save(_ request: PortalRequest) async throws -> PortalResponse {
        let (_, credential, federation) = try FederationRoutes.administered(request)
        let msp = try await FederationMember.found(request, parameter: "msp", credential, federation.id)
        do {
            try await change(msp, to: request.web.form["fuseau"] ?? "", federation.id, credential, request, field: "fuseau")
        } catch let refusal as Refusal where !refusal.faults.isEmpty {
            return try await page(request, faults: refusal.faults)
        }
        let zone = TimeZones.label(request.web.form["fuseau"] ?? "")
        return .redirect("/f/\(federation.slug)", Message(.done, "«\u{A0}\(msp.name)\u{A0}» est à l’heure de «\u{A0}\(zone)\u{A0}»."))
    }

    /// The zone a member follows today.
    static func current(
        _ msp: Identifier, _ federation: Identifier, _ credential: Credential, _ request: PortalRequest
    ) async throws -> String {
        let rows = try await request.database.run(
            Query(
                "select time_zone from kernel.federation_member_zone($1, $2, $3)", .bytes(credential.digest), .id(federation), .id(msp)))
        guard let row = rows.first else { throw Refusal.notFound }
        return try row[0]
    }

    /// Changes it, with the rules of a new MSP: a department overseas has its own clocks.
    static func change(
        _ msp: FederationMember, to zone: String, _ federation: Identifier, _ credential: Credential, _ request: PortalRequest,
        field: String
    ) async throws {
        guard !zone.isEmpty else { throw Refusal.invalid(field, "Choisissez une heure locale de la liste.") }
        if case .failure(let fault) = TimeZones.chosen(zone, department: msp.department ?? "") {
            throw Refusal.invalid(field, fault.message)
        }
        _ = try await request.database.run(
            TimeZones.change(
                msp: msp.id, federation: federation, to: zone, digest: credential.digest, handlers: request.services.zoneHandlers,
                now: request.web.now))
    }
}
