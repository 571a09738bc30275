/// Does the work for each item, two at a time: while one waits for PostgreSQL the other is computed. The first error ends it.
func twoAtATime<Item: Sendable>(_ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        var waiting = items[...]
        for _ in 0..<2 {
            if let item = waiting.popFirst() { group.addTask { try await work(item) } }
        }
        while try await group.next() != nil {
            if let item = waiting.popFirst() { group.addTask { try await work(item) } }
        }
    }
}
