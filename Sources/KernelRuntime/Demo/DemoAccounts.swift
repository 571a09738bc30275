import Kernel

/// Accounts of the demonstration. Passwords and second factors are derived from the installation's secret: nothing
/// to guess on a machine that was left open, and the same at every load.
struct DemoAccounts: Sendable {
    let pool: PostgresPool
    let secret: [UInt8]

    private struct Line: Sendable {
        let person: DemoPerson
        let professional: [String: Identifier]
    }

    func load() async throws -> JSONValue {
        let lines = people()
        let rows = try await pool.pipeline([Query("select email from kernel.account")])[0]
        let known = Set(try rows.map { try $0[0] as String })
        let hasher = PasswordHasher()
        try await twoAtATime(lines.filter { !known.contains($0.person.email) }) { try await create($0, hasher: hasher) }
        return .array(lines.flatMap { line in line.person.places.map { entry(line.person, place: $0) } })
    }

    /// Coordinators, people above the MSPs, and for each MSP two managers (money is approved by two), a professional and a leader.
    private func people() -> [Line] {
        var lines = DemoPerson.coordinators.map { person in
            Line(
                person: person,
                professional: Dictionary(uniqueKeysWithValues: person.places.map { ($0.key, DemoTeam.coordinatorID($0.key, person)) }))
        }
        lines += DemoPerson.above.map { Line(person: $0, professional: [:]) }
        for msp in DemoFederation.msps {
            let members = DemoTeam.members(msp)
            let chosen: [(index: Int, role: Role)] = [(0, .manager), (3, .professional), (1, .leader), (2, .manager)]
            for (index, role) in chosen where index < members.count {
                let member = members[index]
                lines.append(
                    Line(
                        person: DemoPerson(
                            firstName: member.firstName, lastName: member.lastName, places: [(msp.key, role)],
                            hasSecondFactor: msp.key == "B" && index == 0,
                            isEnteredInOneStep: role == .manager && index == (msp.key == "B" ? 2 : 0)),
                        professional: [msp.key: member.id]))
            }
        }
        return lines
    }

    private func create(_ line: Line, hasher: PasswordHasher) async throws {
        let person = line.person
        let hash = try await hasher.hash(password(person))
        let totp = person.hasSecondFactor ? try DemoSecondFactor.sealed(secretBytes(person), account: person.account, secret: secret) : nil
        var statements = [
            Query("begin"),
            Query(
                "select kernel.admin_create_account($1, $2, $3, $4, $5, $6)", .id(person.account), .text(person.email),
                .text(person.firstName),
                .text(person.lastName), .text(hash), .bytes(totp)),
        ]
        for (key, role) in person.places {
            if let professional = line.professional[key], let msp = DemoFederation.msps.first(where: { $0.key == key }) {
                statements.append(Query("select kernel.enter_job($1)", .id(msp.id)))
                statements.append(
                    Query(
                        "select kernel.admin_membership($1, $2, $3, $4)", .id(person.account), .id(msp.id), .texts([role.rawValue]),
                        .id(professional)))
            } else {
                statements.append(
                    Query(
                        "select kernel.admin_membership($1, $2, $3)", .id(person.account),
                        .id(key == "FED" ? DemoFederation.id : DemoFederation.authority), .texts([role.rawValue])))
            }
        }
        // One coordination and one management of each MSP are entered with a password alone, however long the demonstration stands.
        if person.isEnteredInOneStep { statements.append(Query("select kernel.admin_exempt_factor($1)", .id(person.account))) }
        _ = try await pool.pipeline(statements + [Query("commit")])
    }

    private func password(_ person: DemoPerson) -> String {
        "Demo-" + Digest.base64URL(Array(Digest.hmac("demo.password.\(person.email)", key: secret).prefix(9)))
    }

    private func secretBytes(_ person: DemoPerson) -> [UInt8] { Array(Digest.hmac("demo.totp.\(person.email)", key: secret).prefix(20)) }

    private func entry(_ person: DemoPerson, place: (key: String, role: Role)) -> JSONValue {
        let slug: String =
            switch place.key {
            case "FED": DemoFederation.slug
            case "ARS": "ars-rivages-et-plaines"
            default: DemoFederation.msps.first { $0.key == place.key }?.slug ?? ""
            }
        return .object([
            ("email", .string(person.email)), ("password", .string(password(person))),
            ("totp_secret", person.hasSecondFactor ? .string(DemoSecondFactor.text(secretBytes(person))) : .null),
            ("name", .string("\(person.firstName) \(person.lastName)")), ("role", .string(place.role.rawValue)),
            ("organisation", .string(slug)),
        ])
    }
}
