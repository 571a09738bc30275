import Kernel

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
}

extension WriteUnit {
    /// The account that acts; jobs and links never come to these acts.
    func actor() throws -> Identifier {
        guard let account = access.account else { throw Refusal.forbidden }
        return account
    }
}
