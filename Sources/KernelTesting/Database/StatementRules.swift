@_spi(Runtime) import Kernel
import KernelRuntime
import Postgres

extension MigratedDatabase {
    /// What the database does not understand, or does not allow the server's role, among the statements that declarations bring: records and their
    /// lines, figures, « Aujourd’hui », search, slots, clocks, first steps. Each is asked of no MSP at all: no context, no row.
    public func statementFaults() async throws -> [String] {
        let server = try house.platform.serverPool(size: 1)
        var faults: [String] = []
        for (owner, query) in try statements() {
            do {
                try await server.run(query)
            } catch {
                // The door's own answer: the statement was understood.
                guard error.sqlState?.rawValue != Self.noContext else { continue }
                faults.append("\(owner): \(error.unsafeServerMessage ?? error.description)")
            }
        }
        await server.close()
        return faults
    }

    /// What functions of the kernel answer to who has not entered an MSP.
    private static let noContext = "CK404"

    private func statements() throws -> [(owner: String, query: Query)] {
        let (msp, subject, now) = (Identifier.make(), Identifier.make(), Instant.now)
        let day = CivilDate(daysSinceEpoch: 0)
        let period = Indicator.Period(first: day, last: day, from: now, to: now, now: now)
        return try RecordStatements.all(house.platform.registry).map { ($0.owner, $0.query) }
            + house.modules.flatMap { module -> [(String, Query)] in
                let given = module.contributions
                let parts: [[(String, Query)]] = [
                    try given.indicators.flatMap { figure in
                        try figure.figures(msp, period).queries.map { ("the indicator \(figure.code)", $0) }
                    },
                    given.today.flatMap { source in source.queries(msp, now).map { (source.id, $0) } },
                    try given.searches.flatMap { search in
                        try search.read(msp, "a", now).queries.map { ("the search « \(search.label) »", $0) }
                    },
                    given.slots.flatMap { slot in slot.read(msp, subject).queries.map { ("what fills \(slot.slot)", $0) } },
                    given.clocks.map { ("the clocks of \(module.manifest.id)", $0.query(msp, now)) },
                    given.firstSteps.flatMap { step in
                        [step.done, step.concerns].map { (step.id, Query("select (" + $0 + "), $1::uuid", .id(msp))) }
                    },
                ]
                return parts.flatMap { $0 }
            }
    }
}
