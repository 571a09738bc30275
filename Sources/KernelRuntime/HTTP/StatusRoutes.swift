import HTTPTypes
import Hummingbird
import Kernel

/// Who sees the figures: who holds the operator's token, or, where there is none, the machine itself.
struct FiguresDoor: Sendable {
    let token: String?
    let proxies: TrustedProxies

    func opens(to request: Request, peer: String) -> Bool {
        guard let token else { return isLocal(request, peer: peer) }
        let bearer = request.headers[.authorization] ?? ""
        return Digest.equal(Digest.sha256(Array(bearer.utf8)), Digest.sha256(Array("Bearer \(token)".utf8)))
    }

    /// True when the caller is this machine itself, and speaks for nobody else.
    private func isLocal(_ request: Request, peer: String) -> Bool {
        TrustedProxies.isLoopback(proxies.client(peer: peer, forwarded: []))
            && ["X-Forwarded-For", "Forwarded", "Via"].compactMap { HTTPField.Name($0) }.allSatisfy { request.headers[values: $0].isEmpty }
    }
}

extension StatusPages {
    /// Mounts what a supervisor asks. `closed` answers who may not see the figures: as an address that does not exist.
    func mount(on router: Router<EdgeContext>, door: FiguresDoor, closed: @escaping @Sendable (Request) -> Response) {
        router.get("health/live") { _, _ in Self.completed(live()) }
        router.get("health/ready") { _, _ in Self.completed(await ready()) }
        router.get("metrics") { request, context in
            guard door.opens(to: request, peer: context.address) else { return closed(request) }
            return Self.completed(await metrics())
        }
    }

    /// A router with these pages alone: a worker answers no people.
    func router(door: FiguresDoor) -> Router<EdgeContext> {
        let router = Router(context: EdgeContext.self, options: [.autoGenerateHeadEndpoints])
        mount(on: router, door: door) { _ in Self.completed(Response(status: .notFound)) }
        return router
    }

    private static func completed(_ response: Response) -> Response {
        var response = response
        SecurityHeaders.complete(&response.headers)
        return response
    }
}
