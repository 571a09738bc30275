import Kernel
import Logging

/// The way into one MSP for a session or a token: the door of the database runs inside the transaction that does
/// the work, so a revoked session or a changed role counts from the next request.
struct CredentialGate: Gate {
    let msp: MspPlace
    let permission: String
    let credential: Credential
    let web: WebRequest
    let csrf: String
    let runtime: GateRuntime
    /// What the form that is answered showed.
    var seen: SeenCheck?
    /// A transaction that is under way, to look at what is there before it writes.
    private var under: PostgresTransaction?
    /// Noted once a transaction let the caller in.
    let entry = EntryMark()
    let after = SaidAfter()

    init(msp: MspPlace, permission: String, credential: Credential, web: WebRequest, csrf: String, runtime: GateRuntime) {
        self.msp = msp
        self.permission = permission
        self.credential = credential
        self.web = web
        self.csrf = csrf
        self.runtime = runtime
    }

    /// The same caller, reading inside a transaction.
    func looking(in transaction: PostgresTransaction) -> CredentialGate {
        var gate = self
        gate.under = transaction
        gate.seen = nil
        return gate
    }

    private static let columns: SQL = """
        select account_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, coalesce(msp_town, ''), msp_time_zone, touch
        """
    private static let bySession: SQL = " from kernel.enter_session($1, $2, $3)"
    private static let byToken: SQL = " from kernel.enter_token($1, $2, $3)"
    /// What a trace says of where a write came from, and by which session or token.
    private static let origin: SQL = ", set_config('kernel.origin', concat($4::text, '|', session_id), true)"

    private static let readingBySession = columns + bySession
    private static let readingByToken = columns + byToken
    private static let writingBySession = columns + origin + bySession
    private static let writingByToken = columns + origin + byToken

    /// The statement that opens an MSP to a credential.
    static func enter(_ credential: Credential, _ msp: Identifier, _ permission: String) -> Query {
        Query(
            credential.kind == .token ? readingByToken : readingBySession, .bytes(credential.digest), .id(msp), .text(permission))
    }

    /// The same before a write.
    private static func enterWriting(_ credential: Credential, _ msp: Identifier, _ permission: String, from address: String) -> Query {
        Query(
            credential.kind == .token ? writingByToken : writingBySession, .bytes(credential.digest), .id(msp), .text(permission),
            .text(address))
    }

    private static let frame: SQL = "select id, kind, slug, name, coalesce(town, '') from kernel.frame()"

    var papers: any PaperReader { runtime.papers }
    var files: any FileReader { runtime.files }

    func read(_ queries: [Query]) async throws -> Reading {
        // Pages need the structure selector; programs do not pay for it.
        let wantsFrame = credential.kind == .session && !web.path.hasPrefix("/api/")
        var statements = [Query("begin read only"), Self.enter(credential, msp.id, permission)]
        if wantsFrame { statements.append(Query(Self.frame)) }
        let head = statements.count
        statements += queries
        let results: [ResultSet]
        if let under {
            statements[0] = Query("select")
            results = try await under.run(statements)
        } else {
            statements.append(Query("commit"))
            let all = statements
            results = try await runtime.sharing(msp.id) { try await runtime.reading(all, for: credential) }
        }
        let access = try access(results[1], frame: wantsFrame ? results[2] : nil)
        return Reading(access: access, results: Array(results[head..<(head + queries.count)]))
    }

    func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T {
        // A page that writes while it is drawn is not drawn inside another act.
        guard under == nil else { throw Refusal.notFound }
        defer { runtime.wrote(credential) }
        let opening = [
            Query("begin isolation level read committed"),
            Self.enterWriting(credential, msp.id, permission, from: web.clientAddress),
        ]
        let value = try await runtime.retrying(for: runtime.payer(credential.digest), opening: { _ in opening }) { prepared in
            try await runtime.sharing(msp.id) {
                try await runtime.pool.transaction(opening: opening) { transaction, results in
                    let access = try access(results[1], frame: nil)
                    return try await ContextLifetime.holds {
                        try await seen?.hold(msp.id, transaction)
                        let unit = runtime.unit(
                            access: access, web: web, through: credential.kind == .token ? "api" : web.through,
                            prepared: prepared, transaction: transaction)
                        let value = try await body(unit)
                        after.set(try await runtime.said(of: unit))
                        return value
                    }
                }
            }
        }
        seen?.pass()
        return value
    }

    func print(_ document: PrintDocument) async throws -> PrintedDocument {
        try await runtime.printing.print(document.html, for: runtime.payer(credential.digest))
    }

    private func access(_ result: ResultSet, frame: ResultSet?) throws -> Access {
        guard let row = result.first else { throw Refusal.notFound }
        entry.set()
        if try row[10] as Bool, !web.isLook { runtime.touch(credential) }
        let account: Identifier = try row[0]
        runtime.brake?.learn(credential.digest, of: account)
        let name: String = try row[7]
        let town: String = try row[8]
        let zone: String = try row[9]
        return Access(
            channel: credential.kind == .token ? .token : .session, account: account, displayName: try row[1], professional: try row[2],
            roles: Set(try row[4] as [String]), permissions: Set(try row[5] as [String]),
            modules: Set(try row[6] as [String]).union([CoreModule.manifest.id]),
            msp: MspHandle(id: msp.id, slug: msp.slug, name: name, town: town, timeZone: zone),
            organisations: try frame.map { rows in
                try rows.map { OrganisationChoice(id: try $0[0], kind: try $0[1], slug: try $0[2], name: try $0[3], town: try $0[4]) }
            } ?? [], csrf: csrf)
    }
}

extension WebRequest {
    /// Through what an act came, for the audit trail.
    var through: String { path.hasPrefix("/api/") ? "api" : path.hasPrefix("/l/") ? "link" : "screen" }
}
