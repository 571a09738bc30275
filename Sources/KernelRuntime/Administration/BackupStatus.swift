import Foundation
import Kernel

/// What pgBackRest says of its backups, in the file that `COLLECTIF_BACKUP_STATUS` names (`pgbackrest info --output=json`).
struct BackupStatus: Sendable {
    private let path: String

    /// Nil where the operator names no file.
    init?(_ environment: [String: String]) {
        guard let path = environment["COLLECTIF_BACKUP_STATUS"], !path.isEmpty else { return nil }
        self.path = path
    }

    /// Seconds since the end of the last backup without an error; nil when the file tells of none.
    func age(at now: Instant) -> Double? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return Self.lastEnd(Array(data)).map { max(0, Double(now.microseconds) / 1_000_000 - Double($0)) }
    }

    /// Seconds since 1970 at the end of the last whole backup, of whatever stanza.
    static func lastEnd(_ bytes: [UInt8]) -> Int? {
        (try? JSONValue.parse(bytes))?.arrayValue?
            .flatMap { $0["backup"]?.arrayValue ?? [] }
            .filter { $0["error"] == .bool(false) }
            .compactMap { $0["timestamp"]?["stop"]?.intValue }
            .max()
    }

    /// What the doctor says of it.
    func fault(at now: Instant) -> String? {
        guard let age = age(at: now) else { return "\(path) tells of no backup: see collectif-backup.service." }
        return age > 93_600 ? "the last whole backup ended \(Int(age / 3_600)) hours ago: see collectif-backup.service." : nil
    }
}
