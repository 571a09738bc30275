internal import CLibPQ
internal import Dispatch
internal import Glibc

/// What stands between this program and PostgreSQL.
public enum Pooler: Sendable, Hashable {
    /// Nothing, or something that only passes bytes on.
    case none
    /// A pooler that keeps the prepared statements of its clients apart, or gives each client a connection of its own.
    case keepsStatements
    /// A pooler that hands a connection out for one transaction and loses prepared statements.
    case losesStatements
}

extension PostgresConfiguration {
    /// Finds out, on connections of its own: a pooler tells each client a process number of its own making, and a statement that was
    /// prepared on one connection is unknown once another transaction has taken the server behind it.
    public func pooler() async throws(PostgresError) -> Pooler {
        let settings = startupSettings() + [Setting(keyword: "connect_timeout", value: "5")]
        let result: Result<Pooler, PostgresError> = await withCheckedContinuation { continuation in
            // libpq blocks here: a thread that is not the cooperative pool's.
            DispatchQueue(label: "postgres-pooler").async { continuation.resume(returning: PoolerProbe(settings).run()) }
        }
        return try result.get()
    }
}

/// The look itself, with blocking calls, each limited in time.
private struct PoolerProbe {
    private let settings: [PostgresConfiguration.Setting]

    init(_ settings: [PostgresConfiguration.Setting]) {
        self.settings = settings
    }

    func run() -> Result<Pooler, PostgresError> {
        let first = Client(settings)
        guard first.isOpen else { return .failure(PostgresError(.connection, first.message)) }
        guard let process = first.ask("select pg_backend_pid()") else { return .failure(PostgresError(.connection, first.message)) }
        if process == first.announcedProcess { return .success(.none) }
        // Several rounds: other clients of the pooler may give back the very server that was left.
        for round in 0..<4 {
            let name = "collectif_probe_\(round)"
            let second = Client(settings)
            guard second.isOpen, first.prepare(name), second.ask("begin") != nil else { return .success(.losesStatements) }
            guard first.execute(name) else { return .success(.losesStatements) }
        }
        return .success(.keepsStatements)
    }

    /// One connection.
    private final class Client {
        private let handle: OpaquePointer?
        private static let patience: Int32 = 3_000

        init(_ settings: [PostgresConfiguration.Setting]) {
            handle = Connection.withKeywords(settings) { PQconnectdbParams($0, $1, 0) }
        }

        deinit {
            PQfinish(handle)
        }

        var isOpen: Bool { PQstatus(handle) == CONNECTION_OK }
        var announcedProcess: String { String(PQbackendPID(handle)) }
        var message: String { Connection.line(PQerrorMessage(handle)) }

        /// The first cell of the answer, empty when there is none; nil after an error or too long a wait.
        func ask(_ sql: String) -> String? {
            guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1, let result = answer() else { return nil }
            defer { PQclear(result) }
            return PQntuples(result) == 1 ? String(cString: PQgetvalue(result, 0, 0)) : ""
        }

        func prepare(_ name: String) -> Bool {
            guard PQsendPrepare(handle, name, "select 1", 0, nil) == 1, let result = answer() else { return false }
            PQclear(result)
            return true
        }

        func execute(_ name: String) -> Bool {
            guard PQsendQueryPrepared(handle, name, 0, nil, nil, nil, 0) == 1, let result = answer() else { return false }
            PQclear(result)
            return true
        }

        /// The one result of what was sent.
        private func answer() -> OpaquePointer? {
            var kept: OpaquePointer?
            while true {
                while PQisBusy(handle) == 1 {
                    var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
                    guard poll(&socket, 1, Self.patience) == 1, PQconsumeInput(handle) == 1 else {
                        PQclear(kept)
                        return nil
                    }
                }
                guard let result = PQgetResult(handle) else { return kept }
                PQclear(kept)
                let status = PQresultStatus(result)
                kept = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ? result : nil
                if kept == nil { PQclear(result) }
            }
        }
    }
}
