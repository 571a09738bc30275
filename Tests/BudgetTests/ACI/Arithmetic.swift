import Kernel

@testable import Budget

/// Reads an explanation back: `(500 + 200 × 13) × 184 / 365 − 20`, left to right, with one level of parentheses.
enum Arithmetic {
    static func value(_ text: String) -> Fraction? {
        var tokens = text.replacing("(", with: "( ").replacing(")", with: " )").split(separator: " ")[...]
        let result = sum(&tokens)
        return tokens.isEmpty ? result : nil
    }

    private static func sum(_ tokens: inout ArraySlice<Substring>) -> Fraction? {
        guard var total = product(&tokens) else { return nil }
        while let sign = tokens.first, sign == "+" || sign == "−" {
            tokens.removeFirst()
            guard let next = product(&tokens) else { return nil }
            total = sign == "+" ? total + next : total - next
        }
        return total
    }

    private static func product(_ tokens: inout ArraySlice<Substring>) -> Fraction? {
        guard var total = atom(&tokens) else { return nil }
        while let sign = tokens.first, sign == "×" || sign == "/" {
            tokens.removeFirst()
            guard let next = atom(&tokens) else { return nil }
            total = sign == "×" ? total * next : total / next
        }
        return total
    }

    private static func atom(_ tokens: inout ArraySlice<Substring>) -> Fraction? {
        guard let first = tokens.popFirst() else { return nil }
        guard first == "(" else { return ExactDecimal(String(first).replacing(",", with: ".")).map { Fraction($0) } }
        let inner = sum(&tokens)
        return tokens.popFirst() == ")" ? inner : nil
    }
}
