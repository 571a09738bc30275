import Kernel
import KernelRuntime
import Logging
import Testing

/// A module with as many faults as possible.
private struct BrokenModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "Broken-Module", path: "casse", label: "Cassé", summary: "Tout est faux.", version: "0", stability: .experimental,
        kernel: 7...9,
        requires: ["absent"], settings: [], weight: 1)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = [
            Permission("other.thing.read", label: "Lire", roles: [.manager]), Permission("other.thing.read", label: "Lire", roles: []),
        ]
        given.pages = [PageRoute(.get, "page", permission: "nobody.declared.this") { _ in throw Refusal.notFound }]
        given.linkPages = [LinkRoute(.get, purpose: "Clé") { _ in throw Refusal.notFound }]
        given.migrations = [Migration(name: "first", sql: "select 1")]
        return given
    }
}

/// A module whose configuration lacks a required key.
private struct UnsetModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "unset", path: "vide", label: "Vide", summary: "Sans réglage.", version: "0", stability: .experimental,
        settings: [SettingDeclaration("key", default: nil, isSecret: true)], weight: 1)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions { ModuleContributions() }
}

@Suite("Boot checks")
struct BootCheckTests {
    @Test("all faults are listed in one error, each naming its owner")
    func allFaultsAtOnce() throws {
        do {
            _ = try ModuleRegistry([BrokenModule.self, UnsetModule.self], environment: [:], logger: Logger(label: "test"))
            Issue.record("The broken module was accepted.")
        } catch {
            let text = error.description
            for expected in [
                "lower_snake", "kernel contract", "requires the module absent", "other.thing.read is claimed 2 times", "must start with",
                "nobody.declared.this", "YYYYMMDDHHMMSS", "the link purpose « Clé »", "COLLECTIF_UNSET_KEY",
            ] { #expect(text.contains(expected), "missing: \(expected)\n\(text)") }
        }
    }

    @Test("a secret's value never reaches the error")
    func secretsStaySecret() throws {
        do {
            _ = try ModuleRegistry(
                [BrokenModule.self, UnsetModule.self], environment: ["COLLECTIF_UNSET_KEY": "hunter2-value"], logger: Logger(label: "test"))
            Issue.record("The broken module was accepted.")
        } catch {
            #expect(!error.description.contains("hunter2-value"))
        }
    }
}
