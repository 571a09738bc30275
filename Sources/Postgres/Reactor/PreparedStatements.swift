/// The statements prepared on one connection, by text; the ones unused for longest leave first.
///
/// Names are never used twice on a connection, so a statement that the server still holds by mistake cannot answer for another one.
struct PreparedStatements {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let limit: Int
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Names to deallocate before the next use of the connection.
    private(set) var evicted: [String] = []
    /// All statements of the connection are to be deallocated before its next use.
    private(set) var mustReset = false

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    var count: Int { entries.count }
    var needsHousekeeping: Bool { mustReset || !evicted.isEmpty }

    /// The name of a statement, and whether it is still to be prepared.
    mutating func name(for sql: String) -> (name: String, isNew: Bool) {
        uses += 1
        let known: String? = { (entry: inout Entry?) -> String? in
            entry?.lastUse = uses
            return entry?.name
        }(&entries[sql])
        if let known { return (known, false) }
        names += 1
        let name = "s\(names)"
        entries[sql] = Entry(name: name, lastUse: uses)
        return (name, true)
    }

    /// Brings the number of statements back to the limit, once a pipeline has been put together.
    mutating func evict() {
        while entries.count > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            evicted.append(oldest.value.name)
        }
    }

    /// The server refused to prepare it, or skipped it.
    mutating func forget(_ sql: String) {
        entries[sql] = nil
    }

    /// The server and this table may disagree: start again.
    mutating func reset() {
        entries.removeAll()
        evicted.removeAll()
        mustReset = true
    }

    /// The housekeeping has been sent.
    mutating func housekeepingSent() {
        evicted.removeAll()
        mustReset = false
    }
}
