/// An exact decimal number: a coefficient of up to 38 digits and a scale (digits after the point).
///
/// `12.50` keeps its two digits when printed and equals `12.5`. Sums, differences and products are exact while 38 digits hold them;
/// past that, digits after the point are rounded half up, and a value beyond ±(10^38 − 1) stays at that bound, where a column refuses it.
public struct ExactDecimal: Sendable {
    /// The digits, as a whole number.
    public let coefficient: Int128
    /// How many of the digits stand after the point, 0 to 38.
    public let scale: Int

    /// The greatest magnitude of a coefficient: 38 nines.
    static let greatest: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

    /// A coefficient and a scale, `(1250, 2)` is 12.50; nil outside 38 digits or scales 0 to 38.
    public init?(coefficient: Int128, scale: Int) {
        guard (0...38).contains(scale), coefficient.magnitude <= Self.greatest.magnitude else { return nil }
        self.init(unchecked: coefficient, scale: scale)
    }

    init(unchecked coefficient: Int128, scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    /// A whole number.
    public init(_ int: Int) {
        self.init(unchecked: Int128(int), scale: 0)
    }

    /// Zero.
    public static let zero = ExactDecimal(0)

    /// Reads `-12.50`: an optional sign, digits, an optional point and digits. No exponent, no spaces, at most 38 digits.
    public init?(_ text: String) {
        var copy = text
        guard let value = copy.withUTF8({ ExactDecimal(bytes: $0) }) else { return nil }
        self = value
    }

    /// Reads the text from ASCII bytes.
    init?(bytes: UnsafeBufferPointer<UInt8>) {
        var value: Int128 = 0
        var scale = 0
        var digits = 0
        var afterPoint = false
        var start = 0
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            start = 1
        }
        for byte in bytes[start...] {
            if byte == UInt8(ascii: "."), !afterPoint, digits > 0 {
                afterPoint = true
                continue
            }
            guard byte >= 48, byte <= 57 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int128(byte - 48))
            guard !overflow, !carry, sum <= Self.greatest else { return nil }
            value = sum
            digits += 1
            if afterPoint { scale += 1 }
        }
        guard digits > 0, scale <= 38, !(afterPoint && scale == 0) else { return nil }
        self.init(unchecked: negative ? -value : value, scale: scale)
    }

    /// The same number with the fewest digits after the point.
    public var normalized: ExactDecimal {
        var coefficient = coefficient
        var scale = scale
        while scale > 0, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        return ExactDecimal(unchecked: coefficient, scale: scale)
    }

    /// The number as `Int`, or nil when it has a fraction or is too large.
    public var wholeNumber: Int? {
        let value = normalized
        return value.scale == 0 ? Int(exactly: value.coefficient) : nil
    }
}

extension ExactDecimal: Hashable, Comparable {
    /// Equal numbers, whatever their scale: 12.5 equals 12.50.
    public static func == (a: ExactDecimal, b: ExactDecimal) -> Bool {
        if a.scale == b.scale { return a.coefficient == b.coefficient }
        let (x, y) = (a.normalized, b.normalized)
        return x.coefficient == y.coefficient && x.scale == y.scale
    }

    /// Hashes the number, not its writing.
    public func hash(into hasher: inout Hasher) {
        let value = normalized
        hasher.combine(value.coefficient)
        hasher.combine(value.scale)
    }

    /// Numerical order.
    public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
        if a.scale == b.scale { return a.coefficient < b.coefficient }
        if a.coefficient.signum() != b.coefficient.signum() { return a.coefficient.signum() < b.coefficient.signum() }
        if let isLess = aligned(a, b) { return isLess }
        // Same sign: compare whole parts, then fractions brought to 38 digits.
        let (x, y) = (a.parts, b.parts)
        return (x.whole, x.fraction) < (y.whole, y.fraction)
    }

    /// The order at one scale; nil when 128 bits do not hold it.
    private static func aligned(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool? {
        if a.scale < b.scale {
            let (wider, overflow) = a.coefficient.multipliedReportingOverflow(by: power(b.scale - a.scale))
            return overflow ? nil : wider < b.coefficient
        }
        let (wider, overflow) = b.coefficient.multipliedReportingOverflow(by: power(a.scale - b.scale))
        return overflow ? nil : a.coefficient < wider
    }

    /// Whole part and fraction × 10^38, both with the sign of the number.
    private var parts: (whole: Int128, fraction: Int128) {
        let unit = Self.power(scale)
        let (whole, fraction) = coefficient.quotientAndRemainder(dividingBy: unit)
        return (whole, scale == 0 ? 0 : fraction * Self.power(38 - scale))
    }

    /// 10 to a power from 0 to 38.
    static func power(_ exponent: Int) -> Int128 { powers[exponent] }

    private static let powers: [Int128] = (0..<38).reduce(into: [1]) { powers, _ in powers.append(powers[powers.count - 1] * 10) }
}

extension ExactDecimal: CustomStringConvertible, Codable {
    /// Plain digits with a point, all digits of the scale: `12.50`, `-0.05`.
    public var description: String {
        // From the last digit; 38 digits, a zero before the point, the point and the sign fit.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { buffer in
            var at = 48
            func put(_ byte: UInt8) {
                at -= 1
                buffer[at] = byte
            }
            var (wide, left) = (coefficient.magnitude, scale)
            func putDigit(_ digit: UInt8) {
                put(UInt8(ascii: "0") + digit)
                left -= 1
                if left == 0 { put(UInt8(ascii: ".")) }
            }
            while wide > UInt128(UInt64.max) {
                let (quotient, digit) = wide.quotientAndRemainder(dividingBy: 10)
                putDigit(UInt8(digit))
                wide = quotient
            }
            // Nearly every number: a division of 64 bits costs a tenth.
            var narrow = UInt64(wide)
            while narrow > 0 {
                let (quotient, digit) = narrow.quotientAndRemainder(dividingBy: 10)
                putDigit(UInt8(digit))
                narrow = quotient
            }
            while left > 0 { putDigit(0) }
            if at == 48 || buffer[at] == UInt8(ascii: ".") { put(UInt8(ascii: "0")) }
            if coefficient < 0 { put(UInt8(ascii: "-")) }
            return String(decoding: UnsafeBufferPointer(rebasing: buffer[at...]), as: UTF8.self)
        }
    }

    /// Reads the text form, or a whole JSON number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let whole = try? container.decode(Int.self) {
            self.init(whole)
        } else if let value = ExactDecimal(try container.decode(String.self)) {
            self = value
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a decimal number")
        }
    }

    /// Writes the text form: a JSON number would lose digits in most readers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
