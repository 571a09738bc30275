public import Kernel

/// An exact quotient of two whole numbers: what points stay until the one rounding, in cents.
///
/// Kept reduced, the denominator positive. A result that 128 bits cannot hold is « lost » (denominator 0), stays lost in
/// whatever follows, and becomes a refusal at the end of the simulation: never a wrong amount.
public struct Fraction: Sendable, Hashable {
    /// Carries the sign.
    let numerator: Int128
    /// Positive; 0 when the number is lost.
    let denominator: Int128

    /// Zero.
    static let zero = Fraction(0)
    /// One.
    static let one = Fraction(1)
    /// Too large for 128 bits.
    static let lost = Fraction(reduced: 0, 0)

    /// A whole number.
    init(_ whole: Int) { self.init(reduced: Int128(whole), 1) }

    /// `numerator / denominator`; lost when the denominator is zero.
    init(_ numerator: Int, over denominator: Int) { self.init(Int128(numerator), Int128(denominator)) }

    /// The same number as a decimal.
    init(_ decimal: ExactDecimal) {
        var unit: Int128 = 1
        let value = decimal.normalized
        for _ in 0..<value.scale { unit *= 10 }
        self.init(value.coefficient, unit)
    }

    /// Reduces.
    init(_ numerator: Int128, _ denominator: Int128) {
        guard denominator != 0 else {
            self = .lost
            return
        }
        if denominator == 1 {
            self.init(reduced: numerator, 1)
            return
        }
        // Nearly every number of a simulation fits 64 bits, where a division costs a tenth.
        if let top = Int64(exactly: numerator), let bottom = Int64(exactly: denominator), top > .min, bottom > 0 {
            let common = Self.commonDivisor(top.magnitude, bottom.magnitude)
            self.init(reduced: Int128(top / Int64(common)), Int128(bottom / Int64(common)))
            return
        }
        let sign: Int128 = denominator < 0 ? -1 : 1
        let common = Self.commonDivisor(numerator, denominator)
        self.init(reduced: sign * numerator / common, sign * denominator / common)
    }

    private init(reduced numerator: Int128, _ denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// True when 128 bits could not hold it.
    var isLost: Bool { denominator == 0 }

    /// Greatest common divisor, 64-bit steps as soon as both fit.
    private static func commonDivisor(_ a: Int128, _ b: Int128) -> Int128 {
        var (x, y) = (a.magnitude, b.magnitude)
        while y != 0 {
            if x <= UInt128(UInt64.max), y <= UInt128(UInt64.max) {
                return Int128(commonDivisor(UInt64(x), UInt64(y)))
            }
            (x, y) = (y, x % y)
        }
        return x == 0 ? 1 : Int128(clamping: x)
    }

    private static func commonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        guard a != 0, b != 0 else { return a | b }
        // One division brings both to one size; then shifts and differences, which cost a tenth of a division each.
        var (x, y) = a < b ? (a, b % a) : (b, a % b)
        guard y != 0 else { return x }
        let twos = (x | y).trailingZeroBitCount
        x >>= x.trailingZeroBitCount
        while y != 0 {
            y >>= y.trailingZeroBitCount
            if x > y { swap(&x, &y) }
            y -= x
        }
        return x << twos
    }
}

extension Fraction: Comparable {
    /// Sum.
    static func + (a: Fraction, b: Fraction) -> Fraction {
        if a.denominator == b.denominator {
            let (sum, overflow) = a.numerator.addingReportingOverflow(b.numerator)
            return overflow || a.isLost ? .lost : Fraction(sum, a.denominator)
        }
        guard !a.isLost, !b.isLost else { return .lost }
        let common = commonDivisor(a.denominator, b.denominator)
        let (left, first) = a.numerator.multipliedReportingOverflow(by: b.denominator / common)
        let (right, second) = b.numerator.multipliedReportingOverflow(by: a.denominator / common)
        let (sum, third) = left.addingReportingOverflow(right)
        let (unit, fourth) = a.denominator.multipliedReportingOverflow(by: b.denominator / common)
        return first || second || third || fourth ? .lost : Fraction(sum, unit)
    }

    /// Difference.
    static func - (a: Fraction, b: Fraction) -> Fraction { a + Fraction(reduced: -b.numerator, b.denominator) }

