/// One row of an answer. Cells are decoded when they are read.
public struct Row: Sendable {
    let storage: ResultStorage
    let row: Int

    /// The cell of a column by position, from 0. Throws `.decoding` when there is no such column or the value has another type.
    public subscript<T: PostgresDecodable>(_ index: Int) -> T {
        get throws(PostgresError) { try decode(index) }
    }

    /// The cell of a column by name. Throws `.decoding` when there is no such column or the value has another type.
    public subscript<T: PostgresDecodable>(_ name: String) -> T {
        get throws(PostgresError) {
            guard let index = storage.index(of: name) else { throw PostgresError(.decoding, "the answer has no column \(name)") }
            return try decode(index)
        }
    }

    /// The cell of a column, the type given: `try row.decode(0, as: Int.self)`.
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard index >= 0, index < storage.fields else { throw PostgresError(.decoding, "the answer has no column \(index)") }
        do {
            return try T.decode(storage.cell(row: row, column: index))
        } catch {
            throw error.explained("column \(storage.name(of: index)) as \(T.self)")
        }
    }

    /// True when the cell is null or the column does not exist.
    public func isNull(_ index: Int) -> Bool {
        guard index >= 0, index < storage.fields else { return true }
        return storage.cell(row: row, column: index) == nil
    }

    /// Hands out the cell's bytes as the server wrote them (text format), nil for null. The pointer is valid during the call.
    public func withBytes<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>?) -> R) -> R {
        guard index >= 0, index < storage.fields else { return body(nil) }
        return withExtendedLifetime(storage) { body(storage.cell(row: row, column: index)) }
    }

    /// The position of a column by name, or nil.
    public func index(of name: String) -> Int? { storage.index(of: name) }

    /// The number of columns.
    public var count: Int { storage.fields }
}

extension Row {
    /// All cells from the first on, each as its own type: `let (id, title): (Identifier, String) = try row.cells()`. Throws `.decoding`
    /// when there are fewer or a value has another type.
    public func cells<each Value: PostgresDecodable>() throws(PostgresError) -> (repeat each Value) {
        var reader = CellReader(self)
        return (repeat try reader.next(as: (each Value).self))
    }

    /// The only cell of a row with one column.
    public func cell<Value: PostgresDecodable>(as type: Value.Type = Value.self) throws(PostgresError) -> Value { try decode(0, as: type) }

    /// The cells one after the other, for rows with many.
    public var reader: CellReader { CellReader(self) }
}

/// The cells of one row in the order of the statement's columns.
public struct CellReader: Sendable {
    private let row: Row
    private var place = 0

    init(_ row: Row) { self.row = row }

    /// The next cell. Throws `.decoding` when there is none or the value has another type.
    public mutating func next<Value: PostgresDecodable>(as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        defer { place += 1 }
        return try row.decode(place, as: type)
    }

    /// Goes past one cell.
    public mutating func skip() { place += 1 }
}
