import Kernel
import Logging
import ServiceLifecycle
import Synchronization

/// What was refused to a credential, and what it read of what is sensitive: counted in memory and written every two seconds. The request
/// pays a dictionary, and three thousand refusals make few rows (AUD-01, AUD-02, AUD-05). A killed process loses two seconds of counts.
final class AccessTally: Service, Sendable {
    private struct Key: Hashable {
        let credential: [UInt8]
        let address: String
        let msp: Identifier?
        let route: String
        let outcome: String
    }

    private struct Count {
        var times: Int
        let requestID: String
    }

    private let counts = Mutex<[Key: Count]>([:])
    private let pool: PostgresPool
    private let logger: Logger

    private static let pause = Duration.seconds(2)
    /// Kinds kept between two writings; what comes beyond is counted together.
    private static let mostKinds = 4_000
    private static let rowsAtOnce = 400

    init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// - Parameter outcome: a status, or `read`.
    func note(_ outcome: String, credential: Credential, address: String, msp: Identifier?, route: String, requestID: String) {
        let key = Key(credential: credential.digest, address: address, msp: msp, route: route, outcome: outcome)
        let beyond = Key(credential: [], address: "", msp: nil, route: "*", outcome: outcome)
        counts.withLock { counts in
            let place = counts[key] != nil || counts.count < Self.mostKinds ? key : beyond
            counts[place, default: Count(times: 0, requestID: requestID)].times += 1
        }
    }

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
            await write()
        }
        await write()
    }

    /// Writes what was counted; what cannot be written is counted again.
    func write() async {
        let taken = counts.withLock { counts in
            let taken = counts
            counts = [:]
            return taken
        }
        let entries = Array(taken)
        for start in stride(from: 0, to: entries.count, by: Self.rowsAtOnce) {
            let part = entries[start..<min(start + Self.rowsAtOnce, entries.count)]
            do {
                try await pool.run(Query("select kernel.note_access($1::jsonb)", .json(JSONValue.array(part.map(Self.row)).text)))
            } catch {
                logger.warning("refusals could not be noted", metadata: ["kinds": "\(part.count)", "error": "\(error)"])
                counts.withLock { counts in
                    for (key, count) in part { counts[key, default: Count(times: 0, requestID: count.requestID)].times += count.times }
                }
            }
        }
    }

    private static func row(_ entry: (key: Key, value: Count)) -> JSONValue {
        .object([
            ("credential", .string(Digest.hex(entry.key.credential))), ("address", .string(entry.key.address)),
            ("msp", entry.key.msp.map { .string($0.description) } ?? .null), ("route", .string(entry.key.route)),
            ("outcome", .string(entry.key.outcome)), ("times", .integer(entry.value.times)), ("request_id", .string(entry.value.requestID)),
        ])
    }
}
