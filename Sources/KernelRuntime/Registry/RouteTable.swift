public import Kernel

/// One route as the server mounts it, and as `collectif routes --json` tells it.
public struct RouteEntry: Sendable {
    /// Who may come in.
    public enum Kind: String, Sendable {
        /// Anyone: sign-in, and what modules offer above the MSPs.
        case open
        /// A signed-in person, outside one MSP.
        case person
        /// A secret link, no sign-in.
        case link
        /// A page of one MSP.
        case page
        /// The JSON API of one MSP.
        case api
    }

    public let method: Method
    /// Absolute, `:name` for a parameter.
    public let path: String
    public let kind: Kind
    public let module: String
    /// Nil for open, person and link routes.
    public let permission: String?
    public let handler: RouteHandler

    /// What the route takes beyond an ordinary form or document.
    var upload: UploadRule? {
        switch handler {
        case .page(let route): route.upload
        case .endpoint(let route): route.upload
        case .link, .open, .portal: nil
        }
    }
}

/// How a route is answered.
public enum RouteHandler: Sendable {
    case page(PageRoute)
    case endpoint(EndpointRoute)
    case link(LinkRoute)
    case open(OpenEndpoint)
    case portal(PortalRoute)
}

/// All routes of the server, from the modules' contributions.
public enum RouteTable {
    /// Routes that a module brings, records included.
    public static func moduleRoutes(_ module: RegisteredModule, catalog: RecordCatalog) -> [RouteEntry] {
        let manifest = module.manifest
        var pages = module.contributions.pages
        var endpoints = module.contributions.endpoints
        for record in module.contributions.records {
            let faces = RecordFaces(record: record, module: manifest, catalog: catalog)
            pages += faces.pages
            endpoints += faces.endpoints
        }
        return pages.map { route in
            RouteEntry(
                method: route.method, path: join("/m/:msp", manifest.path, route.path), kind: .page, module: manifest.id,
                permission: route.permission, handler: .page(route))
        }
            + endpoints.map { route in
                RouteEntry(
                    method: route.method, path: join("/api/v1/msps/:msp", manifest.id, route.path), kind: .api, module: manifest.id,
                    permission: route.permission, handler: .endpoint(route))
            }
            + module.contributions.openEndpoints.map { route in
                RouteEntry(
                    method: route.method, path: join("/api/v1", route.path), kind: .open, module: manifest.id, permission: nil,
                    handler: .open(route))
            }
            + module.contributions.linkPages.map { route in
                RouteEntry(
                    method: route.method, path: join("/l/\(route.purpose)/:token", route.path), kind: .link, module: manifest.id,
                    permission: nil,
                    handler: .link(route))
            }
    }

    /// Routes of every module and of the portal.
    public static func all(_ registry: ModuleRegistry, portal: [PortalRoute]) -> [RouteEntry] {
        let catalog = registry.catalog
        return portal.map { route in
            RouteEntry(
                method: route.method, path: join("", route.path), kind: route.audience == .person ? .person : .open, module: "kernel",
                permission: nil, handler: .portal(route))
        } + registry.modules.flatMap { moduleRoutes($0, catalog: catalog) }
    }

    private static func join(_ parts: String...) -> String {
        let joined = parts.filter { !$0.isEmpty }.joined(separator: "/")
        return joined.hasPrefix("/") ? joined : "/\(joined)"
    }
}
