import Foundation
import Kernel
import Subprocess

/// Hands mails to the SMTP submission server with the msmtp program (docs/decisions).
struct MailSubmitter: Sendable {
    /// How a submission ended.
    enum Outcome: Sendable, Equatable {
        case sent
        /// Worth another try.
        case later(code: String)
        /// The address is refused for good.
        case refused(code: String)
    }

    private let host: String
    private let port: Int
    private let user: String?
    private let password: String?
    private let tls: Bool
    private let startTLS: Bool
    private let from: String

    /// Reads `smtp://…` (STARTTLS unless on this machine) or `smtps://…`; nil when the address cannot be read.
    init?(url: String, from: String) {
        guard let parts = URLComponents(string: url), let host = parts.host, parts.scheme == "smtp" || parts.scheme == "smtps" else { return nil }
        let isLocal = host == "127.0.0.1" || host == "localhost" || host == "::1"
        self.host = host
        port = parts.port ?? (parts.scheme == "smtps" ? 465 : 587)
        user = parts.user
        password = parts.password
        tls = parts.scheme == "smtps" || !isLocal
        startTLS = parts.scheme == "smtp"
        self.from = from
    }

    func submit(_ message: MailMessage) async throws -> Outcome {
        var arguments = [
            "--host=\(host)", "--port=\(port)", "--from=\(from)", "--timeout=20", "--tls=\(tls ? "on" : "off")",
            "--tls-starttls=\(startTLS ? "on" : "off")",
        ]
        var environment = Environment.inherit
        if let user {
            // The password travels in the child's environment: arguments are visible to other users of the machine.
            arguments += ["--auth=on", "--user=\(user)", "--passwordeval=printenv COLLECTIF_SMTP_PASSWORD"]
            environment = environment.updating(["COLLECTIF_SMTP_PASSWORD": password ?? ""])
        } else {
            arguments.append("--auth=off")
        }
        let result = try await run(
            .name("msmtp"), arguments: Arguments(arguments + ["--", message.to]), environment: environment, input: .array(message.bytes),
            output: .discarded, error: .discarded)
        switch result.terminationStatus {
        case .exited(0): return .sent
        // sysexits: EX_NOUSER, EX_DATAERR and EX_NOHOST are final.
        case .exited(let code) where [65, 67, 68].contains(code): return .refused(code: "smtp_\(code)")
        case .exited(let code): return .later(code: "smtp_\(code)")
        default: return .later(code: "smtp_killed")
        }
    }
}
