internal import HTML
internal import Kernel
internal import KernelUI

/// A federation's pages and those of an authority. No row of any MSP is read here: an address book, nothing more.
enum FederationRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "f/:slug", .person, handle: home),
            PortalRoute(.get, "f/:slug/msp/nouvelle", .person) { try await MspCreation.page($0) },
            PortalRoute(.post, "f/:slug/msp/nouvelle", .person) { try await MspCreation.create($0) },
            PortalRoute(.get, "f/:slug/msp/:msp/coordination", .person) { try await CoordinatorInvitation.page($0) },
            PortalRoute(.post, "f/:slug/msp/:msp/coordination", .person) { try await CoordinatorInvitation.invite($0) },
            PortalRoute(.get, "f/:slug/msp/:msp/heure", .person) { try await MemberZone.page($0) },
            PortalRoute(.post, "f/:slug/msp/:msp/heure", .person) { try await MemberZone.save($0) },
        ] + FederationMemberPage.routes + FederationMail.routes
    }

    static let adminRole = Role.federationAdmin.rawValue

    /// The organisation of the address when the person belongs to it; the same answer for any other.
    static func organisation(_ request: PortalRequest) throws -> (person: Person, credential: Credential, organisation: PersonOrganisation)
    {
        let (person, credential) = try request.signedIn()
        guard let organisation = person.above(request.web.parameters["slug"] ?? "") else { throw Refusal.notFound }
        return (person, credential, organisation)
    }

    /// The federation of the address when the person administers it.
    static func administered(_ request: PortalRequest) throws -> (person: Person, credential: Credential, organisation: PersonOrganisation)
    {
        let found = try organisation(request)
        guard found.organisation.kind == "FEDERATION" else { throw Refusal.notFound }
        guard found.organisation.roles.contains(adminRole) else { throw Refusal.forbidden }
        return found
    }

    /// Words of the coloured band: whose view this is.
    static func band(_ organisation: PersonOrganisation) -> String {
        organisation.kind == "AUTHORITY" ? "Lecture pour l’\(organisation.name)" : "Vue de la fédération · \(organisation.name)"
    }

    private static func home(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential, organisation) = try organisation(request)
        guard organisation.kind == "FEDERATION" else { return authority(person, organisation) }
        let members = try await request.database.run(FederationMember.all(credential, organisation.id)).map(FederationMember.init(row:))
        let isAdmin = organisation.roles.contains(adminRole)
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Structures adhérentes", place: .organisation(organisation.id), band: band(organisation),
                head: { h in FederationDrawing.facts(members, on: h) },
                actions: { h in
                    if isAdmin {
                        h.linkButton("Ajouter une structure", href: "/f/\(organisation.slug)/msp/nouvelle", kind: .main, icon: .add)
                    }
                    h.linkButton("Messages", href: "/f/\(organisation.slug)/messages", icon: .mail)
                }
            ) { h in FederationDrawing.members(members, slug: organisation.slug, isAdmin: isAdmin, csrf: csrf, on: h) }
        )
    }

    /// An authority reads published reports only; none is published by this version, and the page says so.
    private static func authority(_ person: Person, _ organisation: PersonOrganisation) -> PortalResponse {
        .page(
            PortalPage(person: person, title: "Rapports publiés", place: .organisation(organisation.id), band: band(organisation)) { h in
                h.div(.class("empty")) {
                    h.p { h.strong(text: "Aucun rapport publié") }
                    h.p(
                        text: "Les fédérations et les structures publient ici des chiffres agrégés, jamais une personne ni un document. "
                            + "Aucun ne l’a été à ce jour pour votre territoire.")
                }
            })
    }
}
