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
        given.migrations = migrations
        given.openEndpoints = [AciSimulation.endpoint(book)]
        given.commands = [SimulateCommand.command(book), RulesCommand.command(book)]
        return given
    }
}
