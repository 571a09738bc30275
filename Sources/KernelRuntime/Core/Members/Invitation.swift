internal import Kernel

/// Somebody invited into the MSP, once every value is well. The names of the inputs differ by face, the rules do not.
struct Invitation: Sendable {
    /// What the inputs are called.
    struct Names: Sendable {
        let first: String
        let last: String
        let professional: String

        static let form = Names(first: "prenom", last: "nom", professional: "professionnel")
        static let api = Names(first: "first_name", last: "last_name", professional: "professional_id")
    }

    /// What was typed or sent.
    struct Given {
        let first: String?
        let last: String?
        let email: String?
        let roles: [String]
        let professional: String?
    }

    /// Days that an invitation lasts.
    static let days = 14

    let firstName: String
    let lastName: String
    let email: String
    let roles: [String]
    let professional: Identifier?
    private let names: Names

    /// Nil when something is to be repaired; each fault says how.
    init?(_ given: Given, names: Names, into faults: inout [FieldFault]) {
        let before = faults.count
        self.names = names
        firstName = PersonName.read(given.first, field: names.first, label: "le prénom", into: &faults)
        lastName = PersonName.read(given.last, field: names.last, label: "le nom", into: &faults)
        email = SignInDoor.normalised(given.email ?? "")
        if !EmailAddress.isPlausible(email) {
            faults.append(FieldFault("email", "Indiquez une adresse complète, comme prenom.nom@exemple.fr."))
        }
        roles = Roles.read(given.roles, into: &faults)
        let chosen = given.professional.flatMap { $0.isEmpty ? nil : $0 }
        professional = chosen.flatMap { Identifier($0) }
        if chosen != nil, professional == nil { faults.append(FieldFault(names.professional, Self.unknownProfessional)) }
        if faults.count > before { return nil }
    }

    static let unknownProfessional = "Choisissez une personne de la liste."

    /// Invites and queues the mail; gives the line that waits for a yes, and becomes the membership. Inviting again somebody who has not
    /// answered yet sends a new link.
    func send(_ digest: [UInt8], _ unit: WriteUnit) async throws -> Identifier {
        try await AccessLock.take(unit)
        if let professional {
            // Another MSP's professional and one that does not exist get one answer.
            let found = try await unit.one(
                Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(unit.msp), .id(professional)))
            if found.isEmpty { throw Refusal.invalid(names.professional, Self.unknownProfessional) }
        }
        let letter = AccountMails.invitation(organisation: unit.access.msp.name, inviter: unit.access.displayName, days: Self.days)
        do {
            return try await unit.one(
                Query(
                    "select kernel.invite($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", .bytes(digest), .id(unit.msp),
                    .text(email), .text(firstName), .text(lastName), .texts(roles), .id(professional),
                    .instant(unit.now.adding(seconds: Self.days * 86_400)), .text(letter.subject), .text(letter.text), .text(letter.html),
                    .text(unit.publicURL))
            ).scalar()
        } catch let error as PostgresError where error.isBeyondOwnRights {
            throw Refusal.invalid("roles", Roles.beyond)
        } catch let error as PostgresError where error.isRule {
            throw Refusal.invalid("email", "Cette invitation n’est pas possible\u{A0}: on ne s’invite pas soi-même.")
        } catch let error as PostgresError where error.sqlState?.rawValue == "CK409" {
            throw Refusal(
                status: 409, code: "already_member", message: "Cette personne a déjà un accès\u{A0}: ses rôles se changent sur sa fiche.",
                faults: [FieldFault("email", "Cette personne a déjà un accès\u{A0}: ses rôles se changent sur sa fiche.")])
        }
    }
}
