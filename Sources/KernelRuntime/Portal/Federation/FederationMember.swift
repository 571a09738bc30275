internal import Kernel

/// One MSP of a federation, as an address book tells it. No row of any MSP is read.
struct FederationMember: Sendable {
    let id: Identifier
    let name: String
    let town: String?
    let department: String?
    let slug: String
    let state: String
    let joined: CivilDate
    let coordination: RoleStanding
    let management: RoleStanding

    var hasCoordinator: Bool { coordination.isHeld }

    /// Whether somebody holds a role there, else the invitation that waits for an answer.
    struct RoleStanding: Sendable {
        let isHeld: Bool
        let invitation: Identifier?
        let invited: Instant?
    }

    private static let select: SQL = """
        select id, name, town, department, slug, state, joined_on, has_coordinator, coordinator_invitation_id,
            coordinator_invited_at, has_manager, manager_invitation_id, manager_invited_at
        from kernel.federation_members($1, $2)
        """

    init(row: Row) throws {
        id = try row[0]
        name = try row[1]
        town = try row[2]
        department = try row[3]
        slug = try row[4]
        state = try row[5]
        joined = try row[6]
        coordination = RoleStanding(isHeld: try row[7], invitation: try row[8], invited: try row[9])
        management = RoleStanding(isHeld: try row[10], invitation: try row[11], invited: try row[12])
    }

    /// All of them, by name.
    static func all(_ credential: Credential, _ federation: Identifier) -> Query {
        Query(select, .bytes(credential.digest), .id(federation))
    }

    /// A slice by name, after a place in the order; one more than the limit when there are others.
    static func slice(
        _ credential: Credential, _ federation: Identifier, after place: (name: String, id: Identifier)?, limit: Int
    ) -> Query {
        Query(
            select + """
                 where $3::uuid is null or (name collate kernel.french, id) > ($4::text collate kernel.french, $3::uuid)
                order by name collate kernel.french, id limit $5
                """, .bytes(credential.digest), .id(federation), .id(place?.id), .text(place?.name), .int(limit + 1))
    }

    static func one(_ credential: Credential, _ federation: Identifier, _ id: Identifier) -> Query {
        Query(select + " where id = $3", .bytes(credential.digest), .id(federation), .id(id))
    }

    /// The MSP of the address, when it is a member of the federation; nothing tells one of another federation from none.
    static func found(
        _ request: PortalRequest, parameter: String, _ credential: Credential, _ federation: Identifier
    ) async throws -> FederationMember {
        let rows = try await request.database.run(one(credential, federation, try request.web.id(parameter)))
        guard let row = rows.first else { throw Refusal.notFound }
        return try FederationMember(row: row)
    }
}
