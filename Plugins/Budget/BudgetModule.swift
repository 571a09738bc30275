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
        let years = AciYears(book: book)
        var given = AciPart.contributions(years)
        given.add(IndemnitiesPart.contributions)
        given.add(DossierPart.contributions(years))
        given.migrations = migrations
        return given
    }
}
