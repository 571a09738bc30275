import Foundation
public import Kernel
import KernelUI
public import Logging
import Metrics

/// Everything one process of the platform is made of, from its modules and its environment.
public struct Platform: Sendable {
    public let registry: ModuleRegistry
    public let environment: PlatformEnvironment
    public let migrator: Migrator
    public let logger: Logger

    /// Builds and checks the modules; performs no I/O beyond reading the migrations shipped with the build.
    public init(modules: [any MissionModule.Type], environment: PlatformEnvironment, logger: Logger) throws(ModuleSetupError) {
        self.environment = environment
        self.logger = logger
        registry = try ModuleRegistry([CoreModule.self] + modules, environment: environment.values, logger: logger)
        migrator = Migrator(kernel: try KernelMigrations.files(), registry: registry)
    }

    /// A pool with the server's role, started.
    public func serverPool(size: Int = 8) throws -> PostgresPool {
        try pool(url: environment.required("COLLECTIF_DATABASE_URL"), name: "collectif-server") {
            $0.poolSize = size
            $0.answerTimeout = RoleSettings.server.answerTimeout
        }
    }

    /// A pool with the server's role on a standby, started; nil where none is configured.
    func replicaPool(size: Int) throws -> PostgresPool? {
        guard let url = environment.values["COLLECTIF_REPLICA_DATABASE_URL"], !url.isEmpty else { return nil }
        return try pool(url: url, name: "collectif-replica") {
            $0.poolSize = size
            $0.answerTimeout = RoleSettings.server.answerTimeout
            // The primary stands by: a standby that is not there is not waited for.
            $0.connectTimeout = .seconds(1)
            $0.acquireTimeout = .seconds(1)
        }
    }

    /// A pool with the worker's role, started. A job may run longer than a request.
    public func workerPool() throws -> PostgresPool {
        try pool(url: environment.required("COLLECTIF_WORKER_DATABASE_URL"), name: "collectif-worker") {
            $0.poolSize = 5
            $0.answerTimeout = RoleSettings.worker.answerTimeout
        }
    }

    /// A pool with the owner's role, started: migrations and administration need one connection.
    public func ownerPool(size: Int = 1) throws -> PostgresPool {
        try pool(url: environment.required("COLLECTIF_OWNER_DATABASE_URL"), name: "collectif-owner") {
            $0.poolSize = size
            $0.answerTimeout = RoleSettings.owner.answerTimeout
        }
    }

    private func pool(url: String, name: String, _ adjust: (inout PostgresConfiguration) -> Void) throws -> PostgresPool {
        var configuration = try PostgresConfiguration(url: url, applicationName: name)
        configuration.keepsStatements = try PoolerMode(environment) != .transaction
        adjust(&configuration)
        let pool = PostgresPool(configuration, logger: logger)
        pool.start()
        return pool
    }

    /// Every route of the server, in a stable order.
    public var routes: [RouteEntry] {
        let portal = Portal.routes + [ReferencePage(registry, publicURL: publicURL).route] + GalleryPage.routes(environment)
        return RouteTable.all(registry, portal: portal).sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
    }

    /// The OpenAPI 3.1 description of the JSON API.
    public func openAPI() -> JSONValue {
        OpenAPIDocument.make(registry, version: Self.version, publicURL: publicURL)
    }

    /// Address at which people reach the server, without trailing slash.
    private var publicURL: String { environment.values["COLLECTIF_URL"] ?? "http://127.0.0.1:8080" }

    /// Writes the default roles of every permission, as the modules of this build declare them.
    public func syncPermissions(_ pool: PostgresPool) async throws {
        var defaults: [String: [JSONValue]] = [:]
        for permission in registry.permissions {
            for role in permission.defaultRoles { defaults[role.rawValue, default: []].append(.string(permission.id)) }
        }
        let document = JSONValue.object(defaults.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value)) })
        _ = try await pool.pipeline([Query("select kernel.sync_role_permissions($1::jsonb)", .json(document.text))])
    }

    public static let version = "0.1.0"
}

/// The environment of a process: names are told when something is missing, values never.
public struct PlatformEnvironment: Sendable {
    public let values: [String: String]

    public init(_ values: [String: String]) { self.values = values }

    public func required(_ name: String) throws(ModuleSetupError) -> String {
        guard let value = values[name], !value.isEmpty else {
            throw ModuleSetupError([
                "The environment variable \(name) is not set. `infra/run` writes it into the env file of its data folder."
            ])
        }
        return value
    }

    /// What the database keeps to recognise the secret again; tells nothing of it.
    func secretMark() throws(ModuleSetupError) -> [UInt8] { Digest.hmac("collectif.secret.mark", key: try secret()) }

    /// 32 bytes from `COLLECTIF_SECRET`, in hexadecimal.
    public func secret() throws(ModuleSetupError) -> [UInt8] {
        guard let bytes = MessageCookie.bytes(Substring(try required("COLLECTIF_SECRET"))), bytes.count >= 32 else {
            throw ModuleSetupError(["COLLECTIF_SECRET must be at least 64 hexadecimal digits."])
        }
        return bytes
    }
}
