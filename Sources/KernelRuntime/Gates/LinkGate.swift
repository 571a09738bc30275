import Kernel

/// The way into one MSP for a secret link: the token is the credential, checked in the same transaction.
struct LinkGate: Gate {
    let msp: MspHandle
    let digest: [UInt8]
    let purpose: String
    /// Module of the page: switched off, its links are dead too.
    let module: String
    let web: WebRequest
    let runtime: GateRuntime
    /// What the form that is answered showed.
    var seen: SeenCheck?
    /// A transaction that is under way, to look at what is there before it writes.
    var under: PostgresTransaction?

    static let enter: SQL = """
        select organisation_id, subject_id, msp_name, coalesce(msp_town, ''), time_zone, slug, kernel.module_state($3)
        from kernel.enter_link($1, $2)
        """

    static func enter(_ digest: [UInt8], purpose: String, module: String) -> Query {
        Query(enter, .bytes(digest), .text(purpose), .text(module))
    }

    /// Refuses like an unknown link when the module is off, like a missing right when it may only be read.
    static func check(_ entry: ResultSet, writing: Bool) throws -> Row {
        guard let row = entry.first, let state: String = try row[6], state != "off" else { throw Refusal.notFound }
        if writing, state != "on" { throw Refusal.forbidden }
        return row
    }

    var papers: any PaperReader { runtime.papers }
    var files: any FileReader { runtime.files }

    func read(_ queries: [Query]) async throws -> Reading {
        let inside = [Self.enter(digest, purpose: purpose, module: module)] + queries
        let results: [ResultSet]
        if let under {
            results = try await under.run([Query("select")] + inside)
        } else {
            results = try await runtime.sharing(msp.id) {
                try await runtime.pool.pipeline([Query("begin read only")] + inside + [Query("commit")])
            }
        }
        _ = try Self.check(results[1], writing: false)
        return Reading(access: access, results: Array(results[2..<(2 + queries.count)]))
    }

    func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T {
        // A page that writes while it is drawn is not drawn inside another act.
        guard under == nil else { throw Refusal.notFound }
        let opening = [
            Query("begin isolation level read committed"), Self.enter(digest, purpose: purpose, module: module),
            Query("select set_config('kernel.origin', concat($1::text, '|'), true)", .text(web.clientAddress)),
        ]
        let value = try await runtime.retrying(for: digest, opening: { _ in opening }) { prepared in
            try await runtime.sharing(msp.id) {
                try await runtime.pool.transaction(opening: opening) { transaction, results in
                    _ = try Self.check(results[1], writing: true)
                    let unit = runtime.unit(access: access, web: web, through: "link", prepared: prepared, transaction: transaction)
                    return try await ContextLifetime.holds {
                        try await seen?.hold(msp.id, transaction)
                        return try await body(unit)
                    }
                }
            }
        }
        seen?.pass()
        return value
    }

    func print(_ document: PrintDocument) async throws -> PrintedDocument {
        try await runtime.printing.print(document.html, for: digest)
    }

    private var access: Access {
        Access(
            channel: .link, account: nil, displayName: "Lien personnel", professional: nil, roles: [], permissions: [], modules: [],
            msp: msp)
    }
}
