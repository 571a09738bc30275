extension ExactDecimal {
    /// How a number is brought to fewer digits.
    public enum Rounding: Sendable, Hashable {
        /// To the nearest; a half goes away from zero (commercial rounding).
        case halfUp
        /// To the nearest; a half goes to the even neighbour.
        case halfEven
        /// Towards zero.
        case down
        /// Away from zero.
        case up
    }

    /// The number with exactly so many digits after the point (0 to 38).
    public func rounded(scale target: Int, _ rounding: Rounding = .halfUp) -> ExactDecimal {
        let target = min(max(target, 0), 38)
        if target >= scale {
            let (value, overflow) = coefficient.multipliedReportingOverflow(by: Self.power(target - scale))
            return overflow || value.magnitude > Self.greatest.magnitude ? self : ExactDecimal(unchecked: value, scale: target)
        }
        let unit = Self.power(scale - target).magnitude
        let (quotient, remainder) = coefficient.magnitude.quotientAndRemainder(dividingBy: unit)
        return Self.make(Self.round(quotient, remainder, unit, rounding), negative: coefficient < 0, scale: target)
    }

    /// Sum.
    public static func + (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal {
        let (x, y, scale) = align(a, b)
        // Two coefficients of 38 digits: their sum fits 128 bits, not always 38 digits.
        return fit((x + y).magnitude, high: 0, negative: x + y < 0, scale: scale)
    }

    /// Difference.
    public static func - (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal { a + -b }

    /// The number with the opposite sign.
    public static prefix func - (a: ExactDecimal) -> ExactDecimal {
        ExactDecimal(unchecked: -a.coefficient, scale: a.scale)
    }

    /// Product; its scale is the sum of both scales.
    public static func * (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal {
        let (high, low) = a.coefficient.magnitude.multipliedFullWidth(by: b.coefficient.magnitude)
        return fit(low, high: high, negative: (a.coefficient < 0) != (b.coefficient < 0), scale: a.scale + b.scale)
    }

    /// Adds in place.
    public static func += (a: inout ExactDecimal, b: ExactDecimal) { a = a + b }

    /// Subtracts in place.
    public static func -= (a: inout ExactDecimal, b: ExactDecimal) { a = a - b }

    /// Quotient with so many digits after the point, rounded once by the named rule; nil when the divisor is zero.
    public func divided(by divisor: ExactDecimal, scale target: Int, rounding: Rounding = .halfUp) -> ExactDecimal? {
        guard divisor.coefficient != 0 else { return nil }
        let target = min(max(target, 0), 38)
        // coefficient × 10^(target − scale + divisor.scale) ÷ divisor.coefficient, the power on whichever side keeps it whole.
        let exponent = target - scale + divisor.scale
        let negative = (coefficient < 0) != (divisor.coefficient < 0)
        let bound = ExactDecimal(unchecked: negative ? -Self.greatest : Self.greatest, scale: 0)
        var numerator = (high: UInt128(0), low: coefficient.magnitude)
        var denominator = divisor.coefficient.magnitude
        if exponent >= 0 {
            var upper = exponent
            while upper > 38 {
                // More than 10^38: bring both sides down first, the divisor by its trailing zeros.
                guard denominator % 10 == 0 else { return coefficient == 0 ? ExactDecimal(unchecked: 0, scale: target) : bound }
                denominator /= 10
                upper -= 1
            }
            numerator = numerator.low.multipliedFullWidth(by: Self.power(upper).magnitude)
        } else {
            let (wide, overflow) = denominator.multipliedReportingOverflow(by: Self.power(min(-exponent, 38)).magnitude)
            // A divisor past 128 bits exceeds twice any numerator: the quotient is less than a half.
            if overflow { return Self.make(rounding == .up && coefficient != 0 ? 1 : 0, negative: negative, scale: target) }
            denominator = wide
        }
        guard numerator.high < denominator else { return bound }
        let (quotient, remainder) = denominator.dividingFullWidth(numerator)
        return Self.make(Self.round(quotient, remainder, denominator, rounding), negative: negative, scale: target)
    }

    /// One more when the remainder asks for it.
    private static func round(_ quotient: UInt128, _ remainder: UInt128, _ unit: UInt128, _ rounding: Rounding) -> UInt128 {
        guard remainder != 0 else { return quotient }
        let rest = unit - remainder
        let up =
            switch rounding {
            case .halfUp: remainder >= rest
            case .halfEven: remainder > rest || (remainder == rest && quotient & 1 == 1)
            case .down: false
            case .up: true
            }
        return up && quotient < .max ? quotient + 1 : quotient
    }

    private static func make(_ magnitude: UInt128, negative: Bool, scale: Int) -> ExactDecimal {
        guard magnitude <= greatest.magnitude else { return ExactDecimal(unchecked: negative ? -greatest : greatest, scale: 0) }
        let value = Int128(magnitude)
        return ExactDecimal(unchecked: negative ? -value : value, scale: scale)
    }

    /// Both coefficients at one scale; where 38 digits do not hold the larger scale, the smaller one is used for the wider number.
    private static func align(_ a: ExactDecimal, _ b: ExactDecimal) -> (Int128, Int128, Int) {
        if a.scale == b.scale { return (a.coefficient, b.coefficient, a.scale) }
        var scale = max(a.scale, b.scale)
        while scale > min(a.scale, b.scale) {
            let (x, y) = (a.rounded(scale: scale), b.rounded(scale: scale))
            if x.scale == scale, y.scale == scale { return (x.coefficient, y.coefficient, scale) }
            scale -= 1
        }
        return (a.rounded(scale: scale).coefficient, b.rounded(scale: scale).coefficient, scale)
    }

    /// Brings a wide magnitude to 38 digits: drops digits after the point, rounded half up once; stops at the bound.
    private static func fit(_ low: UInt128, high: UInt128, negative: Bool, scale: Int) -> ExactDecimal {
        if high == 0, low <= greatest.magnitude, scale <= 38 { return make(low, negative: negative, scale: scale) }
        for drop in 1...max(min(scale, 38), 1) where scale - drop <= 38 && scale > 0 {
            let unit = power(drop).magnitude
            guard high < unit else { continue }
            let (quotient, remainder) = unit.dividingFullWidth((high, low))
            let value = round(quotient, remainder, unit, .halfUp)
            if value <= greatest.magnitude { return make(value, negative: negative, scale: scale - drop) }
        }
        return make(.max, negative: negative, scale: 0)
    }
}
