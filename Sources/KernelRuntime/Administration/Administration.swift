internal import Kernel

/// What the operator does from the command line, with the owner's role.
public struct Administration: Sendable {
    /// A first administrator, or any account.
    public struct NewAccount: Sendable {
        public let email: String
        public let firstName: String
        public let lastName: String
        public let role: String?
        public let organisation: String?
        public let organisationName: String?
        public let organisationKind: String

        public init(
            email: String, firstName: String, lastName: String, role: String?, organisation: String?, organisationName: String?,
            organisationKind: String
        ) {
            self.email = email
            self.firstName = firstName
            self.lastName = lastName
            self.role = role
            self.organisation = organisation
            self.organisationName = organisationName
            self.organisationKind = organisationKind
        }
    }

    private let platform: Platform

    public init(platform: Platform) { self.platform = platform }

    /// Creates the account and returns the address where its password is chosen, valid one day.
    public func createAccount(_ new: NewAccount) async throws -> String {
        if let role = new.role, Role(rawValue: role) == nil {
            throw ModuleSetupError(["\(role) is not a role. Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", "))."])
        }
        guard new.role == nil || new.organisation != nil else { throw ModuleSetupError(["A role needs --organisation SLUG."]) }
        let pool = try platform.ownerPool()
        let token = Token.make()
        let publicURL = platform.environment.values["COLLECTIF_URL"] ?? "http://127.0.0.1:8080"
        let organisation = try await self.organisation(new, pool: pool)
        try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
            let made = try await transaction.run(
                Query(
                    "select kernel.admin_create_account($1, $2, $3, $4)", .id(.make()), .text(new.email), .text(new.firstName),
                    .text(new.lastName)))
            let account: Identifier = try made[0][0][0]
            if let organisation, let role = new.role {
                _ = try await transaction.run(
                    Query("select kernel.admin_membership($1, $2, $3)", .id(account), .id(organisation), .texts([role])))
            }
            _ = try await transaction.run(
                Query(
                    """
                    insert into kernel.link (token_hash, purpose, account_id, expires_at, single_use)
                    values ($1, 'invitation', $2, now() + interval '1 day', true)
                    """, .bytes(token.digest), .id(account)))
        }
        await pool.close()
        return "\(publicURL)/invitation/\(token.text)"
    }

    private func organisation(_ new: NewAccount, pool: PostgresPool) async throws -> Identifier? {
        guard let slug = new.organisation else { return nil }
        if let row = try await pool.pipeline([Query("select id from kernel.organisation where slug = $1", .text(slug))])[0].first {
            return try row[0]
        }
        guard let name = new.organisationName else {
            throw ModuleSetupError(["No organisation has the slug \(slug). Give --organisation-name to create it."])
        }
        let rows = try await pool.pipeline([
            Query(
                "select kernel.admin_organisation($1, $2, $3, $4)", .id(.make()), .text(new.organisationKind), .text(slug), .text(name))
        ])
        return try rows[0][0][0]
    }

    /// Creates a personal API token for one MSP or one federation and returns its text; only the digest is stored.
    public func createToken(email: String, organisation slug: String, name: String) async throws -> String {
        let pool = try platform.ownerPool()
        let found = try await pool.pipeline([
            Query("select id from kernel.account where email = lower($1)", .text(email)),
            Query("select id from kernel.organisation where slug = $1 and kind in ('MSP', 'FEDERATION')", .text(slug)),
        ])
        guard let account = found[0].first else { throw ModuleSetupError(["No account has this e-mail address."]) }
        guard let organisation = found[1].first else { throw ModuleSetupError(["No MSP and no federation has the slug \(slug)."]) }
        let token = Token.make()
        _ = try await pool.pipeline([
            Query(
                "select kernel.admin_api_token($1, $2, $3, $4)", .id(try account[0]), .id(try organisation[0]), .text(name),
                .bytes(token.digest))
        ])
        await pool.close()
        return token.text
    }
}
