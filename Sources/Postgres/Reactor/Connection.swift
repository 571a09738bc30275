internal import CLibPQ
internal import Glibc

/// One libpq connection in non-blocking pipeline mode. Only the reactor's thread touches it.
///
/// It knows the protocol, not the pool: it sends a batch, reads until the batch is answered, and says so.
final class Connection {
    /// One answer that the server owes.
    enum Expectation {
        case prepare(String)
        case query(isRollback: Bool)
        case housekeeping
        case sync
        case script
    }

    enum Progress {
        case waiting
        case done
        case lost
    }

    enum Phase {
        case connecting
        case idle
        /// A job's statements are under way.
        case working
        /// Answered; waits until a cancel request that is under way has arrived, then is cleaned.
        case settling
        /// A rollback or reset is under way.
        case cleaning
        /// Reserved by a transaction, nothing under way.
        case held
    }

    let slot: PoolStateMachine.Slot
    let generation: UInt32
    let handle: OpaquePointer
    var phase = Phase.connecting
    var job: Job?
    var lease: Lease?
    var idleSince: Int64 = 0
    /// When what was sent must have been answered; without work, never.
    var answerDeadline = Int64.max
    /// The server said that it ends this connection.
    private(set) var isDying = false
    var cancellation = Cancellation()

    struct Cancellation {
        var isInFlight = false
        var again: Int64?
        var giveUp: Int64?

        /// The running job is to be cancelled.
        var isActive: Bool { giveUp != nil }
    }

    // Registration with epoll.
    var descriptor: Int32 = -1
    var interest: UInt32 = 0

    var results: [ResultSet] = []
    var failure: PostgresError?
    var expected: [Expectation] = []
    var answered = 0
    var wantsFlush = false
    var statements: PreparedStatements

