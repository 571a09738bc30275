import ArgumentParser
import Foundation

/// `collectif serve`
struct Serve<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "serve", abstract: "Serve people and programs until a termination signal.")
    }

    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on.") var port = 8080
    @Flag(inversion: .prefixedNo, help: "Send mails, deliver events and run jobs too; without, `collectif work` does it.") var worker = true

    func run() async throws {
        let platform = try CommandHouse<H>.platform()
        try await CommandHouse<H>.explained {
            try await platform.serve(try ServerSettings(platform.environment, host: host, port: port, worksToo: worker))
        }
    }
}

/// `collectif work`
struct WorkCommand<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "work", abstract: "Send mails, deliver events and run jobs until a termination signal, beside `serve --no-worker`."
        )
    }

    @Option(help: "Address to listen on for who watches.") var host = "127.0.0.1"
    @Option(help: "Port of /metrics, /health/live and /health/ready; none when it is left out.") var port: Int?

    func run() async throws {
        let platform = try CommandHouse<H>.platform()
        let place = port.map { (host: host, port: $0) }
        try await CommandHouse<H>.explained {
            // People are not served there: this host and port only complete an address that is not set.
            let settings = try ServerSettings(platform.environment, host: "127.0.0.1", port: 8080, worksToo: true)
            try await platform.work(settings, figuresAt: place)
        }
    }
}

extension ServerSettings {
    /// What the variables of the process say, with what the command line adds.
    init(_ environment: PlatformEnvironment, host: String, port: Int, worksToo: Bool) throws {
        let values = environment.values
        self.init(
            host: host, port: port, publicURL: values["COLLECTIF_URL"] ?? "http://\(host):\(port)",
            secret: try environment.secret(), smtpURL: values["COLLECTIF_SMTP_URL"].flatMap { $0.isEmpty ? nil : $0 },
            mailFrom: values["COLLECTIF_MAIL_FROM"] ?? "ne-pas-repondre@collectif.invalid",
            printProgram: values["COLLECTIF_PRINTER"].flatMap { $0.isEmpty ? nil : $0 } ?? "weasyprint",
            trustedProxies: try TrustedProxies(values["COLLECTIF_TRUSTED_PROXIES"] ?? ""),
            metricsToken: values["COLLECTIF_METRICS_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }, worksToo: worksToo)
    }
}
