import Foundation
public import Kernel

/// «Label»: what this area of the work is, in one sentence.
public struct «Name»Module: MissionModule {
    public static let manifest = ModuleManifest(
        id: "«id»", path: "«path»", label: "«Label»", summary: "À dire en une phrase.",
        version: "0.1.0", stability: .experimental, weight: «weight»)

    private let migrations: [Migration]

    public init(host: ModuleHost) throws(ModuleSetupError) {
        migrations = try Migration.files(in: .module)
    }

    public func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.migrations = migrations
        given.permissions = [
            Permission(EntryRecord.read, label: "Lire les fiches", roles: [.coordinator, .manager, .professional]),
            Permission(EntryRecord.write, label: "Écrire les fiches", roles: [.coordinator]),
        ]
        given.records = [EntryRecord.type]
        given.navigation = [NavigationItem("Fiches", path: "fiches", permission: EntryRecord.read, weight: 10)]
        return given
    }
}
