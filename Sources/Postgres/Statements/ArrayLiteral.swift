/// PostgreSQL's text form of one-dimensional arrays: `{a,"b c",NULL}`.
enum ArrayLiteral {
    static func append<T>(_ values: [T], to bytes: inout [UInt8], _ element: (T, inout [UInt8]) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            element(value, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    static func append(quoted text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Reads every element in order. Nulls, nested arrays and bounds (`[2:3]={…}`) are refused with a `.decoding` error.
    static func parse<T>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ element: (UnsafeBufferPointer<UInt8>) throws(PostgresError) -> T
    ) throws(PostgresError) -> [T] {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else {
            throw PostgresError(.decoding, "the value is not a one-dimensional array")
        }
        var values: [T] = []
        var buffer: [UInt8] = []
        var position = 1
        let end = bytes.count - 1
        if position == end { return values }
        while true {
            buffer.removeAll(keepingCapacity: true)
            let quoted = position < end && bytes[position] == UInt8(ascii: "\"")
            if quoted {
                position += 1
                while position < end, bytes[position] != UInt8(ascii: "\"") {
                    if bytes[position] == UInt8(ascii: "\\") { position += 1 }
                    guard position < end else { break }
                    buffer.append(bytes[position])
                    position += 1
                }
                guard position < end else { throw PostgresError(.decoding, "a quote of the array is not closed") }
                position += 1
            } else {
                while position < end, bytes[position] != UInt8(ascii: ",") {
                    guard bytes[position] != UInt8(ascii: "{"), bytes[position] != UInt8(ascii: "\"") else {
                        throw PostgresError(.decoding, "the value is not a one-dimensional array")
                    }
                    buffer.append(bytes[position])
                    position += 1
                }
                guard !buffer.isEmpty else { throw PostgresError(.decoding, "an element of the array is missing") }
                if isNull(buffer) { throw PostgresError(.decoding, "an element of the array is null") }
            }
            values.append(try decode(buffer, element))
            if position == end { return values }
            guard bytes[position] == UInt8(ascii: ",") else { throw PostgresError(.decoding, "the value is not an array") }
            position += 1
        }
    }

    private static func decode<T>(
        _ buffer: [UInt8], _ element: (UnsafeBufferPointer<UInt8>) throws(PostgresError) -> T
    ) throws(PostgresError) -> T {
        let result = buffer.withUnsafeBufferPointer { pointer -> Result<T, PostgresError> in
            do throws(PostgresError) {
                return .success(try element(pointer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func isNull(_ buffer: [UInt8]) -> Bool {
        buffer.count == 4 && buffer.elementsEqual("NULL".utf8) { $0 & 0xDF == $1 }
    }
}
