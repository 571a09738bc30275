import Foundation
import Kernel

/// Figures that are looked up when they are asked for: the queue, the printers, the process, the disk, the backup (formats.md 7.2).
struct ServiceFigures: Sendable {
    let version: String
    let backup: BackupStatus?
    let printing: PrintQueue
    /// Nil for a worker, which takes none.
    let uploads: UploadSlots?
    let files: Files
    var replica: ReplicaReads?

    /// The text of all. A database that does not answer within two seconds leaves its own lines out: an alert says that it is away.
    func exposition(_ pool: PostgresPool) async -> String {
        var text = FigureText()
        text.one("collectif_build_info", "gauge", 1, [("version", version)])
        for figure in ProcessFigures.all() { text.one(figure.name, figure.type, figure.value) }
        let prints = printing.counts
        text.one("collectif_prints_running", "gauge", Double(prints.running))
        text.one("collectif_prints_waiting", "gauge", Double(prints.waiting))
        if let uploads { text.one("collectif_uploads_running", "gauge", Double(uploads.count)) }
        let free = [
            ("spool", ProcessFigures.free(at: FileManager.default.temporaryDirectory.path)),
            ("files", files.stores.compactMap(\.free).min()),
        ]
        text.many(
            "collectif_disk_free_bytes", "gauge", free.compactMap { place, free in free.map { (labels: [("place", place)], value: $0) } })
        // Absent while no file tells of a backup: a figure that is missing raises an alert of its own.
        if let age = backup?.age(at: .now) { text.one("collectif_backup_age_seconds", "gauge", age.rounded()) }
        if let found = replica?.figures() {
            // Absent while nothing is read there.
            if let age = found.age { text.one("collectif_replica_age_seconds", "gauge", age) }
            text.one("collectif_replica_reads_total", "counter", Double(found.served))
            text.one("collectif_replica_asked_again_total", "counter", Double(found.askedAgain))
        }
        let rows = await within(.seconds(2)) {
            try? await pool.pipeline([
                Query(
                    """
                    select kind, pending, dead, greatest(0, coalesce(extract(epoch from clock_timestamp() - oldest_due_at), 0))::float8
                    from kernel.work_backlog()
                    """), LedgerAhead.query,
            ])
        }
        guard let answers = rows ?? nil, answers.count == 2 else { return text.text }
        let (backlog, years) = (answers[0], answers[1].compactMap { try? LedgerAhead($0) })
        text.many("collectif_ledger_ahead_seconds", "gauge", years.map { ([("ledger", $0.ledger)], $0.seconds.rounded()) })
        text.many("collectif_ledger_rest_bytes", "gauge", years.map { ([("ledger", $0.ledger)], $0.rest) })
        let lines = backlog.compactMap { row -> (kind: String, figures: [Double])? in
            guard let kind = try? row[0] as String, let pending = try? row[1] as Int, let dead = try? row[2] as Int,
                let age = try? row[3] as Double
            else { return nil }
            return (kind, [Double(pending), Double(dead), age.rounded()])
        }
        for (index, name) in ["collectif_work_pending", "collectif_work_dead", "collectif_work_oldest_seconds"].enumerated() {
            text.many(name, "gauge", lines.map { (labels: [("kind", $0.kind)], value: $0.figures[index]) })
        }
        return text.text
    }
}

/// Lines of the Prometheus text format, each name with its type once.
private struct FigureText {
    private(set) var text = ""

    mutating func one(_ name: String, _ type: String, _ value: Double, _ labels: [(String, String)] = []) {
        many(name, type, [(labels, value)])
    }

    mutating func many(_ name: String, _ type: String, _ values: [(labels: [(String, String)], value: Double)]) {
        guard !values.isEmpty else { return }
        text += "# TYPE \(name) \(type)\n"
        for (labels, value) in values {
            let shown = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
            text += shown.isEmpty ? "\(name) \(value)\n" : "\(name){\(shown)} \(value)\n"
        }
    }
}
