public import Kernel
public import KernelRuntime
import Logging

/// The kernel with a list of modules, put together as a server does and not started: what the rules look at.
public struct TestedHouse: Sendable {
    /// The modules that were given, without the kernel's own.
    public let types: [any MissionModule.Type]
    public let platform: Platform

    /// Throws every fault of the boot checks at once, as a server does that refuses to start.
    public init(_ types: [any MissionModule.Type], environment: [String: String] = [:]) throws(ModuleSetupError) {
        self.types = types
        platform = try Platform(
            modules: types, environment: PlatformEnvironment(environment), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The kernel's own module and the given ones, in order of dependency.
    public var modules: [RegisteredModule] { platform.registry.modules }

    /// The same modules with another environment: addresses of a database, settings of a module.
    func with(_ environment: [String: String]) throws(ModuleSetupError) -> TestedHouse {
        try TestedHouse(types, environment: platform.environment.values.merging(environment) { $1 })
    }
}