    /// Product.
    static func * (a: Fraction, b: Fraction) -> Fraction {
        guard !a.isLost, !b.isLost else { return .lost }
        if a.numerator == 0 || b.numerator == 0 { return .zero }
        if a.denominator == 1, b.denominator == 1 {
            let (product, overflow) = a.numerator.multipliedReportingOverflow(by: b.numerator)
            return overflow ? .lost : Fraction(reduced: product, 1)
        }
        if let narrow = narrowProduct(a, b) { return narrow }
        let first = b.denominator == 1 ? 1 : commonDivisor(a.numerator, b.denominator)
        let second = a.denominator == 1 ? 1 : commonDivisor(b.numerator, a.denominator)
        let (top, overTop) = (a.numerator / first).multipliedReportingOverflow(by: b.numerator / second)
        let (bottom, overBottom) = (a.denominator / second).multipliedReportingOverflow(by: b.denominator / first)
        return overTop || overBottom ? .lost : Fraction(reduced: top, top == 0 ? 1 : bottom)
    }

    /// The product when both sides fit 31 bits, so that it fits 64; else nil.
    private static func narrowProduct(_ a: Fraction, _ b: Fraction) -> Fraction? {
        guard let top = Int32(exactly: a.numerator), let other = Int32(exactly: b.numerator), let bottom = Int32(exactly: a.denominator),
            let under = Int32(exactly: b.denominator)
        else { return nil }
        return Fraction(Int128(Int64(top) * Int64(other)), Int128(Int64(bottom) * Int64(under)))
    }

    /// Quotient; lost when the divisor is zero.
    static func / (a: Fraction, b: Fraction) -> Fraction {
        b.numerator == 0 || b.isLost ? .lost : a * Fraction(b.denominator, b.numerator)
    }

    /// Adds in place.
    static func += (a: inout Fraction, b: Fraction) { a = a + b }

    /// Numerical order; a lost number is the greatest.
    public static func < (a: Fraction, b: Fraction) -> Bool {
        if a.isLost || b.isLost { return !a.isLost }
        if a.denominator == b.denominator { return a.numerator < b.numerator }
        let (wholeA, wholeB) = (a.floor, b.floor)
        if wholeA != wholeB { return wholeA < wholeB }
        let (restA, restB) = (a.numerator - wholeA * a.denominator, b.numerator - wholeB * b.denominator)
        return restA.magnitude.multipliedFullWidth(by: b.denominator.magnitude)
            < restB.magnitude.multipliedFullWidth(by: a.denominator.magnitude)
    }

    /// The greatest whole number not above.
    var floor: Int128 {
        guard denominator > 0 else { return 0 }
        if denominator == 1 { return numerator }
        if let top = Int64(exactly: numerator), let bottom = Int64(exactly: denominator) {
            let (quotient, remainder) = top.quotientAndRemainder(dividingBy: bottom)
            return Int128(remainder < 0 ? quotient - 1 : quotient)
        }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Fraction {
    /// Rounded to whole, a half upwards: the one rounding of an amount. Nil when it does not fit.
    var roundedHalfUp: Int? {
        guard !isLost else { return nil }
        return Int(exactly: (self + Fraction(1, over: 2)).floor)
    }

    /// The number in plain digits with a point, without trailing zeros.
    var text: String {
        if denominator == 1, let whole = Int64(exactly: numerator) { return String(whole) }
        return decimal.normalized.description
    }

    /// The number in decimals: exact when it ends within 20 digits after the point, else cut there.
    public var decimal: ExactDecimal {
        guard denominator > 1 else { return ExactDecimal(coefficient: numerator, scale: 0) ?? .zero }
        let whole = floor
        guard numerator >= 0, let unit = UInt64(exactly: denominator), unit < 1 << 60 else { return wideDecimal }
        // The usual case: 64-bit steps.
        var rest = UInt64(truncatingIfNeeded: numerator - whole * denominator)
        var (digits, scale) = (whole.magnitude, 0)
        while rest != 0, scale < 20, digits < Self.room {
            let (more, left) = (rest * 10).quotientAndRemainder(dividingBy: unit)
            digits = digits * 10 + UInt128(more)
            rest = left
            scale += 1
        }
        return ExactDecimal(coefficient: Int128(clamping: digits), scale: scale) ?? .zero
    }

    /// Below it, one digit more still fits 38 digits.
    private static let room: UInt128 = 1_000_000_000_000_000_000_000_000_000_000_000_000

    private var wideDecimal: ExactDecimal {
        let whole = numerator / denominator
        var rest = (numerator - whole * denominator).magnitude
        var (digits, scale) = (whole.magnitude, 0)
        while rest != 0, scale < 20, digits < Self.room {
            let (wider, overflow) = rest.multipliedReportingOverflow(by: 10)
            if overflow { break }
            let (more, left) = wider.quotientAndRemainder(dividingBy: denominator.magnitude)
            digits = digits * 10 + more
            rest = left
            scale += 1
        }
        let value = Int128(clamping: digits)
        return ExactDecimal(coefficient: numerator < 0 ? -value : value, scale: scale) ?? .zero
    }
}
