internal import Kernel

/// The bare address of an MSP leads to the first page that the person may open there; so does a change of structure, which
/// keeps the kind of page where the other structure has it (conventions 2).
enum MspHome {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "m/:msp", .person) { request in .redirect(home(try msp(request)), nil) },
            PortalRoute(.get, "structures/:msp", .person) { request in
                let msp = try msp(request)
                guard let page = request.web.query["page"], let place = request.services.places.place(page),
                    msp.modules.contains(place.module), msp.permissions.contains(place.permission)
                else { return .redirect(home(msp), nil) }
                return .redirect(msp.href + page, nil)
            },
        ]
    }

    private static func msp(_ request: PortalRequest) throws -> PersonOrganisation {
        let (person, _) = try request.signedIn()
        guard let msp = person.msps.first(where: { $0.slug == request.web.parameters["msp"] }) else { throw Refusal.notFound }
        return msp
    }

    private static func home(_ msp: PersonOrganisation) -> String { msp.href + "structure/menu" }
}
