import HTTPTypes
import Kernel
import KernelUI

/// Draws the page that held a form inside the transaction of the act that answers it; nil where the page is refused or is none.
typealias SeenDrawing = @Sendable (PostgresTransaction) async throws -> [UInt8]?

extension Dispatcher {
    /// How to draw a page for who sends one of its forms; nil where page and act have not one door: an MSP, a personal link, or what lies
    /// above the MSPs.
    func drawing(
        _ look: WebRequest, _ held: RouteEntry, answering web: WebRequest, by entry: RouteEntry, fields: HTTPFields
    ) async -> SeenDrawing? {
        switch (entry.handler, held.handler) {
        case (.page, .page(let route)):
            guard look.parameters["msp"] == web.parameters["msp"],
                let door = try? await door(look, fields: fields, permission: route.permission, isAPI: false)
            else { return nil }
            return drawing(route, look, door)
        case (.link(let act), .link(let route)):
            guard act.purpose == route.purpose, look.parameters["token"] == web.parameters["token"] else { return nil }
            return drawing(route, look, module: held.module)
        case (.portal(let act), .portal(let route)):
            guard act.audience == .person, route.audience == .person, let credential = credential(fields), credential.kind == .session
            else { return nil }
            return drawing(route, look, credential)
        default: return nil
        }
    }

    private func drawing(_ route: PageRoute, _ look: WebRequest, _ door: CredentialGate) -> SeenDrawing {
        let frames = frames
        return { transaction in
            let inside = MspRequest(web: look, msp: door.msp, gate: door.looking(in: transaction))
            guard case .page(let drawn) = try await route.handle(inside), drawn.status == 200 else { return nil }
            return frames.bytes(drawn, look, message: nil)
        }
    }

    private func drawing(_ route: LinkRoute, _ look: WebRequest, module: String) -> SeenDrawing {
        { transaction in
            let inside = try await linkRequest(look, purpose: route.purpose, module: module, under: transaction)
            guard case .bare(let drawn) = try await route.handle(inside), drawn.status == 200 else { return nil }
            return frames.bytes(drawn, message: nil, who: ReaderMark.link)
        }
    }

    private func drawing(_ route: PortalRoute, _ look: WebRequest, _ credential: Credential) -> SeenDrawing {
        { transaction in
            let person = try await Person.entering(credential, in: gates.pool, isPresent: false, under: transaction)
            let csrf = credential.csrf(key: settings.secret)
            let inside = PortalRequest(
                web: look, person: person, credential: credential, csrf: csrf, clientAddress: look.clientAddress, clientName: "",
                database: PortalDatabase(gates.pool, address: look.clientAddress, person: person, under: transaction),
                gates: RuntimeGates(runtime: gates, under: transaction), services: services)
            guard case .page(let drawn) = try await route.handle(inside), drawn.status == 200 else { return nil }
            return frames.bytes(drawn, look, csrf: csrf, message: nil)
        }
    }
}
