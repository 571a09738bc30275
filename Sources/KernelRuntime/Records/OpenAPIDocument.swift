public import Kernel

/// The machine-readable description of the API, drawn from the same declarations that answer it.
public enum OpenAPIDocument {
    /// OpenAPI 3.1 of every record's endpoints and of those written by hand.
    /// - Parameters:
    ///   - endpoints: hand-made endpoints; those of records come from the catalog and are skipped when given again.
    ///   - version: version of the product.
    ///   - publicURL: address at which people reach the server, without trailing slash.
    public static func make(
        catalog: RecordCatalog, endpoints: [(module: ModuleManifest, route: EndpointRoute)], version: String, publicURL: String
    ) -> JSONValue {
        var operations: [(module: ModuleManifest, tag: String, route: EndpointRoute)] = []
        for entry in catalog.entries {
            let api = RecordAPI(RecordPlan(record: entry.record, module: entry.module, catalog: catalog))
            operations += api.endpoints.map { (entry.module, entry.record.id, $0) }
        }
        var known = Set(operations.map { key($0.module, $0.route) })
        for (module, route) in endpoints where known.insert(key(module, route)).inserted { operations.append((module, module.id, route)) }

        var paths: [(String, JSONValue)] = []
        for (path, group) in grouped(operations) {
            let verbs = group.map {
                ($0.route.method.rawValue.lowercased(), OpenAPIOperation.describe($0.route, tag: $0.tag, module: $0.module))
            }
            paths.append((path, .object([("parameters", .array(pathParameters(path)))] + verbs)))
        }
        return .object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .object([
                    ("title", .string("Collectif")), ("version", .string(version)),
                    ("description", .string("Every MSP's records as JSON. Errors are RFC 9457 problem documents with French sentences.")),
                ])
            ),
            ("servers", .array([.object([("url", .string(publicURL))])])),
            ("security", .array([.object([("bearer", .array([]))]), .object([("cookie", .array([]))])])),
            ("tags", .array(tags(operations))), ("paths", .object(paths)), ("components", OpenAPIOperation.components),
        ])
    }

    private static func key(_ module: ModuleManifest, _ route: EndpointRoute) -> String {
        "\(route.method.rawValue) \(module.id)/\(route.path)"
    }

    /// Operations by address, in the order in which the addresses first appear.
    private static func grouped(
        _ operations: [(module: ModuleManifest, tag: String, route: EndpointRoute)]
    ) -> [(String, [(module: ModuleManifest, tag: String, route: EndpointRoute)])] {
        var order: [String] = []
        var groups: [String: [(module: ModuleManifest, tag: String, route: EndpointRoute)]] = [:]
        for operation in operations {
            let path = address(operation.module, operation.route)
            if groups[path] == nil { order.append(path) }
            groups[path, default: []].append(operation)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    /// `/api/v1/msps/{msp}/facilitation/meetings/{id}`.
    private static func address(_ module: ModuleManifest, _ route: EndpointRoute) -> String {
        let segments = route.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
        return (["/api/v1/msps/{msp}", module.id] + segments).joined(separator: "/")
    }

    private static func pathParameters(_ path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = String(segment.dropFirst().dropLast())
            let isID = name == "msp" || name == "id" || name.hasSuffix("_id")
            let schema: [(String, JSONValue)] = [("type", .string("string"))] + (isID ? [("format", .string("uuid"))] : [])
            return .object([("name", .string(name)), ("in", .string("path")), ("required", .bool(true)), ("schema", .object(schema))])
        }
    }

    private static func tags(_ operations: [(module: ModuleManifest, tag: String, route: EndpointRoute)]) -> [JSONValue] {
        var seen: Set<String> = []
        return operations.filter { seen.insert($0.tag).inserted }.map { .object([("name", .string($0.tag))]) }
    }
}
