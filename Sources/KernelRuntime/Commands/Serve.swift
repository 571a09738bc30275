import ArgumentParser
import Foundation

/// `collectif serve`
struct Serve<H: House>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "serve", abstract: "Serve people and programs until a termination signal.")
    }

    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on.") var port = 8080

    func run() async throws {
        let platform = try CommandHouse<H>.platform()
        try await CommandHouse<H>.explained {
            let values = platform.environment.values
            try await platform.serve(
                ServerSettings(
                    host: host, port: port, publicURL: values["COLLECTIF_URL"] ?? "http://\(host):\(port)",
                    secret: try platform.environment.secret(), smtpURL: values["COLLECTIF_SMTP_URL"].flatMap { $0.isEmpty ? nil : $0 },
                    mailFrom: values["COLLECTIF_MAIL_FROM"] ?? "ne-pas-repondre@collectif.invalid",
                    printProgram: values["COLLECTIF_PRINTER"].flatMap { $0.isEmpty ? nil : $0 } ?? "weasyprint",
                    trustedProxies: try TrustedProxies(values["COLLECTIF_TRUSTED_PROXIES"] ?? ""),
                    metricsToken: values["COLLECTIF_METRICS_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }))
        }
    }
}
