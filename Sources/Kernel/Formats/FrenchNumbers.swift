public import Postgres

/// Numbers, amounts, counts and lists in French.
extension French {
    /// `1 234`; negative with a true minus.
    public static func number(_ number: Int) -> String {
        (number < 0 ? minus : "") + grouped(String(number.magnitude))
    }

    /// `1 234,5`: as many decimals as the number has, or as asked (rounded half up: round once, at the end).
    public static func number(_ number: ExactDecimal, decimals: Int? = nil) -> String {
        let value = decimals.map { number.rounded(scale: $0) } ?? number.normalized
        return decimal(value, decimals: decimals ?? value.scale)
    }

    /// `1 234,50 €`, always two decimals.
    /// - Parameter cents: the amount in integer cents.
    public static func money(cents: Int) -> String {
        let size = cents.magnitude
        return (cents < 0 ? minus : "") + grouped(String(size / 100)) + "," + twoDigits(Int(size % 100)) + space + "€"
    }

    /// `1 235 €`: whole euros, in charts only, with the mention « arrondi à l’euro ».
    public static func wholeEuros(cents: Int) -> String {
        let euros = (cents.magnitude + 50) / 100
        return (cents < 0 && euros > 0 ? minus : "") + grouped(String(euros)) + space + "€"
    }

    /// What a screen reader should say of an amount: « moins » in words, plain digits.
    public static func spokenMoney(cents: Int) -> String {
        let size = cents.magnitude
        return (cents < 0 ? "moins " : "") + "\(size / 100),\(twoDigits(Int(size % 100))) euros"
    }

    /// `12,5 %`.
    public static func percent(_ percent: ExactDecimal, decimals: Int? = nil) -> String {
        number(percent, decimals: decimals) + narrowSpace + "%"
    }

    /// `12 %`.
    public static func percent(_ percent: Int) -> String {
        number(percent) + narrowSpace + "%"
    }

    /// `1 712,5 points`, `1,5 point`.
    public static func points(_ points: ExactDecimal) -> String {
        number(points) + space + (isPlural(points) ? "points" : "point")
    }

    /// `0 réunion`, `1 réunion`, `2 réunions`: singular below 2.
    public static func plural(_ count: Int, _ one: String, _ many: String) -> String {
        number(count) + space + (count.magnitude < 2 ? one : many)
    }

    /// `1,5 heure`, `2 heures`: singular below 2.
    public static func plural(_ count: ExactDecimal, _ one: String, _ many: String) -> String {
        number(count) + space + (isPlural(count) ? many : one)
    }

    /// Size of a file: `999 o`, `13 ko`, `1,5 Mo`. Rounded up, so that a size over a limit never reads as the limit.
    public static func fileSize(_ bytes: Int) -> String {
        if bytes < 1_000 { return number(bytes) + space + "o" }
        if bytes < 1_000_000 { return number((bytes + 999) / 1_000) + space + "ko" }
        let tenths = ExactDecimal(bytes).divided(by: ExactDecimal(1_000_000), scale: 1, rounding: .up) ?? .zero
        return number(tenths.normalized) + space + "Mo"
    }

    /// `a`, `a et b`, `a, b et c`.
    public static func list(_ items: [String], word: String = "et") -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(word) " + last
    }

    /// `1er`, `2e`.
    public static func ordinal(_ number: Int, feminine: Bool = false) -> String {
        number == 1 ? (feminine ? "1re" : "1er") : "\(number)e"
    }

    private static func isPlural(_ number: ExactDecimal) -> Bool {
        number >= ExactDecimal(2) || number <= ExactDecimal(-2)
    }

    private static func decimal(_ value: ExactDecimal, decimals: Int) -> String {
        var digits = String(value.coefficient.magnitude)
        if digits.utf8.count <= value.scale {
            digits = String(repeating: "0", count: value.scale + 1 - digits.utf8.count) + digits
        }
        let whole = String(digits.dropLast(value.scale))
        var fraction = String(digits.suffix(value.scale))
        if fraction.utf8.count < decimals { fraction += String(repeating: "0", count: decimals - fraction.utf8.count) }
        return (value.coefficient < 0 ? minus : "") + grouped(whole) + (fraction.isEmpty ? "" : "," + fraction)
    }
}
