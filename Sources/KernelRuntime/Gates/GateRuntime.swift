@_spi(Runtime) import Kernel
import Logging

/// What gates share: the pool and what a write unit needs.
struct GateRuntime: Sendable {
    let pool: PostgresPool
    let printing: PrintQueue
    let subscriptions: [String: [String]]
    let acts: RecordEngine
    let files: Files
    var consequences: [Consequence] = []
    let logger: Logger
    /// Knows whose a credential is; background work has none.
    var brake: RequestBrake?
    let papers: any PaperReader = PopplerReader()
    /// The share of the connections that one MSP may hold; nil where the number of those who ask is bounded already.
    var shares: Turns<Identifier>?
    /// A standby that reads may be given from; nil without one.
    var replica: ReplicaReads?
    /// What the doors need not tell again.
    let rights = KnownRights()

    private static let attempts = 4
    /// Papers of one act, each printed once unless its facts change meanwhile.
    private static let prints = 6
    /// Files of one act, each brought to its store once.
    private static let placings = 24

    func unit(access: Access, web: WebRequest, through: String, prepared: Prepared, transaction: PostgresTransaction) -> WriteUnit {
        WriteUnit(
            access: access, now: web.now, requestID: web.requestID, through: through, publicURL: web.publicURL,
            prepared: prepared, acts: acts, transaction: transaction, subscriptions: subscriptions)
    }

    /// Runs a transaction again after a serialization failure or a deadlock (OPS-04), once a paper that it asks for is printed, and once
    /// a file stands in its store. Nothing had been committed, and nothing is locked meanwhile.
    /// - Parameters:
    ///   - caller: whose turn it is at the printer.
    ///   - opening: what begins a transaction of the caller in an MSP.
    func retrying<T: Sendable>(
        for caller: [UInt8], opening: @Sendable (Identifier) -> [Query], _ body: @Sendable (Prepared) async throws -> T
    ) async throws -> T {
        var attempt = 1
        var prepared = Prepared(files: files.placed)
        var prints = 0
        var placings = 0
        while true {
            do {
                return try await body(prepared)
            } catch let wanted as PaperWanted {
                guard prints < Self.prints else {
                    throw Refusal.conflict(
                        "changing", "Ce que montre le document change sans cesse. Rien n’a été enregistré ; réessayez dans un instant.")
                }
                prints += 1
                prepared.papers = prepared.papers.with(try await printing.print(wanted.html, for: caller), of: wanted.html)
            } catch let wanted as FileWanted {
                guard placings < Self.placings else {
                    throw Refusal.conflict("too_many_files", "Cette action enregistre trop de fichiers à la fois. Rien n’a été enregistré.")
                }
                placings += 1
                try await place(wanted, opening: opening(wanted.msp))
                prepared.files = prepared.files.with(wanted.digest)
            } catch let error as PostgresError {
                guard let state = error.sqlState, state == .serializationFailure || state == .deadlockDetected, attempt < Self.attempts
                else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    /// At most half of the connections for one MSP: what is locked or slow there is felt there. More wait in a row of their own.
    static func shares(ofPool size: Int) -> Turns<Identifier> {
        Turns(.init(running: (.max, max(1, size / 2)), waiting: (1_024, 64), patience: .seconds(4)))
    }

    /// Does what needs a connection within the share of an MSP.
    func sharing<T: Sendable>(_ msp: Identifier, _ work: () async throws -> T) async throws -> T {
        guard let shares else { return try await work() }
        guard let done = try await shares.run(msp, work) else {
            throw Refusal(
                status: 503, code: "busy",
                message: "Votre structure demande beaucoup de choses à la fois. Rien n’a été enregistré ; réessayez dans un instant.",
                retryAfter: 2)
        }
        return done
    }

    /// Runs a read-only transaction, on the standby where it shows what the caller wrote. A standby that fails, or lets nobody in, decides
    /// nothing: a session of a moment ago is known to the primary alone.
    func reading(_ statements: [Query], for credential: Credential) async throws(PostgresError) -> [ResultSet] {
        if let replica, replica.serves(callers(credential)) {
            do throws(PostgresError) {
                return try await replica.pool.pipeline(statements)
            } catch {
                guard replica.asksAgain(error) else { throw error }
            }
        }
        return try await pool.pipeline(statements)
    }

    /// The caller wrote, or may have: until the standby shows it, the primary answers.
    func wrote(_ credential: Credential) { replica?.note(callers(credential)) }

    /// A person by account where that is known, so that a second browser sees what the first wrote.
    private func callers(_ credential: Credential) -> [[UInt8]] {
        let payer = payer(credential.digest)
        return payer == credential.digest ? [payer] : [payer, credential.digest]
    }

    /// Whose turn it is at the printer: an account has one, whatever its credentials.
    func payer(_ credential: [UInt8]) -> [UInt8] { brake?.payer(credential) ?? credential }

    /// What a finished act made of wholes that its author may read, those of a module that is off apart.
    func said(of unit: WriteUnit) async throws -> [String] {
        let touched = unit.touched
        var said: [String] = []
        for consequence in consequences where unit.access.can(consequence.permission) {
            guard unit.access.modules.contains(String(consequence.permission.prefix { $0 != "." })),
                !consequence.topics.isDisjoint(with: touched.keys)
            else { continue }
            if let sentence = try await consequence.say(touched, unit) { said.append(sentence) }
        }
        return said
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
    /// A transaction that is under way: a page that reaches into MSPs is not drawn inside it.
    var under: PostgresTransaction?

    func gate(msp: MspHandle, permission: String, credential: Credential, web: WebRequest, csrf: String) -> any Gate {
        CredentialGate(msp: msp.place, permission: permission, credential: credential, web: web, csrf: csrf, runtime: runtime)
    }

    /// One round trip per connection use: each MSP is entered in a transaction of its own, because one context is
    /// one MSP; a refused entry leaves a nil and the others stand.
    func readAcross(
        _ parts: [(msp: MspHandle, permission: String, queries: [Query])], credential: Credential
    ) async throws -> [[ResultSet]?] {
        guard !parts.isEmpty else { return [] }
        guard under == nil else { throw Refusal.notFound }
        var statements: [Query] = []
        var ranges: [Range<Int>] = []
        for part in parts {
            statements += [
                Query("begin read only"),
                CredentialGate.enter(
                    credential, part.msp.id, part.permission, known: runtime.rights.last(credential.digest, in: part.msp.id)),
            ]
            ranges.append(statements.count..<(statements.count + part.queries.count))
            statements += part.queries + [Query("commit")]
        }
        do {
            let results = try await runtime.reading(statements, for: credential)
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
