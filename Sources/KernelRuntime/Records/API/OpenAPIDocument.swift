public import Kernel

/// The machine-readable description of the API, drawn from the same declarations that answer it.
public enum OpenAPIDocument {
    /// OpenAPI 3.1 of everything that the modules of a build and the kernel answer.
    /// - Parameter publicURL: address at which people reach the server, without trailing slash.
    public static func make(_ registry: ModuleRegistry, version: String, publicURL: String) -> JSONValue {
        make(
            catalog: registry.catalog,
            endpoints: registry.modules.flatMap { module in module.contributions.endpoints.map { (module.manifest, $0) } },
            open: registry.modules.flatMap(\.contributions.openEndpoints), portal: PortalEndpoint.all, version: version,
            publicURL: publicURL)
    }

    /// OpenAPI 3.1 of every record's endpoints, of those written by hand, and of those above the MSPs.
    /// - Parameters:
    ///   - endpoints: hand-made endpoints; those of records come from the catalog and are skipped when given again.
    ///   - open: endpoints of modules above the MSPs.
    ///   - portal: endpoints that belong to no single MSP.
    ///   - version: version of the product.
    ///   - publicURL: address at which people reach the server, without trailing slash.
    static func make(
        catalog: RecordCatalog, endpoints: [(module: ModuleManifest, route: EndpointRoute)], open: [OpenEndpoint] = [],
        portal: [PortalEndpoint] = [], version: String, publicURL: String
    ) -> JSONValue {
        var operations: [OpenAPIOperation] = []
        for entry in catalog.entries {
            let api = RecordAPI(RecordPlan(record: entry.record, module: entry.module, catalog: catalog))
            operations += api.endpoints.map { OpenAPIOperation($0, tag: entry.record.id, module: entry.module) }
        }
        var known = Set(operations.map(\.key))
        for (module, route) in endpoints {
            let operation = OpenAPIOperation(route, tag: module.id, module: module)
            if known.insert(operation.key).inserted { operations.append(operation) }
        }
        operations += portal.map { OpenAPIOperation($0) } + open.map { OpenAPIOperation($0) }

        var components = OpenAPIComponents()
        let paths = grouped(operations).map { path, group in
            let verbs = group.map { ($0.method.rawValue.lowercased(), $0.description) }
            return (path, components.hoist(.object([("parameters", .array(pathParameters(path)))] + verbs)))
        }
        return .object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                .object([
                    ("title", .string("Collectif")), ("version", .string(version)),
                    (
                        "description",
                        .string(
                            """
                            Every MSP's records as JSON. Errors are RFC 9457 problem documents with French sentences. A list comes in \
                            slices: follow `Link` or `next_cursor`. A change takes `If-Match` with the `ETag` of what was read. A creation \
                            and an act take `Idempotency-Key`: sent again, they give the first answer.
                            """)
                    ),
                ])
            ),
            ("servers", .array([.object([("url", .string(publicURL))])])),
            ("security", .array([.object([("bearer", .array([]))]), .object([("cookie", .array([]))])])),
            ("tags", .array(tags(operations))), ("paths", .object(paths)), ("components", OpenAPIOperation.components(components.schemas)),
        ])
    }

    /// Operations by address, in the order in which the addresses first appear.
    private static func grouped(_ operations: [OpenAPIOperation]) -> [(String, [OpenAPIOperation])] {
        var order: [String] = []
        var groups: [String: [OpenAPIOperation]] = [:]
        for operation in operations {
            if groups[operation.address] == nil { order.append(operation.address) }
            groups[operation.address, default: []].append(operation)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    private static func pathParameters(_ path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = String(segment.dropFirst().dropLast())
            let isID = ["id", "line"].contains(name) || name.hasSuffix("_id")
            let schema: [(String, JSONValue)] = [("type", .string("string"))] + (isID ? [("format", .string("uuid"))] : [])
            let organisation: [(String, JSONValue)] =
                ["msp", "federation"].contains(name)
                ? [("description", .string("Id, or the address shown by the browser, as in /m/val-clair."))] : []
            return .object(
                [("name", .string(name)), ("in", .string("path")), ("required", .bool(true)), ("schema", .object(schema))] + organisation)
        }
    }

    private static func tags(_ operations: [OpenAPIOperation]) -> [JSONValue] {
        var seen: Set<String> = []
        return operations.filter { seen.insert($0.tag).inserted }.map { .object([("name", .string($0.tag))]) }
    }
}
