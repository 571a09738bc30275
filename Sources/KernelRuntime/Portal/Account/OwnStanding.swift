internal import Kernel

/// What holds for one's own account as a whole: who owns it, and by when it must have a second factor.
struct OwnStanding: Sendable {
    /// The organisation that may help with sessions and second factor; nil for nobody.
    let owner: Identifier?
    let ownerName: String?
    /// Nil when no role asks for a second factor, or when there is one.
    let factorDue: Instant?

    static func query(_ credential: Credential) -> Query {
        Query("select owner_organisation_id, owner_name, factor_due_at from kernel.own_account($1)", .bytes(credential.digest))
    }

    init(_ rows: ResultSet) throws {
        guard let row = rows.first else { throw Refusal.unauthenticated }
        owner = try row[0]
        ownerName = try row[1]
        factorDue = try row[2]
    }

    /// Chooses one of one's own organisations, or none.
    static func choose(_ organisation: Identifier?, _ credential: Credential, in pool: PortalDatabase) async throws {
        try await pool.run(Query("select kernel.set_account_owner($1, $2)", .bytes(credential.digest), .id(organisation)))
    }
}

/// How many sessions and tokens an act ended.
struct Ended: Sendable {
    let sessions: Int
    let tokens: Int

    init(_ rows: ResultSet) throws {
        guard let row = rows.first else { throw Refusal.unauthenticated }
        sessions = try row[0]
        tokens = try row[1]
    }

    /// Ends one's other sessions and all of one's tokens.
    static func others(_ credential: Credential, in pool: PortalDatabase) async throws -> Ended {
        try Ended(try await pool.run(Query("select sessions, tokens from kernel.close_other_sessions($1)", .bytes(credential.digest))))
    }

    var sentence: String {
        let closed =
            switch sessions {
            case 0: "Aucune autre session n’était ouverte."
            case 1: "Votre autre session est fermée."
            default: "Vos \(sessions) autres sessions sont fermées."
            }
        return switch tokens {
        case 0: closed
        case 1: "\(closed) Votre jeton d’accès est révoqué."
        default: "\(closed) Vos \(tokens) jetons d’accès sont révoqués."
        }
    }
}
