import Foundation
public import Kernel

/// The money of an MSP: the ACI year, its dossier, indemnities (missions.md, area 3).
public struct BudgetModule: MissionModule {
    public static let manifest = ModuleManifest(
        id: "budget", path: "budget", label: "Budget",
        summary: "Année ACI, justificatifs et dossier scellé, indemnités de l’équipe.",
        version: "0.1.0", stability: .preview, enhances: ["facilitation"], weight: 30)

    private let migrations: [Migration]

    public init(host: ModuleHost) throws(ModuleSetupError) {
        migrations = try Migration.files(in: .module)
    }

    public func contributions() -> ModuleContributions {
        var given = ModuleContributions()
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
        given.handlers = Hearing.handlers
        given.migrations = migrations
        return given
    }
}
