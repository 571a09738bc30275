import Kernel

/// What reference fields of the module point to.
enum BudgetReferences {
    static let year = ReferenceTarget(record: "budget.aci_year", table: "budget.aci_year", title: "title")
    /// A piece of the concertation that is there.
    static let rcpPiece = ReferenceTarget(record: "budget.exhibit", table: "budget.exhibit", title: "title").among(
        "indicator = 'A2-RCP' and state in ('PROVIDED', 'CHECKED')")
    static let contract = ReferenceTarget(record: "budget.aci_contract", table: "budget.aci_contract", title: "title")
    static let ruleSet = ReferenceTarget(record: "budget.rule_set", table: "budget.rule_set", title: "name")
}
