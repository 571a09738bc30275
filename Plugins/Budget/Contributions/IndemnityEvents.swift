import Kernel

/// Events of the indemnities: identifiers and codes, never a name or an amount (R11).
enum IndemnityEvents {
    static let approved = event("budget.run_approved", "A run of indemnities was approved by two people.")
    static let paid = event("budget.run_paid", "The transfers of a run of indemnities were made.")

    static let all = [approved.type, paid.type]

    struct Run {
        let run: Identifier
        /// The year in which its period ends.
        let year: Int
    }

    private static func event(_ id: String, _ summary: String) -> Event<Run> {
        Event(
            id, summary: summary,
            Shape<Run>.object(
                isOpen: true, ShapeMember("run", .id) { $0.run }, ShapeMember("year", .integer(2000...2200)) { $0.year },
                make: { Run(run: $0, year: $1) }), sample: Run(run: .derived(from: "sample.7"), year: 2026))
    }
}
