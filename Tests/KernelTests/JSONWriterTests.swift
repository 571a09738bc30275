import Testing

@testable import Kernel

@Suite("Writing JSON")
struct JSONWriterTests {
    private func written(_ body: (JSONWriter) -> Void) -> String {
        // The smallest buffer, so that it has to grow.
        let writer = JSONWriter(capacity: 1)
        body(writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("members and elements are separated, also after nested ones")
    func separators() {
        let text = written { out in
            out.object {
                out.member("a", 1)
                out.key("b")
                out.array {
                    out.string("x")
                    out.object {}
                    out.null()
                    out.bool(false)
                }
                out.key(prepared: JSONWriter.prepared("c\""))
                out.array {}
                out.member("d", nil as String?)
            }
        }
        #expect(text == #"{"a":1,"b":["x",{},null,false],"c\"":[],"d":null}"#)
    }

    @Test("quotes, backslashes and control characters are escaped, other characters stay")
    func escaping() {
        let text = written { $0.string("« é » \"\\\n\r\t\u{1}\u{1F} 😀 " + String(repeating: "long ", count: 40)) }
        #expect(text == #""« é » \"\\\n\r\t\u0001\u001f 😀 "# + String(repeating: "long ", count: 40) + "\"")
        #expect((try? JSONValue.parse(Array(text.utf8)))?.stringValue?.hasPrefix("« é » \"\\\n\r\t\u{1}\u{1F}") == true)
    }

    @Test("what is written is read back as the same value")
    func roundTrip() throws {
        let value = JSONValue.object([
            ("a", .array([.integer(-12), .decimal(try #require(ExactDecimal("12.50"))), .bool(true), .null])), ("", .object([])),
        ])
        #expect(try JSONValue.parse(Array(value.text.utf8)) == value)
    }

    @Test("every character is escaped or kept wherever it stands among eight bytes")
    func escapingByPosition() throws {
        for scalar in (1...0xFF).compactMap({ Unicode.Scalar($0 as UInt32) }) + ["’", "€", "😀", "\u{202F}"] {
            for before in 0...9 {
                let text = String(repeating: "a", count: before) + String(Character(scalar)) + String(repeating: "z", count: 9 - before)
                let bytes = written { $0.string(text) }
                #expect(try JSONValue.parse(Array(bytes.utf8)) == .string(text), "\(scalar.value) at \(before)")
                let isEscaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                #expect(bytes.contains("\\") == isEscaped, "\(scalar.value) at \(before)")
            }
        }
    }
}
