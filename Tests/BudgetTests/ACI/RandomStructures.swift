import Kernel

@testable import Budget

/// SplitMix64: the same structures on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension SimulationInput {
    /// A structure that the reader would accept, for an exercise of the book.
    static func random(_ exercise: Int, _ rules: RuleSet, _ generator: inout SeededGenerator) -> SimulationInput {
        var input = SimulationInput(
            exercise: exercise, patients: Int.random(in: 0...30_000, using: &generator),
            professionals: Int.random(in: 0...40, using: &generator))
        for fact in Fact.allCases where fact != .patients && fact != .professionals && rules.facts.contains(fact) {
            // Prerequisites are met more often than not, so that amounts are paid.
            let top = fact.greatest ?? 12
            input[fact] = Int.random(in: 0...3, using: &generator) == 0 ? 0 : Int.random(in: (top == 1 ? 1 : 0)...top, using: &generator)
        }
        input[.advancedPracticeNurse] = Int.random(in: 0...1, using: &generator)
        input[.eligiblePatients] = Int.random(in: 0...max(1, input[.patients]), using: &generator)
        input[.files] = Int.random(in: 0...120, using: &generator)
        input.weekdayHours = ExactDecimal(coefficient: Int128(Int.random(in: 60...140, using: &generator)), scale: 1) ?? .zero
        input.holidayClosureWeeks = ExactDecimal(coefficient: Int128(Int.random(in: 0...70, using: &generator)), scale: 1) ?? .zero
        if Bool.random(using: &generator) { input.holidayClosureWeeks = .zero }
        input.ratePrecision = RatePrecision.allCases.randomElement(using: &generator)
        if Bool.random(using: &generator) {
            input.acquiredOn = CivilDate(
                year: exercise - Int.random(in: 0...1, using: &generator), month: Int.random(in: 1...12, using: &generator),
                day: Int.random(in: 1...28, using: &generator))
        }
        if Bool.random(using: &generator) {
            input.contractStartsOn = CivilDate(
                year: exercise - Int.random(in: 0...2, using: &generator), month: Int.random(in: 1...12, using: &generator),
                day: Int.random(in: 1...28, using: &generator))
            input.healthProjectFiledOn = input.contractStartsOn?.adding(days: -Int.random(in: 0...700, using: &generator))
        }
        if Bool.random(using: &generator) {
            input.precarity = SimulationInput.Precarity(
                css: ExactDecimal(coefficient: Int128(Int.random(in: 0...10_000, using: &generator)), scale: 2) ?? .zero,
                ame: ExactDecimal(coefficient: Int128(Int.random(in: 0...500, using: &generator)), scale: 2) ?? .zero,
                nationalCSS: ExactDecimal("7.5"), nationalAME: ExactDecimal("0.4"))
        }
        return input
    }
}

extension ACI {
    /// Simulates thousands of random structures, all rule sets in turn.
    static func forEachRandom(_ count: Int = 2000, seed: UInt64, _ body: (SimulationInput, RuleSet) throws -> Void) throws {
        var generator = SeededGenerator(seed: seed)
        for index in 0..<count {
            let exercise = [2017, 2020, 2022, 2023, 2024, 2026][index % 6]
            guard let rules = book.ruleSet(for: exercise) else { fatalError("no rules for \(exercise)") }
            try body(.random(exercise, rules, &generator), rules)
        }
    }
}
