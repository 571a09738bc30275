public import Logging

/// A mission area of the coordinator, compiled on its own and registered in the kernel (R1–R20).
///
/// Registering has no effect: the kernel reads the manifest and the contributions, checks all of
/// them, and only then wires anything.
public protocol MissionModule: Sendable {
    /// Pure data: who the module is and what it needs.
    static var manifest: ModuleManifest { get }
    /// Builds the module from its scoped configuration; performs no I/O.
    init(host: ModuleHost) throws(ModuleSetupError)
    /// What the module adds to the house. Two calls give equal values.
    func contributions() -> ModuleContributions
}

/// How far a module's promises go; printed at start (R2).
public enum Stability: String, Sendable {
    case stable, preview, experimental
}

/// Which kind of organisation a module works for.
public enum ModuleScope: String, Sendable {
    case msp, federation, authority
}

/// One key of a module's configuration (R4).
public struct SettingDeclaration: Sendable {
    /// Key, unique inside the module; read from the environment as `COLLECTIF_<MODULE>_<KEY>`.
    public let key: String
    /// Value used when the operator gave none; nil makes the key required.
    public let defaultValue: String?
    /// True when the value may never be shown or logged.
    public let isSecret: Bool

    /// Declares a key with its default.
    public init(_ key: String, default defaultValue: String?, isSecret: Bool = false) {
        self.key = key
        self.defaultValue = defaultValue
        self.isSecret = isSecret
    }
}

/// The identity card of a module.
public struct ModuleManifest: Sendable {
    /// Lower_snake and permanent: schema of its tables, prefix of its permissions, events and API (R1).
    public let id: String
    /// Segment of its HTML addresses, in French: `/m/<msp>/<path>/…`.
    public let path: String
    /// Name shown to people, in French.
    public let label: String
    /// One French sentence for the page where an MSP switches modules.
    public let summary: String
    public let version: String
    public let stability: Stability
    /// Versions of the kernel contract it was written against (R2).
    public let kernel: ClosedRange<Int>
    /// Modules without which it cannot run, and modules it enriches when present (R3).
    public let requires: [String]
    public let enhances: [String]
    public let settings: [SettingDeclaration]
    public let scope: ModuleScope
    /// Place in the navigation: lower comes first.
    public let weight: Int

    /// Declares a module.
    public init(
        id: String, path: String, label: String, summary: String, version: String, stability: Stability,
        kernel: ClosedRange<Int> = 1...1, requires: [String] = [], enhances: [String] = [],
        settings: [SettingDeclaration] = [], scope: ModuleScope = .msp, weight: Int
    ) {
        self.id = id
        self.path = path
        self.label = label
        self.summary = summary
        self.version = version
        self.stability = stability
        self.kernel = kernel
        self.requires = requires
        self.enhances = enhances
        self.settings = settings
        self.scope = scope
        self.weight = weight
    }
}

/// The version of the contract this kernel offers.
public let kernelContractVersion = 1

/// What a module gets when it is built: its own settings and a logger, nothing else.
public struct ModuleHost: Sendable {
    /// Values of the declared keys, defaults filled in.
    public let settings: [String: String]
    public let logger: Logger

    /// Used by the runtime and by tests.
    public init(settings: [String: String], logger: Logger) {
        self.settings = settings
        self.logger = logger
    }
}

/// A module that cannot be built; every fault is listed, values are never named.
public struct ModuleSetupError: Error, Sendable, CustomStringConvertible {
    public let faults: [String]

    public init(_ faults: [String]) { self.faults = faults }

    public var description: String { faults.joined(separator: "\n") }
}
