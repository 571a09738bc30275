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

    private static let bySession: SQL = "select kernel.admit_session($1, $2, $3, $4, $5)"
    private static let byToken: SQL = "select kernel.admit_token($1, $2, $3, $4, $5)"

    /// The statement that opens an MSP to a credential.
    /// - Parameters:
    ///   - known: the rights that need not be told again.
    ///   - address: where a write comes from; the traces say it with the credential's own id.
    static func enter(
        _ credential: Credential, _ msp: Identifier, _ permission: String, known: NamedRights?, writingFrom address: String? = nil
    ) -> Query {
        Query(
            credential.kind == .token ? byToken : bySession, .bytes(credential.digest), .id(msp), .text(permission), .id(known?.version),
            .text(address))
    }

    private static let frame: SQL = "select id, kind, slug, name, coalesce(town, '') from kernel.frame()"

    var papers: any PaperReader { runtime.papers }
    var files: any FileReader { runtime.files }

    func read(_ queries: [Query]) async throws -> Reading {
        // Pages need the structure selector; programs do not pay for it.
        let wantsFrame = credential.kind == .session && !web.path.hasPrefix("/api/")
        let known = runtime.rights.last(credential.digest, in: msp.id)
        var statements = [Query("begin read only"), Self.enter(credential, msp.id, permission, known: known)]
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
        let access = try access(results[1], known: known, frame: wantsFrame ? results[2] : nil)
        return Reading(access: access, results: Array(results[head..<(head + queries.count)]))
    }

    func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T {
        // A page that writes while it is drawn is not drawn inside another act.
        guard under == nil else { throw Refusal.notFound }
        defer { runtime.wrote(credential) }
        let known = runtime.rights.last(credential.digest, in: msp.id)
        let opening = [
            Query("begin isolation level read committed"),
            Self.enter(credential, msp.id, permission, known: known, writingFrom: web.clientAddress),
        ]
        let value = try await runtime.retrying(for: runtime.payer(credential.digest), opening: { _ in opening }) { prepared in
            try await runtime.sharing(msp.id) {
                try await runtime.pool.transaction(opening: opening) { transaction, results in
                    let access = try access(results[1], known: known, frame: nil)
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

    private func access(_ result: ResultSet, known: NamedRights?, frame: ResultSet?) throws -> Access {
        guard let row = result.first else { throw Refusal.notFound }
        let admission = try Admission(row[0])
        entry.set()
        if admission.isToNote, !web.isLook { runtime.touch(credential) }
        runtime.brake?.learn(credential.digest, of: admission.account)
        if let told = admission.told { runtime.rights.learn(told, of: credential.digest, in: msp.id) }
        return Access(
            channel: credential.kind == .token ? .token : .session, account: admission.account, displayName: admission.displayName,
            professional: admission.professional, roles: admission.roles,
            permissions: (admission.told ?? known)?.permissions ?? [], modules: admission.modules.union([CoreModule.manifest.id]),
            msp: MspHandle(
                id: msp.id, slug: msp.slug, name: admission.mspName, town: admission.mspTown, timeZone: admission.mspTimeZone),
            organisations: try frame.map { rows in
                try rows.map { OrganisationChoice(id: try $0[0], kind: try $0[1], slug: try $0[2], name: try $0[3], town: try $0[4]) }
            } ?? [], csrf: csrf)
    }
}

extension WebRequest {
    /// Through what an act came, for the audit trail.
    var through: String { path.hasPrefix("/api/") ? "api" : path.hasPrefix("/l/") ? "link" : "screen" }
}
