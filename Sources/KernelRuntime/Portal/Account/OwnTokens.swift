internal import Kernel

/// One of the person's own tokens.
struct OwnToken: Sendable {
    let id: Identifier
    let organisation: Identifier
    let organisationName: String
    let name: String
    /// Nil for all that the person may do there.
    let permissions: [String]?
    let created: Instant
    let expires: Instant
    let used: CivilDate?

    init(row: Row) throws {
        id = try row[0]
        organisation = try row[1]
        organisationName = try row[2]
        name = try row[3]
        permissions = try row[4]
        created = try row[5]
        expires = try row[6]
        used = try row[7]
    }

    /// Those that still count.
    static func alive(_ credential: Credential, _ now: Instant) -> Query {
        Query(
            """
            select id, organisation_id, organisation_name, name, permissions, created_at, expires_at, last_used_on
            from kernel.list_api_tokens($1) where revoked_at is null and expires_at > $2
            """, .bytes(credential.digest), .instant(now))
    }

    /// Revokes one; the same answer for one that is not there and for one that is not one's own.
    static func revoke(_ id: Identifier, _ credential: Credential, in pool: PortalDatabase) async throws {
        let revoked = try await pool.run(
            Query("select kernel.revoke_api_token($1, $2)", .bytes(credential.digest), .id(id))
        ).scalar(as: Bool.self)
        guard revoked else { throw Refusal.notFound }
    }
}

/// A token to be made, once every value is well. The names of the inputs differ by face, the rules do not.
struct NewToken: Sendable {
    /// What the inputs are called.
    struct Names {
        let name: String
        let organisation: String
        let scope: String
        let days: String

        static let form = Names(name: "nom", organisation: "structure", scope: "droits", days: "duree")
        static let api = Names(name: "name", organisation: "organisation_id", scope: "scope", days: "days")
    }

    static let durations = [(30, "30 jours"), (90, "90 jours"), (365, "Un an")]

    let name: String
    let organisation: PersonOrganisation
    let isFull: Bool
    let days: Int

    /// Where a program may work in the person's name: MSPs and federations.
    static func places(_ person: Person) -> [PersonOrganisation] {
        person.organisations.filter { $0.kind == "MSP" || $0.kind == "FEDERATION" }
    }

    /// Nil when something is to be repaired; each fault says how.
    init?(
        name: String?, organisation: String?, isFull: Bool?, days: Int?, person: Person, names: Names, into faults: inout [FieldFault]
    ) {
        let before = faults.count
        let line = TextRules.normalised(name ?? "", lines: false).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if line.isEmpty { faults.append(FieldFault(names.name, "Donnez un nom au jeton, en 80 caractères au plus.")) }
        if let fault = TextRules.fault(line, max: 80, lines: false) { faults.append(FieldFault(names.name, fault)) }
        let place = Self.places(person).first { $0.id.description == organisation }
        if place == nil { faults.append(FieldFault(names.organisation, "Choisissez l’une de vos structures.")) }
        let known = Self.durations.map(\.0).first { $0 == days }
        if known == nil { faults.append(FieldFault(names.days, "Choisissez une durée de la liste.")) }
        if isFull == nil { faults.append(FieldFault(names.scope, "Choisissez des droits de la liste.")) }
        guard faults.count == before, let place, let known, let isFull else { return nil }
        self.name = line
        self.organisation = place
        self.isFull = isFull
        self.days = known
    }

    /// Makes it; its text is known to the caller alone. A scope of reading holds no right to administer a federation.
    func make(_ credential: Credential, now: Instant, in pool: PortalDatabase) async throws -> (id: Identifier, text: String) {
        let token = Kernel.Token.make()
        let scope: Parameter = isFull ? .null : .texts(organisation.permissions.filter { $0.hasSuffix(".read") }.sorted())
        let rows = try await pool.run(
            Query(
                "select kernel.create_api_token($1, $2, $3, $4, $5::text[], $6)", .bytes(credential.digest), .id(organisation.id),
                .text(name), .bytes(token.digest), scope, .instant(now.adding(seconds: days * 86_400))))
        return (try rows.scalar(), token.text)
    }

    /// Address below which the token is good for something.
    func address(_ publicURL: String) -> String {
        "\(publicURL)/api/v1/\(organisation.kind == "MSP" ? "msps" : "federations")/\(organisation.id)"
    }
}
