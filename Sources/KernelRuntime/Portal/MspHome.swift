internal import Kernel

/// The bare address of an MSP leads to the first page that the person may open there.
enum MspHome {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "m/:msp", .person) { request in
                let (person, _) = try request.signedIn()
                guard let msp = person.msps.first(where: { $0.slug == request.web.parameters["msp"] }) else { throw Refusal.notFound }
                return .redirect(msp.href + "structure/menu", nil)
            }
        ]
    }
}
