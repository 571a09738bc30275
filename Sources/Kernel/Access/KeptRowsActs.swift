/// Changes the kept rows of one record from an act. Inside an act of that record they stand in its entry of the trail, under its revision;
/// elsewhere they leave an entry of their own.
public struct KeptRowsWriter: Sendable {
    let unit: WriteUnit
    let rows: KeptRows
    let record: String
    let parent: Identifier

    /// Changes every row that the condition finds, and gives the cells asked for.
    /// - Parameters:
    ///   - set: assignments over the row `t`.
    ///   - parameters: from `$5` on.
    @discardableResult
    public func change(
        _ set: SQL, where condition: SQL = "true", _ parameters: [Parameter] = [], returning cells: SQL? = nil
    ) async throws -> ResultSet {
        try await write(try KeptRowsSQL(rows).change(set, where: condition, returning: cells), parameters)
    }

    /// Adds rows; what becomes of one that is there already is said by `present`, else that is refused.
    /// - Parameters:
    ///   - columns: those of the module.
    ///   - source: their expressions, and where they come from.
    @discardableResult
    public func put(
        _ columns: SQL, _ source: SQL, present: KeptRows.Present? = nil, _ parameters: [Parameter] = [], returning cells: SQL? = nil
    ) async throws -> ResultSet {
        try await write(try KeptRowsSQL(rows).put(columns, source, present: present, returning: cells), parameters)
    }

    private func write(_ statement: SQL, _ parameters: [Parameter]) async throws -> ResultSet {
        let written = try await unit.one(Query(statement, parameters: unit.stamp(parent) + parameters))
        let changes = try written.map { row in try trail(row[0], was: row[1], is: row[2]) }
        guard !changes.isEmpty else { return written }
        try await unit.follow(record, on: parent, rows.name) {
            for change in changes { unit.openAct(record, parent)?.join(rows.name, change) }
        }
        return written
    }

    private func trail(_ id: Identifier, was: String?, is now: String) throws -> JSONValue {
        let before = try was.flatMap { try JSONValue.parse($0).arrayValue }
        let after = try JSONValue.parse(now).arrayValue ?? []
        let fields = rows.told.enumerated().compactMap { place, name -> (String, JSONValue)? in
            let (from, to) = (before?[place] ?? .null, after[place])
            return from == to ? nil : (name, .array([from, to]))
        }
        return .object(
            [("id", .string(id.description)), ("act", .string(before == nil ? "add" : "change"))]
                + (fields.isEmpty ? [] : [("fields", .object(fields))]))
    }
}

extension WriteUnit {
    /// The kept rows of a record, for its acts.
    public func rows(_ rows: KeptRows, of record: String, _ parent: Identifier) -> KeptRowsWriter {
        KeptRowsWriter(unit: self, rows: rows, record: record, parent: parent)
    }
}
