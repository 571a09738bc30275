import Foundation
import Kernel
import Logging

/// Looks at every setting before anything starts: one sentence for each that cannot work, naming it and its remedy. Values that may be
/// secret are never repeated.
enum SettingsCheck {
    /// Connections that a pool may have at most.
    static let poolSizes = 1...500

    /// - Parameter port: where the server is to listen; nil for a command that does not.
    static func faults(_ values: [String: String], port: Int? = nil) -> [String] {
        func set(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
        var faults: [String] = []
        if let port, !(1...65_535).contains(port) { faults.append("--port \(port): a port is a number from 1 to 65535.") }
        if let size = set("COLLECTIF_POOL_SIZE"), !(Int(size).map(poolSizes.contains) ?? false) {
            faults.append("COLLECTIF_POOL_SIZE is « \(size) »: write a number of connections from 1 to 500, or leave it out (8).")
        }
        if let url = set("COLLECTIF_REPLICA_DATABASE_URL"), (try? PostgresConfiguration(url: url)) == nil {
            faults.append(
                "COLLECTIF_REPLICA_DATABASE_URL cannot be read: write postgres://user:password@host:port/database, or leave it out.")
        }
        if let rate = set("COLLECTIF_REQUEST_RATE"), !(Int(rate).map { $0 >= 0 } ?? false) {
            faults.append("COLLECTIF_REQUEST_RATE is « \(rate) »: write requests a second, 0 for no limit, or leave it out (30).")
        }
        if let level = set("COLLECTIF_LOG_LEVEL"), Logger.Level(rawValue: level) == nil {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append("COLLECTIF_LOG_LEVEL is « \(level) »: write one of \(known).")
        }
        if let url = set("COLLECTIF_URL"), let fault = publicAddress(url) { faults.append("COLLECTIF_URL is « \(url) »: \(fault)") }
        if let from = set("COLLECTIF_MAIL_FROM"), !isSender(from) {
            faults.append("COLLECTIF_MAIL_FROM is « \(from) »: write an address, « Collectif <ne-pas-repondre@exemple.fr> » or alone.")
        }
        if let smtp = set("COLLECTIF_SMTP_URL"), !isMailServer(smtp) {
            faults.append(
                "COLLECTIF_SMTP_URL cannot be read: write smtp://[user:password@]host[:port] or smtps://…; special characters of a"
                    + " password as %XX.")
        }
        if let token = set("COLLECTIF_METRICS_TOKEN"), token.utf8.count < 16 {
            faults.append("COLLECTIF_METRICS_TOKEN is too short: 16 characters at least, made at random.")
        }
        if let files = set("COLLECTIF_FILES"), FilePlaces(files) == nil {
            faults.append("COLLECTIF_FILES is « \(files) »: \(FilePlaces.shape)")
        }
        if let file = set("COLLECTIF_RCLONE_CONFIG"), !FileManager.default.isReadableFile(atPath: file) {
            faults.append("COLLECTIF_RCLONE_CONFIG is « \(file) »: write the path of a file of rclone that this process may read.")
        }
        if let word = set("COLLECTIF_ACCESS_LOG"), !["on", "off"].contains(word) {
            faults.append("COLLECTIF_ACCESS_LOG is « \(word) »: write on or off.")
        }
        if let fault = GalleryPage.fault(values) { faults.append(fault) }
        return faults
    }

    /// Links in mails and the check against foreign forms are made from it: scheme, host and port, and nothing behind.
    private static func publicAddress(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil
        else { return "write the whole address, https://collectif.exemple.fr." }
        guard parts.path.isEmpty, parts.query == nil, parts.fragment == nil else {
            return "end it with the host or the port: nothing behind, no slash."
        }
        return nil
    }

    /// `name <address>` or an address.
    private static func isSender(_ text: String) -> Bool {
        var address = Substring(text)
        if let open = text.lastIndex(of: "<") {
            guard text.last == ">" else { return false }
            address = text[text.index(after: open)...].dropLast()
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !address.contains { $0.isWhitespace || $0 == "," }
    }

    private static func isMailServer(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), ["smtp", "smtps"].contains(parts.scheme), let host = parts.host, !host.isEmpty
        else { return false }
        return parts.port.map { (1...65_535).contains($0) } ?? true
    }
}
