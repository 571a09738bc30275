import EnabledModules
import Kernel
import KernelRuntime
import KernelTesting
import ReferenceModule
import Testing

/// Runs over every module of the build and the reference module, with no line in the modules' own tests (R1–R20).
@Suite("Every module keeps the contract")
struct ConformanceTests {
    static let types: [any MissionModule.Type] = enabledModules + [ReferenceModule.self]

    @Test("the registry accepts all of them together")
    func registryAccepts() throws {
        let given = Self.types.map { $0.manifest.id }
        #expect(try Set(TestedHouse(Self.types).modules.map(\.manifest.id)) == Set(given + ["core"]))
    }

    @Test("the rule is kept", arguments: ConformanceRule.all)
    func keepsTheContract(_ rule: ConformanceRule) throws {
        let faults = try rule.faults(TestedHouse(Self.types))
        #expect(faults == [])
    }

    @Test("the tables of a migrated database are what the records say, and keep the rules of tenancy")
    func tables() async throws {
        let faults = try await MigratedDatabase.with(TestedHouse(Self.types)) { try await $0.faults() }
        #expect(faults == [])
    }
}
