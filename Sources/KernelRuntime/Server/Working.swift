import Foundation
import Hummingbird
import HummingbirdCore
import Kernel
import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import UnixSignals

extension Platform {
    /// Does the work that requests leave — mails, events, jobs — until a termination signal; who watches may ask how it is.
    ///
    /// For a server started without its worker. Several at once share the queue: each piece is claimed under a lock.
    public func work(_ settings: ServerSettings, figuresAt place: (host: String, port: Int)? = nil) async throws {
        let figures = PrometheusRegistry()
        MetricsSystem.bootstrap(figures)
        let wrong = SettingsCheck.faults(environment.values, port: place?.port)
        guard wrong.isEmpty else { throw ModuleSetupError(wrong) }
        let files = try files()
        try await examineFiles(files)
        let printer = WeasyPrinter(program: settings.printProgram, stylesheet: try printStylesheet())
        let printing = PrintQueue { try await printer.print($0) }
        let worker = try await worker(
            settings, examinedWorkerPool(), printing: printing, acts: RecordEngine(registry), files: files)
        do {
            let faults = Migrator.faults(try await migrator.status(worker.pool))
            guard faults.isEmpty else { throw ModuleSetupError(faults) }
            logger.info("working", metadata: ["url": "\(settings.publicURL)"])
            var services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: worker, serviceName: "worker")]
            if let place {
                let status = StatusPages(
                    pool: worker.pool, checks: [], figures: figures,
                    service: ServiceFigures(
                        version: Self.version, backup: BackupStatus(environment.values), printing: printing, uploads: nil, files: files))
                services.append(.init(service: watched(status, settings, at: place), serviceName: "figures"))
            }
            try await listening(on: place?.port ?? 0) {
                try await ServiceGroup(
                    configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
                ).run()
            }
        } catch {
            await worker.pool.close()
            throw error
        }
        await worker.pool.close()
    }

    private func watched(_ status: StatusPages, _ settings: ServerSettings, at place: (host: String, port: Int)) -> some Service {
        Application(
            router: status.router(door: settings.figuresDoor),
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionPace()], idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(place.host, port: place.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(16)),
            logger: quiet(logger))
    }

    /// A port that is taken is told in a sentence.
    func listening(on port: Int, _ serve: () async throws -> Void) async throws {
        do {
            try await serve()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ModuleSetupError(["The port \(port) is taken by another program: stop it, or choose another one with --port."])
        }
    }

    /// A pool with the worker's role that can serve; the caller closes it.
    func examinedWorkerPool() async throws -> PostgresPool {
        let pool = try workerPool()
        try await examineDatabase([("COLLECTIF_WORKER_DATABASE_URL", .worker, pool)])
        return pool
    }

    /// The worker of this process.
    func worker(
        _ settings: ServerSettings, _ pool: PostgresPool, printing: PrintQueue, acts: RecordEngine, files: Files
    ) async throws -> Worker {
        // Links of mails lead there; the server's role cannot say otherwise.
        try await pool.run(Query("select kernel.set_public_address($1)", .text(settings.publicURL)))
        return Worker(
            pool: pool,
            handlers: registry.handlers,
            jobs: Dictionary(registry.modules.flatMap(\.contributions.jobs).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
            runtime: GateRuntime(
                pool: pool, printing: printing, subscriptions: registry.subscriptions, acts: acts, files: files, logger: logger),
            settings: settings,
            submitter: settings.smtpURL.flatMap { MailSubmitter(url: $0, from: settings.mailFrom) }, logger: logger)
    }
}
