internal import Kernel

/// What an address, a session or a token touched on the whole platform, for the operator (PRIV-11).
public enum Origins {
    private static let query: SQL = """
        select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), organisation, kind, action, outcome, times, account_id, credential_id,
            address, object_type, object_id
        from kernel.admin_touched($1, $2, now() - make_interval(days => $3::integer), now() + interval '1 minute')
        """

    /// One line each, fields separated by tabulations, the head first.
    public static func tell(
        _ platform: Platform, address: String?, credential: String?, days: Int, say: (String) -> Void
    ) async throws {
        let id = credential.flatMap(Identifier.init)
        let plain = address.flatMap(TrustedProxies.canonical)
        guard (address == nil) == (plain == nil), (credential == nil) == (id == nil), plain != nil || id != nil else {
            throw ModuleSetupError(["Give --address with an address of the network, --credential with an id, or both."])
        }
        let pool = try platform.ownerPool()
        let rows = try await pool.run(Query(query, .text(plain), .id(id), .int(days)))
        await pool.close()
        say(
            ["at (UTC)", "organisation", "kind", "action", "outcome", "times", "account", "session or token", "address", "object"]
                .joined(separator: "\t"))
        for row in rows {
            let object = [try row[9] as String?, (try row[10] as Identifier?)?.description].compactMap { $0 }.joined(separator: " ")
            say(
                [
                    try row[0] as String, try row[1] as String, try row[2] as String, try row[3] as String, try row[4] as String,
                    "\(try row[5] as Int)", (try row[6] as Identifier?)?.description ?? "", (try row[7] as Identifier?)?.description ?? "",
                    try row[8] as String? ?? "", object,
                ].joined(separator: "\t"))
        }
    }
}
