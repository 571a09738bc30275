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
        case refused(reply: String?)
    }

    /// Seconds: RFC 5321 (4.5.3.2) gives a server five minutes for most answers, and ten past the end of the mail.
    private static let patience = 600
    /// The mail left whole, or nearly, and no answer came: the server may have taken it.
    static let silent = "smtp_silent"

    private let host: String
    private let port: Int
    private let user: String?
    private let password: String?
    private let tls: Bool
    private let startTLS: Bool
    private let from: String

    /// Reads `smtp://…` (STARTTLS unless on this machine) or `smtps://…`; nil when the address cannot be read.
    init?(url: String, from: String) {
        guard let parts = URLComponents(string: url), let host = parts.host, parts.scheme == "smtp" || parts.scheme == "smtps" else {
            return nil
        }
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
        let (arguments, environment) = way(patience: Self.patience)
        guard let mail = WholeInput.descriptor(message.bytes) else { return .later(code: "smtp_memory") }
        let child = ChildProgram("msmtp", arguments + ["--", message.to])
        let result = try await run(
            child.executable, arguments: child.arguments, environment: environment,
            input: .fileDescriptor(mail, closeAfterSpawningProcess: true), output: .discarded, error: .string(limit: 65_536))
        guard case .exited(let status) = result.terminationStatus else { return .later(code: "smtp_killed") }
        return Self.outcome(status: Int(status), said: result.standardError)
    }

    /// True when the mail server says who it is within a few seconds.
    func answers() async -> Bool {
        let (arguments, environment) = way(patience: 5)
        let child = ChildProgram("msmtp", arguments + ["--serverinfo"])
        let result = try? await run(
            child.executable, arguments: child.arguments, environment: environment, output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }

    /// The program's arguments and environment.
    private func way(patience: Int) -> (arguments: [String], environment: Environment) {
        var arguments = [
            "--host=\(host)", "--port=\(port)", "--from=\(from)", "--timeout=\(patience)", "--tls=\(tls ? "on" : "off")",
            "--tls-starttls=\(startTLS ? "on" : "off")",
        ]
        // Its messages are read below: they must not be translated.
        var environment = Environment.withoutSecrets.updating(["LC_ALL": "C"])
        if let user {
            // The password travels in the child's environment: arguments are visible to other users of the machine.
            arguments += ["--auth=on", "--user=\(user)", "--passwordeval=printenv COLLECTIF_SMTP_PASSWORD"]
            environment = environment.updating(["COLLECTIF_SMTP_PASSWORD": password ?? ""])
        } else {
            arguments.append("--auth=off")
        }
        return (arguments, environment)
    }

    /// What msmtp's end means. Only the answer 5xx to this recipient or to this mail is final: an unknown host, a sender that is
    /// not allowed or a wrong password are faults of the installation, and the mail waits until they are repaired.
    static func outcome(status: Int, said: String) -> Outcome {
        if status == 0 { return .sent }
        let isFinal = said.contains("server message: 5") && (said.contains("recipient address") || said.contains("did not accept the mail"))
        if isFinal { return .refused(reply: reply(in: said)) }
        return .later(code: status == 75 && said.contains("timed out") && !said.contains("cannot connect") ? silent : "smtp_\(status)")
    }

    /// « 550 5.1.1 »: the codes of the server's answer, without its words.
    private static func reply(in said: String) -> String? {
        guard let start = said.range(of: "server message: ") else { return nil }
        let words = said[start.upperBound...].prefix { !$0.isNewline }.split { $0 == " " || $0 == "-" }
        guard let code = words.first, code.count == 3, code.allSatisfy(\.isNumber) else { return nil }
        let parts = words.dropFirst().first?.split(separator: ".") ?? []
        let isEnhanced = parts.count == 3 && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(\.isWholeNumber) }
        return isEnhanced ? "\(code) \(parts.joined(separator: "."))" : String(code)
    }
}
