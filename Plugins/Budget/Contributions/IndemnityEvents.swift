import Kernel

/// Events of the indemnities: identifiers and codes, never a name or an amount (R11).
enum IndemnityEvents {
    static let approved = EventType(
        "budget.run_approved", summary: "A run of indemnities was approved by two people.", sample: sample)
    static let paid = EventType("budget.run_paid", summary: "The transfers of a run of indemnities were made.", sample: sample)

    static let all = [approved, paid]

    static func payload(_ run: Identifier, _ year: Int) -> JSONValue {
        .object([("run", .string(run.description)), ("year", .integer(year))])
    }

    private static let sample = JSONValue.object([
        ("run", .string("01980000-0000-7000-8000-000000000007")), ("year", .integer(2026)),
    ])
}
