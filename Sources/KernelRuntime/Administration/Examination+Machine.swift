import Foundation
import Kernel

/// What the doctor looks at outside the server's database: settings, the other roles, the mail server, the disk, the clock.
extension Examination {
    /// Seconds that a piece of work may be late before somebody should look.
    private static let late = 900
    private static let leastDisk = 2_000_000_000.0

    func settingsFault() -> String? { SettingsCheck.faults(platform.environment.values).first }

    /// Whether a role's address leads somewhere, as that role.
    func roleAddressFault(_ variable: String, _ expected: String, _ open: () throws -> PostgresPool) async -> String? {
        guard !(platform.environment.values[variable] ?? "").isEmpty else { return "\(variable) is not set." }
        do {
            let pool = try open()
            defer { Task { await pool.close() } }
            let role: String? = try await pool.run(Query("select current_user::text")).first?[0]
            return role == expected ? nil : "\(variable) leads to the role \(role ?? ""), not to \(expected)."
        } catch let error as PostgresError {
            return "\(variable): \(error.description)."
        } catch { return "\(variable): \(error)" }
    }

    func mailFault() async -> String? {
        let values = platform.environment.values
        guard let url = values["COLLECTIF_SMTP_URL"], !url.isEmpty else { return "COLLECTIF_SMTP_URL is not set: mails stay queued." }
        guard let submitter = MailSubmitter(url: url, from: values["COLLECTIF_MAIL_FROM"] ?? "") else {
            return "COLLECTIF_SMTP_URL cannot be read."
        }
        return await submitter.answers() ? nil : "the mail server of COLLECTIF_SMTP_URL does not answer: mails stay queued."
    }

    /// Where uploads wait while they arrive.
    func spoolFault() -> String? {
        let folder = FileManager.default.temporaryDirectory.path
        guard (try? UploadSpool()) != nil else { return "\(folder) cannot be written: uploads are refused (TMPDIR)." }
        guard let free = ProcessFigures.free(at: folder), free < Self.leastDisk else { return nil }
        return "\(folder) has \(Int(free / 1_000_000)) MB left."
    }

    /// Where files stand outside the rows: that it can be read and written, has room, and that some of them are what their digests say.
    func filesFaults() async -> [(String, String?)] {
        guard let files = try? platform.files(), !files.stores.isEmpty else { return [] }
        var found: [(String, String?)] = []
        for store in files.stores {
            let little = store.free.flatMap { $0 < Self.leastDisk ? "it has \(Int($0 / 1_000_000)) MB left." : nil }
            found.append(("files in \(store.word)", await store.fault() ?? little))
        }
        guard !(platform.environment.values["COLLECTIF_OWNER_DATABASE_URL"] ?? "").isEmpty else { return found }
        let sample = try? await FileCare.run(platform) { try await $0.sample(20) }
        let fault: String? =
            switch sample {
            case (_, 0)?: nil
            case let (seen, faults)?: "\(faults) of \(seen) looked at cannot be given: « collectif files verify » names them."
            case nil: "they could not be looked at."
            }
        return found + [("digests of files", fault)]
    }

    /// Backups of the database alone would not bring them back. A storage may keep copies by itself: said, and no fault.
    func filesNote() -> String? {
        let isCopied = !(platform.environment.values["COLLECTIF_FILES_BACKUP"] ?? "").isEmpty
        guard !isCopied, let files = try? platform.files(), !files.stores.isEmpty else { return nil }
        return "they stand outside the database and COLLECTIF_FILES_BACKUP is not set: is there a second copy (docs/operator/files.md)?"
    }

    /// - Parameter pool: any connection to the database.
    func clockFault(_ pool: PostgresPool) async throws -> String? {
        let now: Instant? = try await pool.run(Query("select clock_timestamp()")).first?[0]
        let apart = now.map { abs($0.microseconds - Instant.now.microseconds) / 1_000_000 } ?? 0
        return apart > 5 ? "this machine and the database are \(apart) seconds apart: second factors and delays go wrong." : nil
    }

    /// Bytes of the log that a standby may lack before somebody should look: reads leave it after four seconds by themselves.
    private static let mostBehind = 64_000_000

    /// - Parameters:
    ///   - replica: where reads may be given from.
    ///   - primary: any connection to the primary.
    func replicaFault(_ replica: PostgresPool, primary: PostgresPool) async -> String? {
        let name = "COLLECTIF_REPLICA_DATABASE_URL"
        do throws(PostgresError) {
            let row = try await replica.run(
                Query("select pg_is_in_recovery(), (coalesce(pg_last_wal_replay_lsn(), '0/0') - '0/0')::bigint, current_database()")
            ).first
            guard let row, try row[0] as Bool else { return "\(name) leads to a primary: it would be read like a copy. Give a standby." }
            let (position, database): (Int, String) = (try row[1], try row[2])
            let own = try await primary.run(Query("select (pg_current_wal_lsn() - '0/0')::bigint, current_database()")).first
            guard let own, try own[1] as String == database else { return "\(name) leads to another database." }
            let behind = try own[0] as Int - position
            return behind > Self.mostBehind ? "the standby is \(behind / 1_000_000) MB behind: nothing is read there." : nil
        } catch { return "\(name): \(error.description). Reads go to the primary." }
    }

    func connectionsFault(_ pool: PostgresPool) async throws -> String? {
        let most: Int =
            try await pool.run(
                Query("select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int")
            ).first?[0] ?? 0
        let wanted = (Int(platform.environment.values["COLLECTIF_POOL_SIZE"] ?? "") ?? 8) + 7
        return wanted > most ? "one server and one worker ask for \(wanted) connections, PostgreSQL gives \(most) (max_connections)." : nil
    }

    func queueFaults(_ pool: PostgresPool) async throws -> [String] {
        let rows = try await pool.run(
            Query("select kind, dead, coalesce(extract(epoch from clock_timestamp() - oldest_due_at), 0)::int from kernel.work_backlog()"))
        return try rows.flatMap { row -> [String] in
            let (kind, dead, age): (String, Int, Int) = (try row[0], try row[1], try row[2])
            return
                (dead > 0 ? ["\(dead) pieces of work of kind \(kind) were given up: « collectif queue list » shows them."] : [])
                + (age > Self.late ? ["the oldest due work of kind \(kind) waits for \(age / 60) minutes: does a worker run?"] : [])
        }
    }
}
