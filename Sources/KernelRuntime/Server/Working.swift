import Kernel
import Logging
import ServiceLifecycle
import UnixSignals

extension Platform {
    /// Does the work that requests leave — mails, events, jobs — and answers nobody, until a termination signal.
    ///
    /// For a server started without its worker. Several at once share the queue: each piece is claimed under a lock.
    public func work(_ settings: ServerSettings) async throws {
        let wrong = SettingsCheck.faults(environment.values)
        guard wrong.isEmpty else { throw ModuleSetupError(wrong) }
        let files = try files()
        try await examineFiles(files)
        let printer = WeasyPrinter(program: settings.printProgram, stylesheet: try printStylesheet())
        let worker = try await worker(
            settings, printing: PrintQueue { try await printer.print($0) }, acts: RecordEngine(registry), files: files)
        do {
            let faults = Migrator.faults(try await migrator.status(worker.pool))
            guard faults.isEmpty else { throw ModuleSetupError(faults) }
            logger.info("working", metadata: ["url": "\(settings.publicURL)"])
            try await ServiceGroup(
                configuration: .init(
                    services: [.init(service: worker, serviceName: "worker")], gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: quiet(logger))
            ).run()
        } catch {
            await worker.pool.close()
            throw error
        }
        await worker.pool.close()
    }

    /// The worker of this process, with a pool of its own that the caller closes.
    func worker(_ settings: ServerSettings, printing: PrintQueue, acts: RecordEngine, files: Files) async throws -> Worker {
        let pool = try workerPool()
        try await examineDatabase([("COLLECTIF_WORKER_DATABASE_URL", .worker, pool)])
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
