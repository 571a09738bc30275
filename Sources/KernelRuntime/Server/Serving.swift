import Foundation
import Hummingbird
import HummingbirdCore
import Kernel
import KernelUI
import Logging
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

extension Platform {
    /// Serves until a termination signal; requests under way are finished first. Works too, unless another process does.
    ///
    /// Refuses to start on a database that is behind or newer (R5).
    public func serve(_ settings: ServerSettings) async throws {
        let figures = PrometheusRegistry()
        MetricsSystem.bootstrap(figures)
        let wrong = SettingsCheck.faults(environment.values, port: settings.port)
        guard wrong.isEmpty else { throw ModuleSetupError(wrong) }
        let poolSize = Int(environment.values["COLLECTIF_POOL_SIZE"] ?? "") ?? 8
        let pool = try serverPool(size: poolSize)
        // Both roles are looked at while the declarations are walked: each costs a connection or two.
        async let workerPool = settings.worksToo ? examinedWorkerPool() : nil
        try await examineDatabase([("COLLECTIF_DATABASE_URL", .server, pool)])
        let faults = Migrator.faults(try await migrator.status(pool))
        guard faults.isEmpty else { throw ModuleSetupError(faults) }
        let files = try files()
        try await examineFiles(files)
        Files.showFigures()
        let assets = try Assets()
        // Every declaration is walked for them: once.
        let routes = self.routes
        let places = PagePlaces(routes)
        let printer = WeasyPrinter(program: settings.printProgram, stylesheet: try printStylesheet())
        let printing = PrintQueue { try await printer.print($0) }
        let acts = RecordEngine(registry)
        let brake = RequestBrake(requestLimits)
        let replica = try replicaPool(size: poolSize).map { ReplicaReads($0, primary: pool, logger: logger) }
        let gates = GateRuntime(
            pool: pool, printing: printing, subscriptions: registry.subscriptions, acts: acts, files: files,
            consequences: registry.modules.flatMap(\.contributions.consequences), logger: logger, brake: brake,
            shares: GateRuntime.shares(ofPool: poolSize), replica: replica)
        let tally = AccessTally(pool: pool, logger: logger)
        let dispatcher = Dispatcher(
            settings: settings, gates: gates, slugs: SlugDirectory(pool: pool),
            frames: FrameBuilder(
                registry: registry, assets: assets.paths, places: places,
                readers: ReaderMark(key: SecretBox(secret: settings.secret).key(for: ReaderMark.purpose))),
            services: portalServices(settings, places), logger: logger, metrics: RequestMetrics(isOn: true),
            accessLog: environment.values["COLLECTIF_ACCESS_LOG"] == "on" ? AccessLog(logger: logger) : nil,
            tally: tally, sensitive: Set(registry.permissions.filter(\.isSensitive).map(\.id)),
            // One at once, and 8 MB of bodies: the other cores and the memory are for those who work in an MSP.
            openWork: WorkQueue(
                width: 1, limit: 8_388_608,
                busy: Refusal(
                    status: 503, code: "busy", message: "Trop de calculs sont en cours. Réessayez dans un instant.", retryAfter: 2)),
            brake: brake, pages: PageRoutes(routes))
        let status = StatusPages(
            pool: pool, checks: registry.modules.flatMap(\.contributions.healthChecks), figures: figures,
            service: ServiceFigures(
                version: Self.version, backup: BackupStatus(environment.values), printing: printing, uploads: dispatcher.uploads,
                files: files, replica: replica))
        let router = HTTPApplication.router(routes, dispatcher: dispatcher, assets: assets, status: status, publicURL: settings.publicURL)
        addOpenAPI(to: router)
        let application = Application(
            router: router,
            // Who opens a connection and says nothing, or half of it, is not waited for.
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionPace()], idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(OpenFiles.connections(of: OpenFiles.raiseLimit()))),
            onServerRunning: { _ in
                logger.info(
                    "serving",
                    metadata: ["url": "\(settings.publicURL)", "modules": "\(registry.modules.map(\.manifest.id).joined(separator: " "))"])
            }, logger: quiet(logger))
        var worker: Worker?
        if let pool = try await workerPool { worker = try await self.worker(settings, pool, printing: printing, acts: acts, files: files) }
        var configuration = ServiceGroupConfiguration(
            // Named: the name of a service is otherwise its whole value spelt out, every declaration of every module.
            services: (worker.map { [.init(service: $0, serviceName: "worker")] } ?? [])
                + (replica.map { [.init(service: $0, serviceName: "replica")] } ?? []) + [
                    .init(service: tally, serviceName: "tally"), .init(service: application, serviceName: "http"),
                ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet(logger))
        // Whoever still sends or prints then is cut off: the next process waits for the place.
        configuration.maximumGracefulShutdownDuration = .seconds(15)
        let group = ServiceGroup(configuration: configuration)
        try await listening(on: settings.port) { try await group.run() }
        await replica?.pool.close()
        await pool.close()
        await worker?.pool.close()
    }

    /// `COLLECTIF_REQUEST_RATE`: requests a second of one account, ten times as many in a burst; 0 switches the brake off.
    private var requestLimits: RequestBrake.Limits {
        guard let rate = environment.values["COLLECTIF_REQUEST_RATE"].flatMap({ Int($0) }), rate >= 0 else { return .usual }
        return RequestBrake.Limits(perSecond: rate, burst: rate * 10, atOnce: RequestBrake.Limits.usual.atOnce)
    }

    private func portalServices(_ settings: ServerSettings, _ places: PagePlaces) -> PortalServices {
        PortalServices(
            passwords: PasswordHasher(), secretBox: SecretBox(secret: settings.secret), modules: registry.byWeight.map(\.manifest),
            today: registry.today,
            firstSteps: registry.byWeight.flatMap { module in module.contributions.firstSteps.map { (module: module.manifest, step: $0) } },
            zoneHandlers: registry.subscriptions[StructureEvents.timeZoneChanged.type.id] ?? [], publicURL: settings.publicURL,
            places: places,
            logger: logger)
    }

    /// Made when it is first asked for: most processes end before anybody does, and it is larger than all that they keep.
    private func addOpenAPI(to router: Router<EdgeContext>) {
        let document = OnceMade { ByteBuffer(string: openAPI().text) }
        router.get("api/openapi.json") { _, _ in
            var response = Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: document.value))
            SecurityHeaders.complete(&response.headers)
            return response
        }
    }

    /// Frameworks log their own start and stop; only what concerns the operator passes.
    func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .warning
        return logger
    }

    func printStylesheet() throws(ModuleSetupError) -> String { try AssetFiles.path("print.css") }
}
