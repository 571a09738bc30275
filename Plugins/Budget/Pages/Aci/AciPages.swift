import Kernel

/// The screens of the ACI year that are more than a list or a form.
struct AciPages: Sendable {
    let years: AciYears

    var pages: [PageRoute] {
        [
            PageRoute(.get, "aci", permission: AciPermissions.read) { try await CockpitPage(years: years).current($0) },
            PageRoute(.post, "aci/ouvrir", permission: AciPermissions.write) { try await CockpitPage(years: years).open($0) },
            PageRoute(.get, "aci/:id", permission: AciPermissions.read) { try await CockpitPage(years: years).show($0) },
            PageRoute(.get, "aci/:id/indicateurs/:code", permission: AciPermissions.read) {
                try await IndicatorPage(years: years).show($0)
            },
            PageRoute(.get, "aci/:id/scenarios", permission: AciPermissions.read) { try await ScenarioPage(years: years).show($0) },
            PageRoute(.get, "aci/:id/comparer", permission: AciPermissions.read) { try await ComparisonPage(years: years).show($0) },
            PageRoute(.get, "regles-nationales", permission: AciPermissions.readRules) {
                try await RuleBookPage(book: years.book).list($0)
            },
            PageRoute(.get, "regles-nationales/:code", permission: AciPermissions.readRules) {
                try await RuleBookPage(book: years.book).show($0)
            },
            PageRoute(.post, "regles-nationales/:code/copier", permission: AciPermissions.writeRules) {
                try await RuleBookPage(book: years.book).copy($0)
            },
            PageRoute(.get, "regles-aci/:id/chiffres", permission: AciPermissions.writeRules) { try await RuleFiguresPage().show($0) },
            PageRoute(.post, "regles-aci/:id/chiffres", permission: AciPermissions.writeRules) { try await RuleFiguresPage().save($0) },
        ]
    }
}

/// Addresses of the module's own pages, below the MSP's.
enum BudgetPlaces {
    static func cockpit(_ year: Identifier) -> String { "budget/aci/\(year)" }
    static func indicator(_ id: AciIndicatorID, of year: Identifier) -> String { "budget/aci/\(year)/indicateurs/\(id.rawValue)" }
    static func evidence(_ seq: Int) -> String { "structure/preuves/\(seq)" }
    /// The form of a realisation, half filled in.
    static func achieve(_ fact: Fact, in year: Identifier, on day: CivilDate) -> String {
        "budget/realisations/nouveau?fact=\(fact.path)&year_id=\(year)&done_on=\(day)"
    }
}
