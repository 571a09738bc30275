/// Reads fixed-width numbers, dates and times out of ASCII bytes; used by the date types and the result decoders.
struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// A number of exactly so many digits.
    mutating func number(width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = rest.first, digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + Int(digit - 48)
            rest = rest.dropFirst()
        }
        return value
    }

    /// `YYYY-MM-DD`, a day that exists.
    mutating func date() -> CivilDate? {
        guard let year = number(width: 4), take("-"), let month = number(width: 2), take("-"), let day = number(width: 2) else {
            return nil
        }
        return CivilDate(year: year, month: month, day: day)
    }

    /// `HH:MM[:SS[.ffffff]]` as microseconds of the day; digits past the sixth are dropped.
    mutating func microsecondsOfDay() -> Int64? {
        guard let hour = number(width: 2), take(":"), let minute = number(width: 2), hour < 24, minute < 60 else { return nil }
        var total = Int64(hour * 3600 + minute * 60) * 1_000_000
        guard take(":") else { return total }
        guard let second = number(width: 2), second < 60 else { return nil }
        total += Int64(second) * 1_000_000
        guard take(".") else { return total }
        var unit: Int64 = 100_000
        guard let first = number(width: 1) else { return nil }
        total += Int64(first) * unit
        while let digit = number(width: 1) {
            unit /= 10
            total += Int64(digit) * unit
        }
        return total
    }

    /// `Z`, `+HH`, `+HHMM` or `+HH:MM[:SS]` as seconds east of UTC.
    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") {
            sign = 1
        } else if take("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(width: 2), hours < 24 else { return nil }
        var seconds = hours * 3600
        let separated = take(":")
        if let minutes = number(width: 2) {
            guard minutes < 60 else { return nil }
            seconds += minutes * 60
        } else if separated {
            return nil
        }
        if take(":") {
            guard let rest = number(width: 2), rest < 60 else { return nil }
            seconds += rest
        }
        return sign * seconds
    }
}

extension [UInt8] {
    /// Appends a non-negative number, padded with zeros to a width.
    mutating func append(digits value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<Swift.max(width, 1) { divisor *= 10 }
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(48 + (value / divisor) % 10))
            divisor /= 10
        }
    }
}
