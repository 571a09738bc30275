import Kernel

/// What reference fields of the indemnities point to.
enum IndemnityReferences {
    static let professional = ReferenceTarget(
        record: "core.professional", table: "kernel.professional", title: "first_name || ' ' || last_name")
    static let adjustment = ReferenceTarget(
        record: "budget.indemnity_adjustment", table: "budget.indemnity_adjustment", title: "reason")
}

/// Addresses of the screens, below the MSP's own.
enum IndemnityPlaces {
    static let runs = "budget/campagnes"
    static let rules = "budget/regles-indemnisation"
    static let newRule = "budget/nouvelle-regle"
    static let credits = "budget/temps"
    static let own = "budget/mes-indemnites"
    static let simulation = "budget/simulation"
    static let accounts = "budget/comptes-bancaires"

    static func run(_ id: Identifier) -> String { "\(runs)/\(id)" }
    static func rule(_ id: Identifier) -> String { "\(rules)/\(id)" }
    static func absolute(_ path: String, in msp: MspHandle) -> String { "/m/\(msp.slug)/\(path)" }
}

extension WriteUnit {
    /// Parameters that every change of a row carries: $1 MSP, $2 id, $3 moment, $4 account.
    func stamp(_ id: Identifier) -> [Parameter] { [.id(msp), .id(id), .instant(now), .id(access.account)] }

    /// The account that acts; jobs and links never come to these acts.
    func actor() throws -> Identifier {
        guard let account = access.account else { throw Refusal.forbidden }
        return account
    }
}

extension Result where Failure == Refusal {
    /// The value, or the refusal thrown.
    func orThrow() throws -> Success { try get() }
}
