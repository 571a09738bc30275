import Kernel

/// Which methods an address takes, asked only where the router found none: routes of their own for every refusal would cost each start
/// more than all others together.
struct KnownAddresses: Sendable {
    private struct Address: Sendable {
        let segments: [Substring]
        var methods: [String]

        func matches(_ path: [Substring]) -> Bool { zip(segments, path).allSatisfy { $0.first == ":" || $0 == $1 } }

        /// The router prefers the address whose own words come first.
        var parameters: [Bool] { segments.map { $0.first == ":" } }
    }

    /// By number of segments.
    private let addresses: [Int: [Address]]

    init(_ routes: [RouteEntry]) {
        let paths = Dictionary(grouping: routes, by: \.path).map { path, entries in
            let methods = Set(entries.map(\.method.rawValue))
            return Address(segments: path.split(separator: "/"), methods: methods.sorted() + (methods.contains("GET") ? ["HEAD"] : []))
        }
        addresses = Dictionary(grouping: paths, by: \.segments.count)
    }

    /// Empty when no route has this address.
    func methods(of path: String) -> [String] {
        let asked = path.split(separator: "/")
        let found = (addresses[asked.count] ?? []).filter { $0.matches(asked) }
        return found.min { $0.parameters.lexicographicallyPrecedes($1.parameters) { !$0 && $1 } }?.methods ?? []
    }
}
