import Kernel

/// What the indemnities bring to the house.
enum IndemnitiesPart {
    static var contributions: ModuleContributions {
        var given = ModuleContributions()
        given.permissions = IndemnityPermissions.all
        given.records = [RuleRecord.record, CreditRecord.record, RunRecord.record, ApprovalRule.record]
        given.pages = pages
        given.endpoints = RuleEndpoints.all + RunEndpoints.all + OwnEndpoints.all + AccountEndpoints.all
        given.navigation = [
            NavigationItem(
                "Campagnes", path: "campagnes", permission: IndemnityPermissions.readRuns, weight: 40,
                words: "versement paiement indemnités virement SEPA"),
            NavigationItem("Temps hors réunion", path: "temps", permission: IndemnityPermissions.readCredits, weight: 45, words: "heures"),
            NavigationItem(
                "Règles d’indemnisation", path: "regles-indemnisation", permission: IndemnityPermissions.readRules, weight: 50,
                words: "barème taux"),
            NavigationItem("Préparer une règle", path: "nouvelle-regle", permission: IndemnityPermissions.writeRules, weight: 52),
            NavigationItem(
                "Comptes bancaires", path: "comptes-bancaires", permission: IndemnityPermissions.writeAccounts, weight: 55,
                words: "IBAN RIB"),
            NavigationItem(
                "Règles de validation", path: "regles-validation", permission: IndemnityPermissions.voteRules, weight: 57,
                words: "gérance approbation statuts"),
            NavigationItem(
                "Mes indemnités", path: "mes-indemnites", permission: IndemnityPermissions.readOwn, weight: 60,
                inBottomBar: true, isOwn: true, words: "rémunération paiement"),
        ]
        given.events = IndemnityEvents.all
        given.indicators = IndemnityIndicators.all
        given.today = IndemnityToday.sources
        given.slots = IndemnitySlots.all
        given.demo = [IndemnityDemo.scenario]
        return given
    }

    private static let pages: [PageRoute] = [
        PageRoute(.get, "campagnes/:id/releves/:person", permission: IndemnityPermissions.readLines, handle: RunPaperPages.statement),
        PageRoute(.get, "campagnes/:id/indemnites.csv", permission: IndemnityPermissions.exportRuns, handle: RunPaperPages.table),
        PageRoute(.get, "campagnes/:id/virements.xml", permission: IndemnityPermissions.exportRuns, handle: RunPaperPages.transfers),
        PageRoute(.get, "nouvelle-regle", permission: IndemnityPermissions.writeRules, handle: RulePages.blank),
        PageRoute(.post, "nouvelle-regle", permission: IndemnityPermissions.writeRules, handle: RulePages.create),
        PageRoute(.get, "regles-indemnisation/:id/contenu", permission: IndemnityPermissions.writeRules, handle: RulePages.edit),
        PageRoute(.post, "regles-indemnisation/:id/contenu", permission: IndemnityPermissions.writeRules, handle: RulePages.update),
        PageRoute(.get, "simulation", permission: IndemnityPermissions.readLines, handle: SimulationPage.show),
        PageRoute(.get, "comptes-bancaires", permission: IndemnityPermissions.writeAccounts, handle: AccountPages.list),
        PageRoute(.get, "comptes-bancaires/:person", permission: IndemnityPermissions.writeAccounts, handle: AccountPages.ask),
        PageRoute(.post, "comptes-bancaires/:person", permission: IndemnityPermissions.writeAccounts, handle: AccountPages.save),
        PageRoute(
            .post, "comptes-bancaires/:person/confirmer", permission: IndemnityPermissions.approveRuns, handle: AccountPages.confirm),
        PageRoute(.get, "mes-indemnites", permission: IndemnityPermissions.readOwn, handle: OwnPage.show),
        PageRoute(.post, "mes-indemnites/compte", permission: IndemnityPermissions.declareOwn, handle: OwnPage.account),
        PageRoute(.post, "mes-indemnites/compte/confirmer", permission: IndemnityPermissions.declareOwn, handle: OwnPage.confirm),
        PageRoute(.get, "mes-indemnites/:id/releve.pdf", permission: IndemnityPermissions.readOwn, handle: OwnPage.statement),
    ]
}
