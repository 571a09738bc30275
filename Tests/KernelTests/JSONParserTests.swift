import Testing

@testable import Kernel

@Suite("Reading JSON")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    private func refusal(_ bytes: [UInt8]) -> Refusal? {
        do {
            _ = try JSONValue.parse(bytes)
            return nil
        } catch { return error as? Refusal }
    }

    private func code(_ text: String) -> String? { refusal(Array(text.utf8))?.code }

    @Test("values of every kind, with spaces around")
    func values() throws {
        #expect(
            try parse(" {\"a\" : [ 1 , -2.50 , true , false , null , \"é\" ] ,\n\t\"b\":{}, \"c\":[]}\r")
                == .object([
                    (
                        "a",
                        .array([
                            .integer(1), .decimal(try #require(ExactDecimal("-2.50"))), .bool(true), .bool(false), .null, .string("é"),
                        ])
                    ), ("b", .object([])), ("c", .array([])),
                ]))
    }

    @Test(
        "whole numbers up to 64 bits, exact decimals beyond them",
        arguments: [
            ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .decimal(ExactDecimal("9223372036854775808") ?? .zero)),
            ("-9223372036854775809", .decimal(ExactDecimal("-9223372036854775809") ?? .zero)),
            ("1.0", .decimal(ExactDecimal("1.0") ?? .zero)),
        ])
    func numbers(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(
        "what is not a number of RFC 8259 is refused", arguments: ["01", "-", "+1", "1.", ".5", "- 1", "0x1", "1_000", "--1", "00", "NaN"])
    func notNumbers(text: String) {
        #expect(code(text) == "malformed_json")
    }

    @Test("exponents and endless numbers are refused by name; their neighbours are read")
    func refusedNumbers() throws {
        #expect(code("1e3") == "exponent" && code("1.5E-3") == "exponent")
        #expect(code(String(repeating: "9", count: 31)) == "number_too_long")
        #expect(try parse(String(repeating: "9", count: 30)) == .decimal(#require(ExactDecimal(String(repeating: "9", count: 30)))))
    }

    @Test("escapes, pairs of surrogates, texts longer than a word")
    func strings() throws {
        #expect(try parse(#""a\"\\\/\b\f\n\r\tz""#) == .string("a\"\\/\u{8}\u{C}\n\r\tz"))
        #expect(try parse(#""\u00e9\u20AC\ud83d\ude00 et la suite, assez longue""#) == .string("é€😀 et la suite, assez longue"))
        #expect(try parse("\"« né à Saint-Étienne » 😀\"") == .string("« né à Saint-Étienne » 😀"))
    }

    @Test(
        "broken texts are refused",
        arguments: [
            #""a"#, #""\"#, #""\x""#, #""\u12""#, #""\u+123""#, #""\u12g4""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, #""\u0000""#,
            "\"a\u{1}b\"", "\"a\nb\"", "'a'",
        ])
    func brokenStrings(text: String) {
        #expect(code(text) == "malformed_json")
    }

    @Test(
        "broken documents are refused",
        arguments: [
            "", " ", "{", "[", "[1", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{}{}", "[] x", "tru", "nul", "/**/{}",
            "\u{FEFF}{}",
        ])
    func broken(text: String) {
        #expect(code(text) == "malformed_json")
    }

    @Test(
        "bytes that are not UTF-8 are refused wherever they stand",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xF5, 0x80, 0x80, 0x80]])
    func notUTF8(bytes: [UInt8]) {
        #expect(refusal([0x22] + bytes + [0x22])?.code == "invalid_utf8")
        #expect(refusal([0x7B, 0x22] + bytes + [0x22, 0x3A, 0x31, 0x7D])?.code == "invalid_utf8")
        #expect(refusal(bytes)?.code == "invalid_utf8")
    }

    @Test(
        "a member twice is refused, first or last, among few or many, even written with other code points",
        arguments: [2, 10, 32, 33, 34, 100])
    func repeated(count: Int) throws {
        let members = (0..<count).map { "\"champ numéro \($0)\":\($0)" }
        #expect(try parse("{\(members.joined(separator: ","))}").objectValue?.count == count)
        for index in [0, count / 2, count - 1] {
            #expect(code("{\((members + [members[index]]).joined(separator: ","))}") == "repeated_member")
            let other = members[index].replacing("\u{E9}", with: "e\u{301}")
            #expect(code("{\((members + [other]).joined(separator: ","))}") == "repeated_member")
            #expect(code("{\(([#""\u0063hamp numéro \#(index)":1"#] + members).joined(separator: ","))}") == "repeated_member")
        }
    }

    @Test("32 levels are read, one more is refused")
    func depth() {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels) }
        #expect(code(nested(32)) == nil && code(nested(33)) == "too_deep")
        #expect(code(String(repeating: "{\"a\":", count: 33) + "1") == "too_deep")
    }
}
