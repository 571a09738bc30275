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

    /// The federation's own letter for an invitation, with the role it is about.
    func letter(of invitation: Identifier) -> (role: Role, letter: Letter)? {
        [(Role.coordinator, coordination), (.manager, management)].first { $0.1.invitation == invitation }
            .flatMap { role, standing in standing.letter.map { (role, $0) } }
    }

    /// Whether somebody holds a role there, else the invitation that waits for an answer.
    struct RoleStanding: Sendable {
        let isHeld: Bool
        let invitation: Identifier?
        let invited: Instant?
        /// The letter of an invitation that the federation itself sent.
        let letter: Letter?

        /// True when the invitation that waits did not arrive.
        var hasFailedLetter: Bool { !isHeld && (letter?.mail?.hasFailed ?? false) }
    }

    /// What became of the letter of an invitation; who it went to is known to who may send again.
    struct Letter: Sendable {
        let mail: MailState?
        let reply: String?
        let firstName: String?
        let lastName: String?
        let email: String?

        /// Reads five columns from a place on; nil where the federation has no invitation of its own.
        init?(_ row: Row, from place: Int, waits: Bool) throws {
            guard waits else { return nil }
            mail = (try row.decode(place, as: String?.self)).flatMap(MailState.init(rawValue:))
            reply = try row.decode(place + 1, as: String?.self)
            firstName = try row.decode(place + 2, as: String?.self)
            lastName = try row.decode(place + 3, as: String?.self)
            email = try row.decode(place + 4, as: String?.self)
        }
    }

    private static let select: SQL = """
        select f.id, f.name, f.town, f.department, f.slug, f.state, f.joined_on, f.has_coordinator, f.coordinator_invitation_id,
            f.coordinator_invited_at, f.has_manager, f.manager_invitation_id, f.manager_invited_at,
            c.id is not null, c.mail_state, c.reply, c.first_name, c.last_name, c.email,
            g.id is not null, g.mail_state, g.reply, g.first_name, g.last_name, g.email
        from kernel.federation_members($1, $2) f
        left join (select * from kernel.federation_invitations($1, $2)) c on c.id = f.coordinator_invitation_id
        left join (select * from kernel.federation_invitations($1, $2)) g on g.id = f.manager_invitation_id
        """

    init(row: Row) throws {
        id = try row[0]
        name = try row[1]
        town = try row[2]
        department = try row[3]
        slug = try row[4]
        state = try row[5]
        joined = try row[6]
        coordination = RoleStanding(
            isHeld: try row[7], invitation: try row[8], invited: try row[9], letter: try Letter(row, from: 14, waits: try row[13]))
        management = RoleStanding(
            isHeld: try row[10], invitation: try row[11], invited: try row[12], letter: try Letter(row, from: 20, waits: try row[19]))
    }

    /// All of them, by name.
    static func all(_ credential: Credential, _ federation: Identifier) -> Query {
        Query(select + " order by f.name collate kernel.french, f.id", .bytes(credential.digest), .id(federation))
    }

    /// A slice by name, after a place in the order; one more than the limit when there are others.
    static func slice(
        _ credential: Credential, _ federation: Identifier, after place: (name: String, id: Identifier)?, limit: Int
    ) -> Query {
        Query(
            select + """
                 where $3::uuid is null or (f.name collate kernel.french, f.id) > ($4::text collate kernel.french, $3::uuid)
                order by f.name collate kernel.french, f.id limit $5
                """, .bytes(credential.digest), .id(federation), .id(place?.id), .text(place?.name), .int(limit + 1))
    }

    static func one(_ credential: Credential, _ federation: Identifier, _ id: Identifier) -> Query {
        Query(select + " where f.id = $3", .bytes(credential.digest), .id(federation), .id(id))
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
