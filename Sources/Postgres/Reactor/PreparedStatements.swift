internal import Crypto

/// The statements prepared on one connection, by text; the ones unused for longest leave first.
///
/// A name is a digest of the text: a statement that the server still holds by mistake, or that another client prepared behind a
/// pooler, has the same text, or else the server reports an error. It never answers for another one.
struct PreparedStatements {
    /// How a statement is called on this connection.
    enum Call: Equatable {
        /// Prepared already.
        case known(String)
        /// To be prepared under this name.
        case new(String)
        /// Sent with its text; the server keeps nothing.
        case unnamed
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let limit: Int
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0
    /// Names to deallocate before the next use of the connection.
    private(set) var evicted: [String] = []
    /// All statements of the connection are to be deallocated before its next use.
    private(set) var mustReset = false

    /// Keeps at most `limit` statements; none when it is zero.
    init(limit: Int) {
        self.limit = max(limit, 0)
    }

    var count: Int { entries.count }
    var needsHousekeeping: Bool { mustReset || !evicted.isEmpty }

    /// How to call a statement, which is kept from then on.
    mutating func call(for sql: String) -> Call {
        // Until the server has forgotten all, which waits for the end of the transaction, a name could be taken there.
        guard limit > 0, !mustReset else { return .unnamed }
        uses += 1
        let known: String? = { (entry: inout Entry?) -> String? in
            entry?.lastUse = uses
            return entry?.name
        }(&entries[sql])
        if let known { return .known(known) }
        let name = Self.name(of: sql)
        entries[sql] = Entry(name: name, lastUse: uses)
        guard let place = evicted.firstIndex(of: name) else { return .new(name) }
        evicted.remove(at: place)
        return .known(name)
    }

    /// « s » and 96 bits of the text's SHA-256.
    static func name(of sql: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = SHA256.hash(data: Array(sql.utf8)).prefix(12)
        return "s" + String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
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
        mustReset = limit > 0
    }

    /// The housekeeping has been sent.
    mutating func housekeepingSent() {
        evicted.removeAll()
        mustReset = false
    }
}
