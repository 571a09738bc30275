import Kernel

/// The settings that a role of the database carries, so that a connection needs none of its own: formats that the client reads, and
/// limits, so that what hangs holds no lock and no connection for ever. `infra/roles.sql` makes them; `migrate` adds what is missing.
enum RoleSettings: Sendable {
    case server, worker, owner

    /// Exactly these.
    static let formats = [
        ("timezone", "UTC"), ("datestyle", "ISO, YMD"), ("intervalstyle", "iso_8601"), ("extra_float_digits", "1"), ("bytea_output", "hex"),
    ]

    /// These, or what the operator chose: only « no limit » is a fault.
    var limits: [(String, String)] {
        switch self {
        case .server: [("statement_timeout", "5s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "15s")]
        case .worker: [("statement_timeout", "1min"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "2min")]
        case .owner: [("statement_timeout", "30min"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "10min")]
        }
    }

    /// The limit of a statement and a little: a server that is silent for so long does not even keep its own limit.
    var answerTimeout: Duration {
        switch self {
        case .server: .seconds(7)
        case .worker: .seconds(62)
        case .owner: .seconds(1_802)
        }
    }

    /// What this session lacks, with the value that it should have.
    func missing(_ pool: PostgresPool) async throws(PostgresError) -> [(name: String, value: String)] {
        let wanted = Self.formats.map { ($0.0, $0.1, true) } + limits.map { ($0.0, $0.1, false) }
        let rows = try await pool.run(
            Query(
                """
                select w.place, current_setting(w.name) from unnest($1::text[]) with ordinality as w(name, place) order by w.place
                """, .texts(wanted.map(\.0))))
        var missing: [(name: String, value: String)] = []
        for row in rows {
            let (name, value, exactly) = wanted[try row[0] as Int - 1]
            let found: String = try row[1]
            if exactly ? found != value : found == "0" { missing.append((name, value)) }
        }
        return missing
    }

    /// One sentence that names what is missing and the remedy.
    func fault(_ pool: PostgresPool) async throws(PostgresError) -> String? {
        let missing = try await missing(pool)
        guard !missing.isEmpty else { return nil }
        let role: String = try await pool.run(Query("select current_user::text")).scalar()
        return """
            The database role \(role) lacks \(missing.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")): run `collectif migrate` \
            with the addresses of all three roles set, and let a pooler in between open its connections anew.
            """
    }

    /// Gives the role of this pool what it lacks, for its connections to come; true when something was missing.
    /// A role may change its own settings; one of a superuser is the operator's, and is left as it is.
    func complete(_ pool: PostgresPool) async throws(PostgresError) -> Bool {
        let isSuperuser: Bool = try await pool.run(Query("select rolsuper from pg_roles where rolname = current_user")).scalar()
        guard !isSuperuser else { return false }
        let missing = try await missing(pool)
        guard !missing.isEmpty else { return false }
        var queries = [Query("begin")]
        for (name, value) in missing {
            queries.append(Query("select set_config($1, $2, true)", .text(name), .text(value)))
            queries.append(Query("alter role current_user set " + (try SQL.identifier(name)) + " from current"))
        }
        _ = try await pool.pipeline(queries + [Query("commit")])
        return true
    }
}
