/// A type that reads itself from a cell in PostgreSQL's text format.
public protocol PostgresDecodable: Sendable {
    /// Reads the bytes, nil for null. Throws `.decoding`.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Self
}

/// A type whose arrays can be read too.
public protocol PostgresElement: PostgresDecodable {
    /// Reads an array of this type. The default reads the literal of a one-dimensional array without nulls.
    static func decodeArray(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> [Self]
}

/// An enumeration of texts that decodes by its raw value; an unknown text is a `.decoding` error.
public protocol PostgresEnum: PostgresElement, RawRepresentable where RawValue == String {}

extension PostgresElement {
    /// Reads the literal of a one-dimensional array without nulls.
    public static func decodeArray(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> [Self] {
        try ArrayLiteral.parse(try present(bytes)) { element throws(PostgresError) in try Self.decode(element) }
    }
}

extension PostgresEnum {
    /// Reads the raw value.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Self {
        guard let value = Self(rawValue: try String.decode(bytes)) else {
            throw PostgresError(.decoding, "unknown value of the enumeration")
        }
        return value
    }
}

/// The bytes of a cell that must not be null.
func present(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> UnsafeBufferPointer<UInt8> {
    guard let bytes else { throw PostgresError(.decoding, "the value is null") }
    return bytes
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Null is nil.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Wrapped? {
        guard let bytes else { return nil }
        return try Wrapped.decode(bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresElement {
    /// Reads an array, or bytes for `[UInt8]`.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> [Element] {
        try Element.decodeArray(bytes)
    }
}

extension String: PostgresElement {
    /// Reads any value as text.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> String {
        String(decoding: try present(bytes), as: UTF8.self)
    }
}

extension Bool: PostgresElement {
    /// Reads `t` or `f`.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Bool {
        let bytes = try present(bytes)
        if bytes.count == 1, bytes[0] == UInt8(ascii: "t") { return true }
        if bytes.count == 1, bytes[0] == UInt8(ascii: "f") { return false }
        throw PostgresError(.decoding, "the value is not a boolean")
    }
}

extension Int: PostgresElement {
    /// Reads a whole number.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Int {
        Int(try Int64.decode(bytes))
    }
}

extension Int64: PostgresElement {
    /// Reads a whole number.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Int64 {
        let bytes = try present(bytes)
        let negative = bytes.first == UInt8(ascii: "-")
        var value: Int64 = 0
        guard bytes.count > (negative ? 1 : 0) else { throw PostgresError(.decoding, "the value is not a whole number") }
        for byte in bytes[(negative ? 1 : 0)...] {
            guard byte >= 48, byte <= 57 else { throw PostgresError(.decoding, "the value is not a whole number") }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.subtractingReportingOverflow(Int64(byte - 48))  // downwards: .min has no positive twin
            guard !overflow, !carry else { throw PostgresError(.decoding, "the number does not fit 64 bits") }
            value = sum
        }
        guard negative || value != .min else { throw PostgresError(.decoding, "the number does not fit 64 bits") }
        return negative ? value : -value
    }
}

extension Double: PostgresElement {
    /// Reads a number, `NaN` and infinities included.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Double {
        guard let value = Double(try String.decode(bytes)) else { throw PostgresError(.decoding, "the value is not a number") }
        return value
    }
}

extension UInt8: PostgresElement {
    /// Reads a whole number from 0 to 255.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> UInt8 {
        guard let value = UInt8(exactly: try Int64.decode(bytes)) else { throw PostgresError(.decoding, "the number is not a byte") }
        return value
    }

    /// Reads `bytea` in its hexadecimal form.
    public static func decodeArray(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> [UInt8] {
        let bytes = try present(bytes)
        guard bytes.count >= 2, bytes.count % 2 == 0, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "x") else {
            throw PostgresError(.decoding, "the value is not bytea")
        }
        var values: [UInt8] = []
        values.reserveCapacity(bytes.count / 2 - 1)
        for position in stride(from: 2, to: bytes.count, by: 2) {
            guard let high = Hexadecimal.value(of: bytes[position]), let low = Hexadecimal.value(of: bytes[position + 1]) else {
                throw PostgresError(.decoding, "the value is not bytea")
            }
            values.append(high << 4 | low)
        }
        return values
    }
}

extension Identifier: PostgresElement {
    /// Reads a UUID.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Identifier {
        guard let value = Identifier(bytes: try present(bytes)) else { throw PostgresError(.decoding, "the value is not a UUID") }
        return value
    }
}

extension ExactDecimal: PostgresElement {
    /// Reads a `numeric` of up to 38 digits; `NaN` and infinities are refused.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> ExactDecimal {
        guard let value = ExactDecimal(bytes: try present(bytes)) else {
            throw PostgresError(.decoding, "the value is not an exact decimal")
        }
        return value
    }
}

extension CivilDate: PostgresElement {
    /// Reads a `date`; `infinity` and years outside 1 to 9999 are refused.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> CivilDate {
        var reader = DigitReader(try present(bytes))
        guard let date = reader.date(), reader.isAtEnd else { throw PostgresError(.decoding, "the value is not a date") }
        return date
    }
}

extension Instant: PostgresElement {
    /// Reads a `timestamptz`; a `timestamp` counts as UTC; `infinity` and years outside 1 to 9999 are refused.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>?) throws(PostgresError) -> Instant {
        var reader = DigitReader(try present(bytes))
        guard let date = reader.date(), reader.take(" ") || reader.take("T"), let time = reader.microsecondsOfDay() else {
            throw PostgresError(.decoding, "the value is not a point in time")
        }
        let offset = reader.isAtEnd ? 0 : reader.offset()
        guard let offset, reader.isAtEnd else { throw PostgresError(.decoding, "the value is not a point in time") }
        return Instant(date: date, microsecondsOfDay: time, offset: offset)
    }
}
