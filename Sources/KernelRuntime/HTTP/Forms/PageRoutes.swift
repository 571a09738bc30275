import Kernel

/// Which page answers an address: for pages that the server draws again by itself.
struct PageRoutes: Sendable {
    private let entries: [(segments: [Substring], entry: RouteEntry)]

    init(_ routes: [RouteEntry]) {
        entries = routes.filter { $0.method == .get && !$0.isAPI }.map { ($0.path.split(separator: "/"), $0) }
    }

    /// The route and the values of its `:name` segments; the one with the most literal segments wins, as in the router.
    func find(_ path: String) -> (entry: RouteEntry, parameters: [String: String])? {
        let given = path.split(separator: "/")
        var best: (entry: RouteEntry, parameters: [String: String])?
        for (segments, entry) in entries where segments.count == given.count {
            var parameters: [String: String] = [:]
            let fits = zip(segments, given).allSatisfy { segment, value in
                guard segment.first == ":" else { return segment == value }
                parameters[String(segment.dropFirst())] = String(value)
                return true
            }
            if fits, parameters.count < best?.parameters.count ?? .max { best = (entry, parameters) }
        }
        return best
    }
}
