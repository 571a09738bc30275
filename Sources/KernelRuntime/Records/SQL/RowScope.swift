import Kernel

extension MspRequest {
    /// One round trip over rows of a record. Its statements are composed for a caller whom the row rule binds, for one who is free of it, or
    /// both ways where only the door knows; the results are those that hold for the caller, then those of `others`.
    func read(
        _ plan: RecordPlan, and others: [Query] = [], _ statements: (_ bound: Bool) throws -> [Query]
    ) async throws -> Reading {
        guard let rule = plan.record.reading else { return try await read(all: try statements(false) + others) }
        let bound = try statements(true)
        guard rule.unless != nil else { return try await read(all: bound + others) }
        let reading = try await read(all: bound + (try statements(false)) + others)
        let own = reading.results.prefix(bound.count)
        let every = reading.results.dropFirst(bound.count).prefix(bound.count)
        let rest = reading.results.dropFirst(2 * bound.count)
        return Reading(access: reading.access, results: Array(rule.binds(reading.access) ? own : every) + rest)
    }
}

extension Read {
    /// Rows of a record, read as `MspRequest.read` over its rows does; what holds for the caller is known with the caller.
    static func ofRows<Found: Sendable>(
        _ plan: RecordPlan, _ read: (_ bound: Bool) throws -> Read<Found>
    ) throws -> Read<@Sendable (Access) -> Found> where Value == @Sendable (Access) -> Found {
        guard let rule = plan.record.reading else { return try read(false).map { found in { _ in found } } }
        let bound = try read(true)
        guard rule.unless != nil else { return bound.map { found in { _ in found } } }
        return Read<(Found, Found)>.group(bound, try read(false)).map { own, every in { access in rule.binds(access) ? own : every } }
    }
}

extension RecordPlan {
    /// Reference fields of a row, in the order of their names behind the cells of `object`.
    var titled: [String] {
        get throws(PostgresError) { try sql.withTitles.titled(references) }
    }

    private var references: Set<String> { Set(record.fields.filter { $0.target != nil }.map(\.name)) }

    /// One object with the names of what it refers to.
    func object(msp: Identifier, _ id: Identifier, bound: Bool) throws -> Query {
        let sql = try sql
        let one = sql.one(bound: bound)
        let isBare = sql.withTitles.titled(references).isEmpty
        return Query(isBare ? one : sql.withTitles.wrap(page: one, fields: references, order: SQL.empty), .id(msp), .id(id))
    }

    /// One object alone.
    func one(msp: Identifier, _ id: Identifier, bound: Bool) throws -> Query { Query(try sql.one(bound: bound), .id(msp), .id(id)) }
}
