import Kernel
import KernelRuntime

extension ConformanceRule {
    /// Addresses: who may come in, where one is led, what programs are told.
    static var routes: [ConformanceRule] {
        [
            ConformanceRule("every entry of the navigation leads to a page of its module that whoever sees it may open", house: lost),
            ConformanceRule("every route inside an MSP asks a permission that some role holds", house: open),
            ConformanceRule("every endpoint of the API stands in the OpenAPI description, those above the MSPs too", house: untold),
        ]
    }

    private static func lost(_ house: TestedHouse) -> [String] {
        let pages = Dictionary(
            house.platform.routes.filter { $0.method == .get && $0.kind == .page }.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        let roles = Dictionary(
            house.platform.registry.permissions.map { ($0.id, Set($0.defaultRoles)) }, uniquingKeysWith: { $1 })
        return house.modules.flatMap { module in
            module.contributions.navigation.compactMap { entry in
                let path = "/m/:msp/\(module.manifest.path)" + (entry.path.isEmpty ? "" : "/\(entry.path)")
                guard let page = pages[path], page.module == module.manifest.id else {
                    return "« \(entry.label) » leads nowhere: \(path)."
                }
                let shut = roles[entry.permission, default: []].subtracting(roles[page.permission ?? "", default: []])
                return shut.isEmpty
                    ? nil : "« \(entry.label) » is shown with \(entry.permission), its page asks \(page.permission ?? "nothing")."
            }
        }
    }

    private static func open(_ house: TestedHouse) -> [String] {
        let held = Set(house.platform.registry.permissions.filter { !$0.defaultRoles.isEmpty }.map(\.id))
        return house.platform.routes.filter { $0.kind == .page || $0.kind == .api }.compactMap { route in
            guard let permission = route.permission else { return "\(route.method.rawValue) \(route.path) asks no permission." }
            return held.contains(permission) ? nil : "\(route.method.rawValue) \(route.path) asks \(permission), which no role holds."
        }
    }

    private static func untold(_ house: TestedHouse) -> [String] {
        let document = house.platform.openAPI()
        let paths = Dictionary((document["paths"]?.objectValue ?? []).map { ($0.0, $0.1) }, uniquingKeysWith: { $1 })
        return house.platform.routes.filter { $0.path.hasPrefix("/api/") }.compactMap { route in
            let path = route.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(
                separator: "/")
            return paths["/\(path)"]?[route.method.rawValue.lowercased()] == nil
                ? "\(route.method.rawValue) /\(path) is not described." : nil
        }
    }
}
