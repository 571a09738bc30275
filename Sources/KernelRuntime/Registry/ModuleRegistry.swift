public import Kernel
public import Logging

/// A module with what it brings, after construction.
public struct RegisteredModule: Sendable {
    public let manifest: ModuleManifest
    public let contributions: ModuleContributions
}

/// Every module of this server, checked and in dependency order.
public struct ModuleRegistry: Sendable {
    /// In order of dependency depth, then id.
    public let modules: [RegisteredModule]

    /// Builds the modules and checks all contributions; throws one error that lists every fault.
    public init(_ types: [any MissionModule.Type], environment: [String: String], logger: Logger) throws(ModuleSetupError) {
        var (built, faults) = Self.built(types, environment: environment, logger: logger)
        built = CoreModule.completing(built)
        faults += BootChecks.faults(built)
        guard faults.isEmpty else { throw ModuleSetupError(faults) }
        modules = Self.ordered(built)
    }

    /// The modules that can be built, each for itself, and why the others cannot.
    static func built(
        _ types: [any MissionModule.Type], environment: [String: String], logger: Logger
    ) -> (modules: [RegisteredModule], faults: [String]) {
        var faults: [String] = []
        var built: [RegisteredModule] = []
        for type in types {
            let manifest = type.manifest
            let (settings, missing) = Self.settings(of: manifest, environment: environment)
            faults += missing
            guard missing.isEmpty else { continue }
            do {
                let module = try type.init(host: ModuleHost(settings: settings, logger: logger))
                built.append(RegisteredModule(manifest: manifest, contributions: module.contributions()))
            } catch {
                faults += error.faults.map { "\(manifest.id): \($0)" }
            }
        }
        return (built, faults)
    }

    /// Names of missing keys only: values never reach a message.
    private static func settings(of manifest: ModuleManifest, environment: [String: String]) -> ([String: String], [String]) {
        var values: [String: String] = [:]
        var missing: [String] = []
        for setting in manifest.settings {
            let name = "COLLECTIF_\(manifest.id)_\(setting.key)".uppercased()
            if let value = environment[name] ?? setting.defaultValue {
                values[setting.key] = value
            } else {
                missing.append("\(manifest.id): the setting \(name) is required.")
            }
        }
        return (values, missing)
    }

    /// Deterministic: depth in the graph of requirements, then id (R3).
    private static func ordered(_ modules: [RegisteredModule]) -> [RegisteredModule] {
        let byID = Dictionary(modules.map { ($0.manifest.id, $0.manifest) }, uniquingKeysWith: { first, _ in first })
        func depth(_ id: String) -> Int { 1 + (byID[id]?.requires.map(depth).max() ?? 0) }
        return modules.sorted { (depth($0.manifest.id), $0.manifest.id) < (depth($1.manifest.id), $1.manifest.id) }
    }

    /// Handlers by event, for the outbox.
    public var subscriptions: [String: [String]] {
        var names: [String: [String]] = [:]
        for handler in modules.flatMap(\.contributions.handlers) { names[handler.event, default: []].append(handler.name) }
        return names
    }

    /// Handlers by name.
    var handlers: [String: EventHandler] {
        Dictionary(modules.flatMap(\.contributions.handlers).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Declared permissions of all modules.
    public var permissions: [Permission] { modules.flatMap(\.contributions.permissions) }

    /// Modules in the order of the navigation.
    public var byWeight: [RegisteredModule] {
        modules.sorted { ($0.manifest.weight, $0.manifest.id) < ($1.manifest.weight, $1.manifest.id) }
    }

    /// Lines of « Aujourd’hui »: those of the modules, then those of the deadlines and checklists of their records.
    var today: [(module: ModuleManifest, source: TodaySource)] {
        byWeight.flatMap { module in
            let engine = module.contributions.records.flatMap { record in
                let path = "\(module.manifest.path)/\(record.path)"
                return DeadlineToday.sources(record, path: path) + ChecklistToday.sources(record, path: path)
            }
            return (module.contributions.today + engine).map { (module: module.manifest, source: $0) }
        }
    }

    /// Records of all modules.
    public var catalog: RecordCatalog {
        RecordCatalog(
            records: modules.flatMap { module in module.contributions.records.map { (module: module.manifest, record: $0) } },
            slots: modules.flatMap(\.contributions.slots))
    }
}
