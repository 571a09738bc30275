internal import Kernel

extension Person {
    private static let session: SQL = """
        select account_id, session_id, email, first_name, last_name, mfa, has_totp, touch, organisations::text from kernel.enter_person($1)
        """
    private static let token: SQL = """
        select account_id, session_id, email, first_name, last_name, mfa, has_totp, touch, organisations::text
        from kernel.enter_token_person($1)
        """

    /// The person behind a credential. Throws `PostgresError` with CK401 when it is not alive, or when a second factor is still owed.
    /// - Parameters:
    ///   - isPresent: false when the page asks by itself, which keeps no session open.
    ///   - under: a transaction that is under way, to look at what is there before it writes.
    static func entering(
        _ credential: Credential, in pool: PostgresPool, isPresent: Bool = true, under: PostgresTransaction? = nil
    ) async throws -> Person {
        let query = Query(credential.kind == .session ? session : token, .bytes(credential.digest))
        let rows = if let under { try await under.run([query])[0] } else { try await pool.run(query) }
        guard let row = rows.first else { throw Refusal.unauthenticated }
        let strong: Bool = try row[5]
        let hasTOTP: Bool = try row[6]
        if credential.kind == .session, hasTOTP, !strong { throw PostgresError(kind: .server, sqlState: SQLState(rawValue: "CK401")) }
        if try row[7] as Bool, isPresent {
            // Beside the answer: forgetting one minute of use is harmless, waiting for it is not.
            Task { try? await pool.run(Query("select kernel.touch_session($1)", .bytes(credential.digest))) }
        }
        return Person(
            account: try row[0], session: credential.kind == .session ? try row[1] : nil, credentialID: try row[1], email: try row[2],
            firstName: try row[3], lastName: try row[4], hasTOTP: hasTOTP,
            organisations: try JSONValue.parse(try row[8] as String).arrayValue?.compactMap(PersonOrganisation.init(json:))
                ?? [])
    }
}

extension PersonOrganisation {
    /// Reads an element of `kernel.organisations_of`.
    init?(json: JSONValue) {
        func texts(_ name: String) -> Set<String> { Set(json[name]?.arrayValue?.compactMap(\.stringValue) ?? []) }
        guard let id = json["id"]?.stringValue.flatMap(Identifier.init), let kind = json["kind"]?.stringValue,
            let slug = json["slug"]?.stringValue, let name = json["name"]?.stringValue, let zone = json["time_zone"]?.stringValue
        else { return nil }
        self.init(
            id: id, kind: kind, slug: slug, name: name, town: json["town"]?.stringValue ?? "",
            timeZone: zone, roles: texts("roles"), permissions: texts("permissions"),
            modules: texts("modules").union(["core"]))
    }
}
