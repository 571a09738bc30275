import Kernel

/// The way into one MSP for a secret link: the token is the credential, checked in the same transaction.
struct LinkGate: Gate {
    let msp: MspHandle
    let digest: [UInt8]
    let purpose: String
    let web: WebRequest
    let runtime: GateRuntime

    static let enter: SQL = """
        select organisation_id, subject_id, msp_name, coalesce(msp_town, ''), time_zone, slug from kernel.enter_link($1, $2)
        """

    func read(_ queries: [Query]) async throws -> Reading {
        let statements = [Query("begin read only"), Query(Self.enter, .bytes(digest), .text(purpose))] + queries + [Query("commit")]
        let results = try await runtime.pool.pipeline(statements)
        return Reading(access: access, results: Array(results[2..<(2 + queries.count)]))
    }

    func write<T: Sendable>(_ body: @Sendable (WriteUnit) async throws -> T) async throws -> T {
        let opening = [Query("begin isolation level read committed"), Query(Self.enter, .bytes(digest), .text(purpose))]
        return try await runtime.retrying {
            try await runtime.pool.transaction(opening: opening) { transaction, _ in
                try await body(runtime.unit(access: access, web: web, through: "link", transaction: transaction))
            }
        }
    }

    private var access: Access {
        Access(
            channel: .link, account: nil, displayName: "Lien personnel", professional: nil, roles: [], permissions: [], modules: [], msp: msp)
    }
}
