import Kernel

/// One row of a record, read into values.
struct RecordRow: Sendable {
    let id: Identifier
    let revision: Int
    let createdAt: Instant
    /// Null in rows that nobody changed since they were made.
    let updatedAt: Instant?
    let archivedAt: Instant?
    let values: RecordValues
    /// Names of what the record refers to, by field; empty when they were not asked.
    var titles: [String: String] = [:]

    /// One that is in no table yet.
    init(id: Identifier, revision: Int, values: RecordValues) {
        self.id = id
        self.revision = revision
        createdAt = Instant(microseconds: 0)
        updatedAt = nil
        archivedAt = nil
        self.values = values
    }

    /// Reads the cells of `RecordSQL.row`. Throws when a column has not the declared type.
    init(_ row: Row, _ record: RecordType) throws {
        id = try row[0]
        revision = try row[1]
        createdAt = try row[2]
        updatedAt = try row[3]
        archivedAt = try row[4]
        var values: [String: FieldValue] = [:]
        values.reserveCapacity(record.fields.count)
        for (index, field) in record.fields.enumerated() { values[field.name] = try field.kind.value(row, RecordSQL.head + index) }
        self.values = RecordValues(values)
    }

    /// The same with the names that `TitledRow.wrap` put behind the row's own cells, those that the reader may see.
    init(_ row: Row, _ plan: RecordPlan, titled: [String], for access: Access) throws {
        try self.init(row, plan.record)
        titles = try plan.titles(row, titled, from: RecordSQL.head + plan.record.fields.count, for: access)
    }
}

extension FieldKind {
    /// No value: an empty list where there may be several.
    var nothing: FieldValue {
        switch self {
        case .choices: .codes([])
        case .references: .ids([])
        default: .null
        }
    }

    /// The value of a cell.
    func value(_ row: Row, _ index: Int) throws(PostgresError) -> FieldValue {
        if row.isNull(index) {
            return nothing
        }
        switch self {
        case .text, .longText, .email, .phone, .url, .choice, .rpps, .finess: return .text(try row[index])
        case .integer, .minutes, .money: return .integer(try row[index])
        case .decimal: return .decimal(try row[index])
        case .boolean: return .boolean(try row[index])
        case .date: return .date(try row[index])
        case .instant: return .instant(try row[index])
        case .choices: return .codes(try row[index])
        case .reference: return .id(try row[index])
        case .references: return .ids(try row[index])
        }
    }
}

extension FieldValue {
    /// The value as a statement's parameter.
    var parameter: Parameter {
        switch self {
        case .null: .null
        case .text(let text): .text(text)
        case .integer(let number): .int(number)
        case .decimal(let number): .decimal(number)
        case .boolean(let flag): .bool(flag)
        case .date(let date): .date(date)
        case .instant(let instant): .instant(instant)
        case .id(let id): .id(id)
        case .codes(let codes): .texts(codes)
        case .ids(let ids): .ids(ids)
        }
    }

    /// The value in the audit trail.
    var json: JSONValue {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        case .decimal(let number): .string(number.description)
        case .boolean(let flag): .bool(flag)
        case .date(let date): .string(date.description)
        case .instant(let instant): .string(instant.iso8601)
        case .id(let id): .string(id.description)
        case .codes(let codes): .array(codes.map { .string($0) })
        case .ids(let ids): .array(ids.map { .string($0.description) })
        }
    }
}

extension RecordType {
    /// Some values of a row of a list on screen, which has no others.
    func values(listed row: Row, of names: Set<String>) -> RecordValues {
        var values = RecordValues()
        for (index, field) in fields.enumerated() where names.contains(field.name) {
            values[field.name] = (try? field.kind.value(row, RecordSQL.head + index)) ?? .null
        }
        return values
    }
}

extension RecordPlan {
    /// Names that `TitledRow.wrap` put behind a row's cells from one on, those that the reader may see.
    func titles(_ row: Row, _ titled: [String], from first: Int, for access: Access) throws -> [String: String] {
        let shown = named(titled, for: access)
        var titles: [String: String] = [:]
        for (offset, name) in titled.enumerated() where shown.contains(name) {
            if let title: String = try row[first + offset] { titles[name] = said(title, name, for: access) }
        }
        return titles
    }
}