    /// Starts to connect. Resolving the host name blocks: libpq offers no other way, and only this thread waits.
    init?(configuration: PostgresConfiguration, slot: PoolStateMachine.Slot, generation: UInt32) {
        let settings = configuration.startupSettings()
        guard let handle = Self.start(settings) else { return nil }
        self.handle = handle
        self.slot = slot
        self.generation = generation
        statements = PreparedStatements(limit: configuration.keepsStatements ? max(configuration.maxPreparedStatements, 1) : 0)
        PQsetNoticeReceiver(handle, Self.receiveNotice, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        PQfinish(handle)
    }

    private static func start(_ settings: [PostgresConfiguration.Setting]) -> OpaquePointer? {
        withKeywords(settings) { PQconnectStartParams($0, $1, 0) }
    }

    /// Settings as libpq takes them: two lists that end with null.
    static func withKeywords(
        _ settings: [PostgresConfiguration.Setting],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> OpaquePointer?
    ) -> OpaquePointer? {
        let keywords = settings.map { strdup($0.keyword) }
        let values = settings.map { strdup($0.value) }
        defer { for copy in keywords + values { free(copy) } }
        let keywordList = keywords.map { UnsafePointer<CChar>($0) } + [nil]
        let valueList = values.map { UnsafePointer<CChar>($0) } + [nil]
        return body(keywordList, valueList)
    }

    /// Notices may quote data: they are dropped, except that a fatal one announces the end of the connection.
    private static let receiveNotice: PQnoticeReceiver = { context, result in
        guard let context, let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))) else { return }
        let text = String(cString: severity)
        guard text == "FATAL" || text == "PANIC" else { return }
        Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().isDying = true
    }

    var key: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(truncatingIfNeeded: slot)) }
    var isInTransaction: Bool { transactionStatus == PQTRANS_INTRANS || transactionStatus == PQTRANS_INERROR }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(handle) }
    /// True when bytes wait for the socket to take them.
    var hasUnsentBytes: Bool { wantsFlush }

    // MARK: Connecting

    enum Handshake {
        case reading
        case writing
        case ready
        case failed
    }

    /// The next step of the handshake, once the socket is ready for the last one.
    func shakeHands() -> Handshake {
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: return .reading
        case PGRES_POLLING_WRITING: return .writing
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { return .failed }
            return .ready
        default: return .failed
        }
    }

    var socket: Int32 { PQsocket(handle) }

    /// True when the server has closed an idle connection, or announced it. A look without reading costs less than a failed pipeline.
    func isDead() -> Bool {
        for _ in 0..<8 {
            var byte: UInt8 = 0
            let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            if count < 0 { return isDying || !(errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) }
            if count == 0 || !absorbUnasked() { return true }
        }
        return isDying
    }

    /// Reads what the server says without being asked; false when the connection is over.
    func absorbUnasked() -> Bool {
        guard PQconsumeInput(handle) == 1 else { return false }
        _ = PQisBusy(handle)
        while let notification = PQnotifies(handle) { PQfreemem(notification) }
        return PQstatus(handle) == CONNECTION_OK && !isDying
    }

    // MARK: Sending

    private func begin() {
        results.removeAll(keepingCapacity: true)
        failure = nil
        expected.removeAll(keepingCapacity: true)
        answered = 0
    }

    /// Puts all statements on the wire, each prepared where this connection does not know it; false when the connection is over.
    func send(_ pipeline: EncodedPipeline) -> Bool {
        begin()
        results = []
        results.reserveCapacity(pipeline.statements.count)
        if statements.needsHousekeeping, transactionStatus == PQTRANS_IDLE {
            guard sendHousekeeping() else { return false }
        }
        let sent = pipeline.bytes.withUnsafeBytes { bytes in
            pipeline.statements.allSatisfy { send($0, pipeline, bytes) }
        }
        statements.evict()
        guard sent, PQpipelineSync(handle) == 1 else { return false }
        expected.append(.sync)
        return flush()
    }

    private func send(_ statement: EncodedPipeline.Statement, _ pipeline: EncodedPipeline, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let call = statements.call(for: statement.sql)
        if case .new(let name) = call {
            guard PQsendPrepare(handle, name, statement.sql, 0, nil) == 1 else { return false }
            expected.append(.prepare(statement.sql))
        }
        let count = statement.parameterCount
        let sent = withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: max(count, 1)) { values in
            for index in 0..<count {
                let offset = pipeline.offsets[statement.firstParameter + index]
                let value =
                    offset == EncodedPipeline.null ? nil : bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
                values.initializeElement(at: index, to: value)
            }
            guard statement.hasBinary else { return execute(call, statement.sql, count, values.baseAddress, nil, nil) }
            let lengths = pipeline.lengths[statement.firstParameter..<(statement.firstParameter + count)]
            return execute(call, statement.sql, count, values.baseAddress, lengths.map { max($0, 0) }, lengths.map { $0 < 0 ? 0 : 1 })
        }
        expected.append(.query(isRollback: statement.isRollback))
        return sent
    }

    private func execute(
        _ call: PreparedStatements.Call, _ sql: String, _ count: Int, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: [Int32]?,
        _ formats: [Int32]?
    ) -> Bool {
        switch call {
        case .known(let name), .new(let name):
            PQsendQueryPrepared(handle, name, Int32(count), values, lengths, formats, 0) == 1
        case .unnamed:
            PQsendQueryParams(handle, sql, Int32(count), nil, values, lengths, formats, 0) == 1
        }
    }

    /// Forgets statements on the server. A batch of its own, so that its failure touches nothing else.
    private func sendHousekeeping() -> Bool {
        let commands = statements.mustReset ? ["deallocate all"] : statements.evicted.map { "deallocate \"\($0)\"" }
        statements.housekeepingSent()
        return commands.allSatisfy(sendAlone)
    }

    private func sendAlone(_ command: String) -> Bool {
        guard PQsendQueryParams(handle, command, 0, nil, nil, nil, nil, 0) == 1, PQpipelineSync(handle) == 1 else { return false }
        expected.append(.housekeeping)
        expected.append(.sync)
        return true
    }

    /// Sends commands of the client's own, each a batch; their failure counts.
    func sendCleanup(_ commands: [String], forgetStatements: Bool) -> Bool {
        begin()
        if forgetStatements { statements.reset() }
        for command in commands {
            guard PQsendQueryParams(handle, command, 0, nil, nil, nil, nil, 0) == 1, PQpipelineSync(handle) == 1 else { return false }
            expected.append(.query(isRollback: true))
            expected.append(.sync)
        }
        return flush()
    }

    /// Sends a script through the simple protocol.
    func send(script: String) -> Bool {
        begin()
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, script) == 1 else { return false }
        expected.append(.script)
        return flush()
    }

    /// Hands bytes to the socket; false when the connection is over.
    func flush() -> Bool {
        let status = PQflush(handle)
        wantsFlush = status == 1
        return status >= 0
    }

    /// Why the connection could not be made: libpq's text names host, port and role, no password.
    var connectMessage: String { Self.line(PQerrorMessage(handle)) }

    /// A message of libpq on one line.
    static func line(_ message: UnsafePointer<CChar>?) -> String {
        message.map { String(cString: $0).split { $0 == "\n" || $0 == "\t" }.joined(separator: " ") } ?? ""
    }
}
