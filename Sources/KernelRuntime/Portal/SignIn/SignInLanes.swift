/// Tries of strangers under way in this process: one at once for an account from one address, four for an account, eight for an address.
///
/// A wait alone bounds nobody who tries a thousand times at once. A try without a lane stands in line for half a minute, then is told to
/// come back; devices that the account knows, and live sessions, have lanes of their own.
actor SignInLanes {
    private struct Lane {
        let key: String
        let most: Int
    }

    /// Where a try stands: what is tried (an account), and from where.
    struct Place: Sendable {
        let subject: String
        let address: String
    }

    private var taken: [String: Int] = [:]
    private var standing: [String: Int] = [:]

    private static let step = Duration.milliseconds(50)
    private static let patience = 600
    /// Tries of one address that may stand in line.
    private static let mostStanding = 64

    /// Runs a try in its lanes; nil when none came free in time.
    func run<Answer: Sendable>(_ place: Place, _ body: @Sendable () async throws -> Answer) async throws -> Answer? {
        let lanes = [
            Lane(key: "pair \(place.address) \(place.subject)", most: 1), Lane(key: "subject \(place.subject)", most: 4),
            Lane(key: "address \(place.address)", most: 8),
        ]
        guard try await enter(lanes, from: place.address) else { return nil }
        defer { leave(lanes) }
        return try await body()
    }

    private func enter(_ lanes: [Lane], from address: String) async throws -> Bool {
        if take(lanes) { return true }
        guard standing[address, default: 0] < Self.mostStanding else { return false }
        standing[address, default: 0] += 1
        defer { Self.lower(&standing, address) }
        for _ in 0..<Self.patience {
            try await Task.sleep(for: Self.step)
            if take(lanes) { return true }
        }
        return false
    }

    private func take(_ lanes: [Lane]) -> Bool {
        guard lanes.allSatisfy({ taken[$0.key, default: 0] < $0.most }) else { return false }
        for lane in lanes { taken[lane.key, default: 0] += 1 }
        return true
    }

    private func leave(_ lanes: [Lane]) { for lane in lanes { Self.lower(&taken, lane.key) } }

    private static func lower(_ counts: inout [String: Int], _ key: String) {
        let left = counts[key, default: 1] - 1
        counts[key] = left > 0 ? left : nil
    }
}
