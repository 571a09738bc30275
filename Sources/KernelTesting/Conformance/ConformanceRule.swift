public import KernelRuntime

/// One promise that every module keeps, as a sentence and the faults that it finds: the argument of a test.
///
///     @Test("the module keeps the contract", arguments: ConformanceRule.all)
///     func keepsTheContract(_ rule: ConformanceRule) throws {
///         let faults = try rule.faults(TestedHouse([VisitsModule.self]))
///         #expect(faults == [])
///     }
///
/// It knows no test framework: whoever runs it decides how a fault is told.
public struct ConformanceRule: Sendable, CustomStringConvertible {
    /// « every permission is explained in French and held by a role ».
    public let description: String
    private let find: @Sendable (TestedHouse) throws -> [String]

    /// A rule over the house as a whole.
    public init(_ description: String, house find: @escaping @Sendable (TestedHouse) throws -> [String]) {
        self.description = description
        self.find = find
    }

    /// A rule that each module keeps for itself.
    public init(_ description: String, module find: @escaping @Sendable (RegisteredModule) throws -> [String]) {
        self.init(description, house: { house in try house.modules.flatMap(find) })
    }

    /// What breaks the rule, one English sentence each; empty where it is kept.
    public func faults(_ house: TestedHouse) throws -> [String] { try find(house) }

    /// Every rule, those over declarations first.
    public static var all: [ConformanceRule] { declarations + words + routes }
}
