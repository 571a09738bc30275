import Budget
import Facilitation
import Kernel
import KernelRuntime
import Logging
import ReferenceModule
import Testing

/// Runs over every module of the build and the reference module, with no line in the modules' own tests (R1–R20).
@Suite("Every module keeps the contract")
struct ConformanceTests {
    static let types: [any MissionModule.Type] = [CoreModule.self, FacilitationModule.self, BudgetModule.self, ReferenceModule.self]

    static func registry() throws -> ModuleRegistry {
        try ModuleRegistry(types, environment: [:], logger: Logger(label: "test"))
    }

    static let modules: [RegisteredModule] = (try? registry().modules) ?? []

    @Test("the registry accepts all of them together")
    func registryAccepts() throws {
        #expect(try Self.registry().modules.map(\.manifest.id) == ["budget", "core", "facilitation", "reference"])
    }

    @Test("two calls of contributions() give the same things", arguments: types.indices)
    func contributionsAreStable(_ index: Int) throws {
        func names() throws -> [String] {
            let registry = try Self.registry()
            let given = registry.modules[index].contributions
            return given.permissions.map(\.id) + given.records.map(\.id) + given.pages.map(\.path) + given.events.map(\.id)
                + given.migrations.map(\.name)
        }
        #expect(try names() == names())
    }

    @Test("every permission is explained in French and held by a role", arguments: modules.indices)
    func permissionsAreExplained(_ index: Int) {
        for permission in Self.modules[index].contributions.permissions {
            #expect(!permission.label.isEmpty, "\(permission.id)")
            #expect(!permission.defaultRoles.isEmpty, "\(permission.id)")
        }
    }

    @Test("every column of a list has a filter or a stated reason for having none", arguments: modules.indices)
    func columnsHaveFilters(_ index: Int) {
        for record in Self.modules[index].contributions.records {
            for column in record.columns {
                let field = record.field(column)
                #expect(field != nil, "\(record.id).\(column)")
                if let reason = field?.noFilterReason { #expect(reason.count > 10, "\(record.id).\(column)") }
            }
        }
    }

    @Test("every event sample survives a journey through JSON", arguments: modules.indices)
    func samplesRoundTrip(_ index: Int) throws {
        for event in Self.modules[index].contributions.events {
            #expect(try JSONValue.parse(Array(event.sample.text.utf8)) == event.sample, "\(event.id)")
        }
    }

    @Test("every entry of the navigation leads to a page of its module", arguments: modules.indices)
    func navigationLeadsSomewhere(_ index: Int) {
        let module = Self.modules[index]
        let pages = Set(
            RouteTable.moduleRoutes(module, catalog: RecordCatalog(records: [], slots: [])).filter { $0.method == .get && $0.kind == .page }
                .map(\.path))
        for entry in module.contributions.navigation {
            let path = "/m/:msp/\(module.manifest.path)" + (entry.path.isEmpty ? "" : "/\(entry.path)")
            #expect(pages.contains(path), "\(entry.label): \(path)")
        }
    }

    @Test("words of the trade are used in labels, never words of computing", arguments: modules.indices)
    func plainFrench(_ index: Int) {
        let banned = ["tenant", "artefact", "log ", "plugin", "Excel", "workflow", "token"]
        let module = Self.modules[index]
        var labels = [module.manifest.label, module.manifest.summary] + module.contributions.navigation.map(\.label)
        labels += module.contributions.permissions.map(\.label)
        for record in module.contributions.records {
            labels += record.fields.map(\.label) + record.actions.map(\.label) + [record.words.purpose]
        }
        for label in labels { for word in banned { #expect(!label.lowercased().contains(word.lowercased()), "\(label)") } }
    }

    @Test("every endpoint of the API stands in the OpenAPI description, those above the MSPs too")
    func openAPIIsComplete() throws {
        let registry = try Self.registry()
        let document = OpenAPIDocument.make(registry, version: "1", publicURL: "http://127.0.0.1")
        let paths = Dictionary(uniqueKeysWithValues: (document["paths"]?.objectValue ?? []).map { ($0.0, $0.1) })
        for route in RouteTable.all(registry, portal: Portal.routes) where route.path.hasPrefix("/api/") {
            let path = route.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(
                separator: "/")
            #expect(paths["/\(path)"]?[route.method.rawValue.lowercased()] != nil, "\(route.method.rawValue) /\(path)")
        }
    }
}
