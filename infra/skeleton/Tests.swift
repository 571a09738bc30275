import Kernel
import KernelTesting
import Testing

@testable import «Name»

@Suite("«Name»")
struct «Name»Tests {
    @Test("the module keeps the contract", arguments: ConformanceRule.all)
    func keepsTheContract(_ rule: ConformanceRule) throws {
        let faults = try rule.faults(TestedHouse([«Name»Module.self]))
        #expect(faults == [])
    }

    @Test("its tables are what its records say, and keep the rules of tenancy")
    func tables() async throws {
        let faults = try await MigratedDatabase.with(TestedHouse([«Name»Module.self])) { try await $0.faults() }
        #expect(faults == [])
    }
}
