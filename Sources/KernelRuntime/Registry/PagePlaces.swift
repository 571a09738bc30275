import Kernel

/// The pages of an MSP that stand at a fixed address, below `/m/<msp>/`: what another structure shows too.
public struct PagePlaces: Sendable {
    /// What a page asks of its reader.
    public struct Place: Sendable {
        public let module: String
        public let permission: String
    }

    private let places: [String: Place]

    public init(_ routes: [RouteEntry]) {
        let root = "/m/:msp/"
        let pages = routes.filter { $0.kind == .page && $0.method == .get && $0.path.hasPrefix(root) }
        places = Dictionary(
            pages.compactMap { route in
                let rest = route.path.dropFirst(root.count)
                guard !rest.isEmpty, !rest.contains(":"), !rest.contains("."), let permission = route.permission else { return nil }
                return (String(rest), Place(module: route.module, permission: permission))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The longest fixed page that an address of an MSP stands under: its list for an object. Nil where there is none.
    /// - Parameter path: absolute, `/m/<msp>/…`.
    public func kept(_ path: String) -> String? {
        var parts = path.split(separator: "/").dropFirst(2)
        while !parts.isEmpty {
            let page = parts.joined(separator: "/")
            if places[page] != nil { return page }
            parts = parts.dropLast()
        }
        return nil
    }

    /// Nil for an address that is no fixed page.
    public func place(_ page: String) -> Place? { places[page] }
}
