internal import Kernel

/// A person of the team as the pages about accesses choose one.
struct TeamPerson: Sendable {
    let id: Identifier
    let firstName: String
    let lastName: String
    /// The name, with what tells a namesake apart.
    let shown: String
    let profession: String
    let email: String?
    let account: Identifier?
    /// Last day, which may be one to come.
    let leftOn: CivilDate?

    /// Everybody of the directory, by name.
    static func all(_ msp: Identifier) -> Query {
        Query(
            """
            select p.id, p.first_name, p.last_name, p.shown_name, p.said_profession, p.email, p.account_id, p.left_on
            from kernel.professional p where p.msp_id = $1 and p.archived_at is null
            order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id limit 2000
            """, .id(msp))
    }

    init(row: Row) throws {
        id = try row[0]
        firstName = try row[1]
        lastName = try row[2]
        shown = try row[3]
        profession = try row[4]
        email = try row[5]
        account = try row[6]
        leftOn = try row[7]
    }

    /// How people of the team are addressed, where that is known; `civility` reads it.
    static func civilities(_ msp: Identifier) -> Query {
        Query("select p.id, p.civility from kernel.professional p where p.msp_id = $1 and p.civility is not null", .id(msp))
    }

    /// The answer of `civilities`, by person.
    static func civilities(_ rows: ResultSet) throws -> [Identifier: String] {
        Dictionary(try rows.map { (try $0[0] as Identifier, try $0[1] as String) }, uniquingKeysWith: { first, _ in first })
    }

    /// In the team on a day, and without an access.
    func isFree(_ day: CivilDate) -> Bool { account == nil && leftOn.map { $0 >= day } ?? true }

    var label: String { "\(shown), \(CodeList.profession(of: profession))" }

    /// Those whom an access may be tied to: the one it is tied to, and those who have none yet.
    static func linkable(_ rows: ResultSet, to member: Member, on day: CivilDate) throws -> [TeamPerson] {
        try rows.map(TeamPerson.init(row:)).filter { $0.isFree(day) || $0.id == member.professional }
    }
}

/// Inviting all of the team who have an address and no access yet, in one act.
struct TeamInvitation: Sendable {
    /// Who would be invited.
    let reachable: [TeamPerson]
    /// Who cannot be, for want of an address.
    let withoutAddress: [TeamPerson]

    static func queries(_ digest: [UInt8], _ msp: Identifier) -> [Query] { [TeamPerson.all(msp), Member.all(digest, msp)] }

    init(_ people: ResultSet, members: ResultSet, today: CivilDate) throws {
        let known = try members.map(Member.init(row:)).filter { !$0.isOver(today) }
        let addresses = Set(known.map(\.email))
        let invited = Set(known.compactMap(\.professional))
        let free = try people.map(TeamPerson.init(row:)).filter { $0.isFree(today) && !invited.contains($0.id) }
        withoutAddress = free.filter { $0.email == nil }
        reachable = free.filter { $0.email.map { !addresses.contains($0) } ?? false }
    }

    /// Invites all who can be; gives how many mails leave, and who has no address.
    static func act(_ digest: [UInt8], _ unit: WriteUnit) async throws -> (sent: Int, withoutAddress: [TeamPerson]) {
        try await AccessLock.take(unit)
        let (people, members) = (try await unit.one(TeamPerson.all(unit.msp)), try await unit.one(Member.all(digest, unit.msp)))
        let team = try TeamInvitation(people, members: members, today: unit.access.local(unit.now).date)
        return (try await team.send(digest, unit), team.withoutAddress)
    }

    /// Invites each as a professional of the team; gives how many mails leave.
    func send(_ digest: [UInt8], _ unit: WriteUnit) async throws -> Int {
        var sent: Set<String> = []
        for person in reachable {
            // Two people with one address are one mail: the second is invited once told apart.
            guard let email = person.email, sent.insert(email).inserted else { continue }
            var faults: [FieldFault] = []
            let given = Invitation.Given(
                first: person.firstName, last: person.lastName, email: email, roles: [Role.professional.rawValue],
                professional: person.id.description)
            guard let invitation = Invitation(given, names: .form, into: &faults) else { throw Refusal.invalid(faults) }
            _ = try await invitation.send(digest, unit)
        }
        return sent.count
    }
}
