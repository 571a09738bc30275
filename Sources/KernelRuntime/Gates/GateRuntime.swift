import Kernel
import Logging

/// What gates share: the pool and what a write unit needs.
struct GateRuntime: Sendable {
    let pool: PostgresPool
    let printer: any Printer
    let subscriptions: [String: [String]]
    let acts: RecordEngine
    let logger: Logger

    private static let attempts = 4

    func unit(access: Access, web: WebRequest, through: String, transaction: PostgresTransaction) -> WriteUnit {
        WriteUnit(
            access: access, now: web.now, requestID: web.requestID, through: through, publicURL: web.publicURL, printer: printer,
            acts: acts, transaction: transaction, subscriptions: subscriptions)
    }

    /// Runs a transaction again after a serialization failure or a deadlock (OPS-04); nothing had been committed.
    func retrying<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error as PostgresError {
                guard let state = error.sqlState, state == .serializationFailure || state == .deadlockDetected, attempt < Self.attempts
                else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    /// Moves the idle limit of a session forward, beside the request: reads stay read-only.
    func touch(_ credential: Credential) {
        Task {
            do {
                _ = try await pool.pipeline([Query("select kernel.touch_session($1)", .bytes(credential.digest))])
            } catch {
                logger.debug("session not touched", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Gates for the portal, whose pages reach several MSPs.
struct RuntimeGates: GateFactory {
    let runtime: GateRuntime

    func gate(msp: MspHandle, permission: String, credential: Credential, web: WebRequest, csrf: String) -> any Gate {
        CredentialGate(msp: msp, permission: permission, credential: credential, web: web, csrf: csrf, runtime: runtime)
    }

    /// One round trip per connection use: each MSP is entered in a transaction of its own, because one context is
    /// one MSP; a refused entry leaves a nil and the others stand.
    func readAcross(
        _ parts: [(msp: MspHandle, permission: String, queries: [Query])], credential: Credential
    ) async throws -> [[ResultSet]?] {
        guard !parts.isEmpty else { return [] }
        var statements: [Query] = []
        var ranges: [Range<Int>] = []
        for part in parts {
            statements += [
                Query("begin read only"), Query(CredentialGate.enter, .bytes(credential.digest), .id(part.msp.id), .text(part.permission)),
            ]
            ranges.append(statements.count..<(statements.count + part.queries.count))
            statements += part.queries + [Query("commit")]
        }
        do {
            let results = try await runtime.pool.pipeline(statements)
            return ranges.map { Array(results[$0]) }
        } catch {
            guard error.isRefusedEntry else { throw error }
            if parts.count == 1 { return [nil] }
            // Rare: a right changed between the two trips. Each MSP is asked alone.
            var answers: [[ResultSet]?] = []
            for part in parts { answers += try await readAcross([part], credential: credential) }
            return answers
        }
    }
}
