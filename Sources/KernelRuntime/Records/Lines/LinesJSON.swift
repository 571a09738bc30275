import Kernel

/// Writes the lines of a record: from the bytes of their cells, or from their values where some stand in no table yet.
struct LinesJSON: Sendable {
    private let lines: LinesPlan
    private let cells: RecordJSON

    init(_ lines: LinesPlan) {
        self.lines = lines
        cells = RecordJSON(lines: lines)
    }

    /// The rows of `LinesSQL.all` as an array.
    func write(_ results: ResultSet, of parent: Identifier, _ out: JSONWriter) throws {
        guard lines.lines.checklist != nil else { return out.array { for row in results { cells.write(row, out) } } }
        let rows = try lines.rows(results, of: parent)
        out.array { for row in rows { out.value(json(row)) } }
    }

    /// One of them; nil when it is not there.
    func body(_ line: Identifier, in results: ResultSet, of parent: Identifier) throws -> [UInt8]? {
        let out = JSONWriter(capacity: 1024)
        if lines.lines.checklist != nil {
            guard let row = try lines.rows(results, of: parent).first(where: { $0.id == line }) else { return nil }
            out.value(json(row))
            return out.bytes
        }
        for row in results where try row[0] as Identifier == line {
            cells.write(row, out)
            return out.bytes
        }
        return nil
    }

    /// Codes, days, texts and ids alone: the trail and the API write them alike.
    private func json(_ row: RecordRow) -> JSONValue {
        .object(
            [("id", .string(row.id.description)), ("revision", .integer(row.revision))]
                + lines.lines.fields.map { ($0.name, row.values[$0.name].json) } + [("updated_at", .instant(row.updatedAt))])
    }
}
