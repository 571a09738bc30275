internal import CLibPQ
internal import Glibc

/// Reading what the server answers to a batch.
extension Connection {
    /// Reads from the socket and says how far the batch is.
    func receive() -> Progress {
        guard PQconsumeInput(handle) == 1 else {
            _ = absorb()  // what the server said before it left
            return .lost
        }
        if wantsFlush, !flush() { return .lost }
        return absorb()
    }

    private func absorb() -> Progress {
        var silent = 0
        while answered < expected.count {
            if PQisBusy(handle) == 1 { return PQstatus(handle) == CONNECTION_BAD ? .lost : .waiting }
            guard let result = PQgetResult(handle) else {
                if case .script = expected[answered] {
                    answered += 1
                    guard PQenterPipelineMode(handle) == 1 else { return .lost }
                    continue
                }
                // One null ends the answer to each statement; two in a row mean that nothing more will come.
                silent += 1
                if silent > 1 || PQstatus(handle) == CONNECTION_BAD { return .lost }
                continue
            }
            silent = 0
            guard take(result) else { return .lost }
        }
        return .done
    }

    /// Takes over one result; false when the protocol has gone astray.
    private func take(_ result: OpaquePointer) -> Bool {
        let status = PQresultStatus(result)
        let expectation = expected[answered]
        if case .script = expectation {
            defer { PQclear(result) }
            if status == PGRES_FATAL_ERROR { note(PostgresError(result: result)) }
            // COPY would wait for data that a script cannot give.
            return status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH
        }
        answered += 1
        switch (expectation, status) {
        case (.query(let isRollback), PGRES_TUPLES_OK), (.query(let isRollback), PGRES_COMMAND_OK),
            (.query(let isRollback), PGRES_EMPTY_QUERY):
            if status == PGRES_COMMAND_OK, !isRollback, Self.isRollbackTag(result) {
                note(PostgresError(.server, "the commit ended in a rollback", sqlState: .inFailedTransaction))
            }
            results.append(ResultSet(ResultStorage(result)))
            return true
        case (.sync, PGRES_PIPELINE_SYNC), (.prepare, PGRES_COMMAND_OK):
            PQclear(result)
            return true
        case (.prepare(let sql), PGRES_FATAL_ERROR), (.prepare(let sql), PGRES_PIPELINE_ABORTED):
            statements.forget(sql)
            if status == PGRES_FATAL_ERROR { note(PostgresError(result: result)) }
            PQclear(result)
            return true
        case (.query, PGRES_FATAL_ERROR):
            note(PostgresError(result: result))
            PQclear(result)
            return true
        case (.query, PGRES_PIPELINE_ABORTED), (.housekeeping, _):
            PQclear(result)
            return true
        case (.sync, PGRES_FATAL_ERROR):
            // The implicit commit failed, a deferred constraint for example: the answer to the sync itself still follows.
            answered -= 1
            note(PostgresError(result: result))
            PQclear(result)
            return true
        default:
            PQclear(result)
            return false
        }
    }

    private func note(_ error: PostgresError) {
        if failure == nil { failure = error }
        switch error.sqlState {
        case .invalidStatementName?, .duplicatePreparedStatement?, .featureNotSupported?: statements.reset()
        default: break
        }
    }

    private static func isRollbackTag(_ result: OpaquePointer) -> Bool {
        guard let tag = PQcmdStatus(result) else { return false }
        return strcmp(tag, "ROLLBACK") == 0
    }

    /// The results of the batch; they leave the connection.
    func takeResults() -> [ResultSet] {
        defer { results = [] }
        return results
    }
}

extension PostgresError {
    /// What the server says about a failed statement; without a condition the connection is gone.
    init(result: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(UInt8(ascii: code))).map { String(cString: $0) }
        }
        let state = field("C").map { SQLState(rawValue: $0) }
        self.init(
            state == nil ? .connection : .server, nil, sqlState: state, constraint: field("n"), table: field("t"),
            unsafeServerMessage: field("M"))
    }
}
