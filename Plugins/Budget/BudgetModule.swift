import Foundation
public import Kernel

/// The money of an MSP: the ACI year, its dossier, indemnities (missions.md, area 3).
public struct BudgetModule: MissionModule {
    public static let manifest = ModuleManifest(
        id: "budget", path: "budget", label: "Budget",
        summary: "Année ACI, justificatifs et dossier scellé, indemnités de l’équipe.",
        version: "0.1.0", stability: .preview, enhances: ["facilitation"], settings: [RulesFolder.setting], weight: 30)

    private let migrations: [Migration]
    private let book: RuleBook

    public init(host: ModuleHost) throws(ModuleSetupError) {
        migrations = try Migration.files(in: .module)
        book = try RulesFolder.book(host)
    }

    public func contributions() -> ModuleContributions {
        let aci = AciPart(book: book)
        let dossier = DossierPart(years: aci.years)
        var given = ModuleContributions()
        given.permissions = AciPermissions.all
        given.records = aci.records
        given.pages = aci.pages
        given.endpoints = aci.endpoints
        given.navigation = aci.navigation
        given.handlers = Hearing.handlers(aci.years)
        given.indicators = AciPart.indicators
        given.today = aci.today
        given.jobs = [aci.years.job]
        given.demo = [AciDemo.scenario(aci.years)]
        given.permissions += Indemnities.permissions
        given.records += Indemnities.records
        given.pages += Indemnities.pages
        given.navigation += Indemnities.navigation
        given.endpoints += Indemnities.endpoints
        given.events += Indemnities.events
        given.indicators += Indemnities.indicators
        given.today += Indemnities.today
        given.searches += Indemnities.searches
        given.slots += Indemnities.slots
        given.demo += Indemnities.demo
        given.migrations = migrations
        given.permissions += DossierPart.permissions
        given.records += DossierPart.records
        given.pages += dossier.pages
        given.endpoints += dossier.endpoints
        given.linkPages += DossierPart.linkPages
        given.navigation += DossierPart.navigation
        given.events += DossierPart.events
        given.evidenceKinds += DossierPart.evidenceKinds
        given.indicators += DossierPart.indicators
        given.today += DossierPart.today
        given.demo.append(DossierDemo.scenario(aci.years))
        given.openEndpoints = [AciSimulation.endpoint(book)]
        given.commands = [SimulateCommand.command(book), RulesCommand.command(book)]
        return given
    }
}
