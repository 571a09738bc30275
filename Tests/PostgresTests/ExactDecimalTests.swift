import Testing

@testable import Postgres

@Suite("Exact decimals")
struct ExactDecimalTests {
    func number(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

    @Test(
        "Text goes in and comes out with its digits",
        arguments: [
            "0", "12.50", "-0.05", "1000000", "0.000", "-7", "99999999999999999999999999999999999999", "18446744073709551615",
            "18446744073709551616", "-184467440737095516.16", "1000000000000000000000.0", "0.00000000000000000000000000000000000001",
            "-9.9999999999999999999999999999999999999",
        ])
    func text(text: String) throws {
        #expect(try number(text).description == text)
    }

    @Test(
        "What is not a plain decimal is refused",
        arguments: ["", "-", ".", "1.", ".5", "1e3", "1,5", " 1", "NaN", "--1", "1.2.3", String(repeating: "9", count: 39), "+"])
    func refused(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test("Numbers are equal whatever their scale, also as keys")
    func equality() throws {
        #expect(try number("12.5") == number("12.500"))
        #expect(try Set([number("12.5"), number("12.50"), number("12.51")]).count == 2)
        #expect(try number("-0.00") == number("0"))
    }

    @Test("The order is the order of the numbers")
    func order() throws {
        let sorted = try ["-10", "-9.99", "-0.1", "0", "0.01", "0.1", "1", "1.0000001", "99999999999999999999999999999999999999"].map(
            number)
        for (a, b) in zip(sorted, sorted.dropFirst()) {
            #expect(a < b)
            #expect(!(b < a))
        }
    }

    @Test("Sums, differences and products are exact")
    func arithmetic() throws {
        #expect(try (number("0.1") + number("0.2")).description == "0.3")
        #expect(try (number("12.50") - number("0.005")).description == "12.495")
        #expect(try (number("1.15") * number("7")).description == "8.05")
        #expect(try (number("-1.5") * number("1.5")).description == "-2.25")
        #expect(try number("12").wholeNumber == 12)
        #expect(try number("12.00").wholeNumber == 12)
        #expect(try number("12.01").wholeNumber == nil)
    }

    @Test("Past 38 digits a product is rounded, past the bound it stays there")
    func overflow() throws {
        let long = try number("1.2345678901234567890123456789012345678")
        #expect(try (long * number("1.0")).description == "1.2345678901234567890123456789012345678")
        let greatest = try number("99999999999999999999999999999999999999")
        #expect(greatest + ExactDecimal(1) == greatest)
        #expect(greatest * greatest == greatest)
        #expect(greatest * -greatest == -greatest)
        #expect(try (greatest + number("0.5")).scale == 0)
        #expect(greatest.rounded(scale: 2) == greatest)
    }

    @Test(
        "Rounding follows its rule",
        arguments: [
            ("2.345", 2, ExactDecimal.Rounding.halfUp, "2.35"), ("-2.345", 2, .halfUp, "-2.35"), ("2.345", 2, .halfEven, "2.34"),
            ("2.355", 2, .halfEven, "2.36"), ("2.349", 2, .down, "2.34"), ("-2.341", 2, .up, "-2.35"), ("2.5", 0, .halfUp, "3"),
            ("2", 2, .halfUp, "2.00"), ("0.4999", 0, .halfUp, "0"),
        ])
    func rounding(text: String, scale: Int, rule: ExactDecimal.Rounding, expected: String) throws {
        #expect(try number(text).rounded(scale: scale, rule).description == expected)
    }

    @Test(
        "Division is rounded once",
        arguments: [
            ("10", "3", 2, "3.33"), ("20", "3", 2, "6.67"), ("-1", "8", 2, "-0.13"), ("1", "0.03", 4, "33.3333"),
            ("0.0005", "1", 3, "0.001"),
            ("1", "100000000000000000000000000000000000", 38, "0.00000000000000000000000000000000001000"),
            ("0", "7", 2, "0.00"),
        ])
    func division(a: String, b: String, scale: Int, expected: String) throws {
        #expect(try number(a).divided(by: number(b), scale: scale)?.description == expected)
    }

    @Test("Division by zero gives nothing, division beyond the bound stays there")
    func divisionEdges() throws {
        #expect(ExactDecimal(1).divided(by: .zero, scale: 2) == nil)
        let greatest = try number("99999999999999999999999999999999999999")
        #expect(try greatest.divided(by: number("0.00000000000000000000000000000000000001"), scale: 38) == greatest)
        #expect(try number("0.00000000000000000000000000000000000001").divided(by: greatest, scale: 0, rounding: .up)?.description == "1")
    }
}
