internal import Kernel

/// What is done to somebody else's membership, from a page or by a program. The kernel's functions check each act again and trace it.
struct MemberActs: Sendable {
    let digest: [UInt8]
    let unit: WriteUnit

    /// The membership, as it stays until the end of the transaction; never one of another MSP.
    func found(_ id: Identifier) async throws -> Member {
        try await AccessLock.take(unit)
        guard let row = try await unit.one(Member.one(id, digest, unit.msp)).first else { throw Refusal.notFound }
        return try Member(row: row)
    }

    /// Changes what is given; an access that is over is opened again by an invitation alone.
    func change(
        _ member: Member, roles: [String]? = nil, from: CivilDate? = nil, to: CivilDate?? = nil, professional: Identifier?? = nil
    ) async throws {
        if let professional, professional != member.professional { try await tie(member, professional) }
        guard roles != nil || from != nil || to != nil else { return }
        try check(member)
        if let roles, Set(roles) != Set(member.roles) {
            try await run("select kernel.set_roles($1, $2, $3)", member, .texts(roles))
        }
        let (first, last) = (from ?? member.from, to ?? member.to)
        guard first != member.from || last != member.to else { return }
        if let last, last < first { throw Refusal.invalid("valid_to", "Le dernier jour ne peut pas précéder le premier.") }
        if let last, last < unit.access.local(unit.now).date {
            throw Refusal.invalid("valid_to", "Le dernier jour est aujourd’hui au plus tôt\u{A0}: pour arrêter l’accès, mettez-y fin.")
        }
        do {
            try await run("select kernel.set_member_dates($1, $2, $3, $4)", member, .date(first), .date(last))
        } catch let error as PostgresError where error.sqlState?.rawValue == "CK409" {
            throw Refusal.conflict("dates_taken", "Cette personne a un autre accès à ces dates.")
        }
    }

    /// Says which person of the team has this access; nil for none. One's own too: it gives no right.
    func tie(_ member: Member, _ professional: Identifier?) async throws {
        if let professional {
            let found = try await unit.one(
                Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(unit.msp), .id(professional)))
            if found.isEmpty { throw Refusal.invalid("professional_id", Invitation.unknownProfessional) }
        }
        try await unit.one(
            Query("select kernel.set_member_professional($1, $2, $3)", .bytes(digest), .id(member.id), .id(professional)))
    }

    /// Sends a new link for an invitation that waits; at another address it is another invitation, whose id is given.
    @discardableResult
    func resend(_ member: Member, email: String? = nil) async throws -> Identifier {
        guard member.invited != nil else { throw Self.answered }
        if let email, SignInDoor.normalised(email) != member.email {
            try await cancel(member)
            var faults: [FieldFault] = []
            let given = Invitation.Given(
                first: member.firstName, last: member.lastName, email: email, roles: member.roles,
                professional: member.professional?.description)
            guard let corrected = Invitation(given, names: .form, into: &faults) else { throw Refusal.invalid(faults) }
            return try await corrected.send(digest, unit)
        }
        let letter = AccountMails.invitation(
            organisation: unit.access.msp.name, inviter: unit.access.displayName, days: Invitation.days)
        try await unit.one(
            Query(
                "select kernel.resend_invitation($1, $2, $3, $4, $5, $6, $7, $8)", .bytes(digest), .id(unit.msp), .id(member.id),
                .instant(unit.now.adding(seconds: Invitation.days * 86_400)), .text(letter.subject), .text(letter.text),
                .text(letter.html), .text(unit.publicURL)))
        return member.id
    }

    /// Withdraws an invitation that waits.
    func cancel(_ member: Member) async throws {
        guard member.invited != nil else { throw Self.answered }
        try await unit.one(Query("select kernel.cancel_invitation($1, $2, $3)", .bytes(digest), .id(unit.msp), .id(member.id)))
    }

    /// Ends the access at once.
    func end(_ member: Member) async throws {
        try check(member)
        try await run("select kernel.end_membership($1, $2)", member)
    }

    /// Closes every session of the person; gives how many there were.
    func closeSessions(_ member: Member) async throws -> Int {
        try check(member)
        try checkOwner(member)
        return try await run("select kernel.close_member_sessions($1, $2)", member).scalar()
    }

    /// Takes a lost second factor off; only a session may.
    func clearSecondFactor(_ member: Member) async throws {
        try check(member)
        try checkOwner(member)
        try await run("select kernel.clear_totp($1, $2)", member)
    }

    private func checkOwner(_ member: Member) throws {
        if member.isOwned { return }
        throw Refusal.conflict(
            "account_of_another",
            "Ce compte n’est pas géré par votre structure\u{A0}: ses sessions et sa double authentification relèvent de la personne, "
                + "ou de la structure qu’elle a choisie.")
    }

    private func check(_ member: Member) throws {
        if member.account == unit.access.account { throw Self.own }
        if member.isOver(unit.access.local(unit.now).date) {
            throw Refusal.conflict("membership_over", "Cet accès est terminé. Une nouvelle invitation le rouvre.")
        }
    }

    private static let answered = Refusal.conflict("not_waiting", "Cette personne a déjà répondu\u{A0}: il n’y a plus d’invitation.")
    private static let own = Refusal.conflict(
        "own_membership", "On ne modifie pas son propre accès\u{A0}: demandez à une autre personne de la gérance.")

    @discardableResult
    private func run(_ statement: SQL, _ member: Member, _ more: Parameter...) async throws -> ResultSet {
        do {
            return try await unit.one(Query(statement, parameters: [.bytes(digest), .id(member.id)] + more))
        } catch let error as PostgresError where error.isRule {
            throw Self.own
        }
    }
}

/// One change of accesses, rights or modules of an MSP at a time: what a program compared its tag with is what is changed.
enum AccessLock {
    static func take(_ unit: WriteUnit) async throws {
        try await unit.one(Query("select pg_advisory_xact_lock(hashtextextended($1, 0))", .text("access:\(unit.msp)")))
    }
}
