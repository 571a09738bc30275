internal import CLibPQ

/// Keeps one `PGresult` alive for the rows that point into it.
///
/// Unchecked: a `PGresult` does not change after libpq hands it over, and the functions called on it only read.
final class ResultStorage: @unchecked Sendable {
    let result: OpaquePointer
    let rows: Int
    let fields: Int

    init(_ result: OpaquePointer) {
        self.result = result
        rows = Int(PQntuples(result))
        fields = Int(PQnfields(result))
    }

    deinit {
        PQclear(result)
    }

    func cell(row: Int, column: Int) -> UnsafeBufferPointer<UInt8>? {
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        let length = Int(PQgetlength(result, row, column))
        return UnsafeBufferPointer(start: UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self), count: length)
    }

    func name(of column: Int) -> String {
        PQfname(result, Int32(truncatingIfNeeded: column)).map { String(cString: $0) } ?? ""
    }

    func index(of name: String) -> Int? {
        for column in 0..<fields {
            guard let field = PQfname(result, Int32(truncatingIfNeeded: column)) else { continue }
            if Self.equal(field, name) { return column }
        }
        return nil
    }

    private static func equal(_ field: UnsafePointer<CChar>, _ name: String) -> Bool {
        var position = 0
        for byte in name.utf8 {
            // A terminator never equals a byte of a name, so this stops in time; a NUL in the name cannot match either.
            if byte == 0 || UInt8(bitPattern: field[position]) != byte { return false }
            position += 1
        }
        return field[position] == 0
    }
}

/// The rows of one statement, read lazily out of libpq's memory.
public struct ResultSet: Sendable, RandomAccessCollection {
    let storage: ResultStorage

    init(_ storage: ResultStorage) {
        self.storage = storage
    }

    /// Names of the columns, in order.
    public var columns: [String] { (0..<storage.fields).map { storage.name(of: $0) } }

    /// Rows inserted, updated, deleted or read; 0 for other statements.
    public var affectedRows: Int {
        PQcmdTuples(storage.result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of rows.
    public var endIndex: Int { storage.rows }

    /// The row at a position below `count`.
    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < storage.rows, "row out of range")
        return Row(storage: storage, row: position)
    }

    /// The first column of the first row; throws `.decoding` when there is no row.
    public func scalar<T: PostgresDecodable>(as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let row = first else { throw PostgresError(.decoding, "the statement returned no row") }
        return try row[0]
    }
}
