internal import Kernel

/// One membership, or an invitation that waits for a yes, as `kernel.list_members` tells it.
struct Member: Sendable {
    /// Where a membership stands on a day.
    enum State: String, CaseIterable, Sendable { case planned, invited, active, disabled, ended }

    let id: Identifier
    /// Nil while the person has not said yes: nothing is known of an account then.
    let account: Identifier?
    let email: String
    let firstName: String
    let lastName: String
    let roles: [String]
    let professional: Identifier?
    let from: CivilDate
    let to: CivilDate?
    let hasPassword: Bool
    /// Nil when the account is another organisation's, or nobody's yet.
    let hasTOTP: Bool?
    let isDisabled: Bool
    let lastSignIn: Instant?
    /// True when this organisation may help with the account itself: sessions and second factor.
    let isOwned: Bool
    /// When the invitation that still waits was sent; nil for a membership.
    let invited: Instant?
    let invitationEnds: Instant?
    /// What became of the invitation's letter, or that the last mail about the account failed; nil where nothing is told.
    let mail: MailState?

    private static let select: SQL = """
        select membership_id, account_id, email, first_name, last_name, roles, professional_id, valid_from, valid_to, has_password, has_totp,
            disabled, last_sign_in_at, is_owned, invited_at, invitation_ends_at, mail_state
        from kernel.list_members($1, $2)
        """
    private static let slice: SQL =
        select + """
             where ($3 or valid_to is null
                    or valid_to >= (now() at time zone (select o.time_zone from kernel.current_organisation() o))::date)
                and ($4::uuid is null or (last_name collate kernel.french, first_name collate kernel.french, membership_id)
                    > ($5::text collate kernel.french, $6::text collate kernel.french, $4::uuid))
            order by last_name collate kernel.french, first_name collate kernel.french, membership_id limit $7
            """

    /// Every membership of the MSP, past ones included, by name.
    static func all(_ digest: [UInt8], _ msp: Identifier) -> Query { Query(select, .bytes(digest), .id(msp)) }

    static func one(_ id: Identifier, _ digest: [UInt8], _ msp: Identifier) -> Query {
        Query(select + " where membership_id = $3", .bytes(digest), .id(msp), .id(id))
    }

    /// A slice by name, after a place in the order.
    static func slice(
        after place: (lastName: String, firstName: String, id: Identifier)?, ended: Bool, limit: Int, _ digest: [UInt8], _ msp: Identifier
    ) -> Query {
        Query(
            slice, .bytes(digest), .id(msp), .bool(ended), .id(place?.id), .text(place?.lastName), .text(place?.firstName), .int(limit + 1))
    }

    init(row: Row) throws {
        id = try row[0]
        account = try row[1]
        email = try row[2]
        firstName = try row[3]
        lastName = try row[4]
        roles = try row[5]
        professional = try row[6]
        from = try row[7]
        to = try row[8]
        hasPassword = try row[9]
        hasTOTP = try row[10]
        isDisabled = try row[11]
        lastSignIn = try row[12]
        isOwned = try row[13]
        invited = try row[14]
        invitationEnds = try row[15]
        mail = (try row[16] as String?).flatMap(MailState.init(rawValue:))
    }

    var name: String { "\(firstName) \(lastName)" }

    /// The roles in words, in the form of the person where it is known.
    func roleLabels(_ civility: String?) -> String { Roles.labels(roles, civility: civility) }

    func isOver(_ today: CivilDate) -> Bool { to.map { $0 < today } ?? false }

    func state(_ today: CivilDate) -> State {
        if isOver(today) { return .ended }
        if isDisabled { return .disabled }
        if !hasPassword { return .invited }
        return from > today ? .planned : .active
    }
}

/// Roles that a membership of an MSP may carry.
enum Roles {
    static let list = CodeList("ROLE", CorePermissions.mspRoles.map { ($0.rawValue, $0.label) })

    /// The codes chosen; adds a fault when there is none, or one that an MSP does not know.
    static func read(_ given: [String], into faults: inout [FieldFault]) -> [String] {
        let chosen = Set(given)
        let known = CorePermissions.mspRoles.map(\.rawValue).filter(chosen.contains)
        if known.isEmpty || known.count != chosen.count { faults.append(FieldFault("roles", "Choisissez au moins un rôle de la liste.")) }
        return known
    }

    /// Refuses roles that may more than who gives them (`kernel.require_bounds`).
    static let beyond =
        "Vous ne pouvez pas donner un rôle qui a plus de droits que les vôtres\u{A0}: la coordination invite ses pairs et l’équipe, "
        + "la gérance la gérance et l’équipe."

    static func labels(_ codes: [String], civility: String? = nil) -> String {
        codes.map { FrenchAgreement.form(Role(rawValue: $0)?.label ?? $0, civility: civility) }.joined(separator: ", ")
    }
}
