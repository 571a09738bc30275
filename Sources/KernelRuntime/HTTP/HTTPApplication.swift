import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore
import ServiceLifecycle

/// Carries the caller's address, which throttling and sessions need.
struct EdgeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let address: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Mounts every route on Hummingbird's router.
enum HTTPApplication {
    static func router(_ routes: [RouteEntry], dispatcher: Dispatcher, assets: Assets, status: StatusPages, publicURL: String)
        -> Router<EdgeContext>
    {
        let router = Router(context: EdgeContext.self, options: [.autoGenerateHeadEndpoints])
        if LoopbackCookies.isWanted(publicURL) { router.add(middleware: LoopbackCookies()) }
        router.add(middleware: UnknownAddress(dispatcher: dispatcher, known: KnownAddresses(routes)))
        for entry in routes {
            router.on(RouterPath(entry.path), method: HTTPRequest.Method(rawValue: entry.method.rawValue) ?? .get) { request, context in
                var parameters: [String: String] = [:]
                for (name, value) in context.parameters { parameters[String(name)] = String(value) }
                return await dispatcher.answer(request, parameters: parameters, peer: context.address, entry: entry)
            }
        }
        router.get("assets/:name") { request, context -> Response in
            guard let name = context.parameters.get("name"),
                let response = assets.response(name, ifNoneMatch: request.headers[.ifNoneMatch])
            else { return dispatcher.unknown(request, allowed: []) }
            return completed(response)
        }
        status.mount(on: router, door: dispatcher.settings.figuresDoor) { dispatcher.unknown($0, allowed: []) }
        return router
    }

    private static func completed(_ response: Response) -> Response {
        var response = response
        SecurityHeaders.complete(&response.headers)
        return response
    }
}

/// Addresses that no route answers get our own page, with our own headers. A known address with another method answers 405 and says
/// which are allowed.
private struct UnknownAddress: RouterMiddleware {
    let dispatcher: Dispatcher
    let known: KnownAddresses

    func handle(
        _ request: Request, context: EdgeContext, next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return dispatcher.unknown(request, allowed: known.methods(of: request.uri.path))
        }
    }
}
