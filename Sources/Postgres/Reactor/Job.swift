/// Statements with their parameters in the form libpq sends: one run of bytes, each value ended by NUL.
struct EncodedPipeline: Sendable {
    struct Statement: Sendable {
        let sql: String
        let firstParameter: Int
        let parameterCount: Int
        /// Some parameter travels as it is, not as text.
        let hasBinary: Bool
        /// Asks for a rollback, so that the server's answer « ROLLBACK » is no surprise.
        let isRollback: Bool

        init(sql: String, firstParameter: Int, parameterCount: Int, hasBinary: Bool = false) {
            self.sql = sql
            self.firstParameter = firstParameter
            self.parameterCount = parameterCount
            self.hasBinary = hasBinary
            isRollback = Self.isRollback(sql)
        }

        private static func isRollback(_ sql: String) -> Bool {
            let text = sql.utf8.drop { $0 == 32 || (9...13).contains($0) }
            switch text.first {
            case UInt8(ascii: "r"), UInt8(ascii: "R"): return text.prefix(8).elementsEqual("rollback".utf8) { $0 | 0x20 == $1 }
            case UInt8(ascii: "a"), UInt8(ascii: "A"): return text.prefix(5).elementsEqual("abort".utf8) { $0 | 0x20 == $1 }
            default: return false
            }
        }
    }

    static let null = -1

    private(set) var statements: [Statement] = []
    /// Where each parameter starts in `bytes`, or `null`.
    private(set) var offsets: [Int] = []
    /// Length of each parameter that travels as it is; `text` for the others.
    private(set) var lengths: [Int32] = []
    static let text: Int32 = -1
    private(set) var bytes: [UInt8] = []

    /// Encodes on the caller's thread, so that the reactor only copies. Throws `.server` 22021 for a text with U+0000, which libpq
    /// would cut, and `.configuration` for more parameters than the protocol carries.
    init(_ queries: [Query]) throws(PostgresError) {
        statements.reserveCapacity(queries.count)
        bytes.reserveCapacity(queries.count * 64 + queries.reduce(0) { $0 + $1.parameters.reduce(0) { $0 + $1.byteCount } })
        for query in queries {
            guard query.parameters.count <= 65_535 else { throw PostgresError(.configuration, "a statement has at most 65535 parameters") }
            statements.append(
                Statement(
                    sql: query.sql.text, firstParameter: offsets.count, parameterCount: query.parameters.count,
                    hasBinary: query.parameters.contains { $0.byteCount > 0 }))
            for parameter in query.parameters {
                let start = bytes.count
                if case .bytes(let value) = parameter.storage, !value.isEmpty {
                    guard value.count <= 500_000_000 else { throw PostgresError(.configuration, "a parameter has at most 500 MB") }
                    bytes.append(contentsOf: value)
                    offsets.append(start)
                    lengths.append(Int32(value.count))
                    continue
                }
                lengths.append(Self.text)
                if parameter.append(to: &bytes) {
                    guard !parameter.mayHoldNul || !bytes[start...].contains(0) else { throw Self.nulCharacter }
                    offsets.append(start)
                    bytes.append(0)
                } else {
                    offsets.append(Self.null)
                }
            }
        }
    }

    private static var nulCharacter: PostgresError {
        PostgresError(.server, "a text holds the character U+0000", sqlState: .characterNotInRepertoire)
    }
}

extension Parameter {
    /// Bytes that travel as they are: their text form would be twice as long.
    fileprivate var byteCount: Int { if case .bytes(let value) = storage { value.count } else { 0 } }

    fileprivate var mayHoldNul: Bool {
        switch storage {
        case .text, .texts: true
        default: false
        }
    }
}

/// What a job asks of a connection.
enum JobRequest: Sendable {
    case pipeline(EncodedPipeline)
    case simple(String)
    /// Nothing to run: roll back what is open and give the connection back.
    case finish
}

/// What becomes of the connection after a job that succeeded. After an error of the opening it is always released.
enum Afterwards: Sendable {
    case release
    case hold
}

/// One request of a caller.
///
/// Unchecked: the caller fills it before it enters the inbox; from then on only the reactor's thread touches it.
final class Job: @unchecked Sendable {
    enum State {
        /// Not yet seen by the reactor.
        case new
        /// Waits for a connection.
        case waiting(PoolStateMachine.WaiterID)
        /// Waits for its turn in its transaction.
        case pending
        case running(Connection)
        case finished
    }

    let request: JobRequest
    let lease: Lease?
    let afterwards: Afterwards
    let startedAt: Int64
    var continuation: CheckedContinuation<Result<[ResultSet], PostgresError>, Never>?

    // Reactor's thread only.
    var state = State.new
    var cancelRequested = false
    var results: [ResultSet] = []
    var failure: PostgresError?

    init(request: JobRequest, lease: Lease?, afterwards: Afterwards, startedAt: Int64) {
        self.request = request
        self.lease = lease
        self.afterwards = afterwards
        self.startedAt = startedAt
    }

    var isFinish: Bool {
        if case .finish = request { true } else { false }
    }

    var isScript: Bool {
        if case .simple = request { true } else { false }
    }

    /// Answers the caller, once.
    func finish(_ result: Result<[ResultSet], PostgresError>) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: result)
    }
}

/// A connection reserved for one transaction.
///
/// Unchecked: only the reactor's thread touches its contents.
final class Lease: @unchecked Sendable {
    enum State {
        case unused
        case held(Connection)
        case ended
    }

    var state = State.unused
    /// Jobs of concurrent callers on the same transaction, in order.
    var pending: [Job] = []
}
