/// Writes JSON straight into bytes; one instance per answer, used inside one synchronous render.
public final class JSONWriter {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(capacity: Int = 16_384) { bytes.reserveCapacity(capacity) }

    /// An object; `content` writes its members.
    public func object(_ content: () throws -> Void) rethrows {
        open(UInt8(ascii: "{"))
        try content()
        close(UInt8(ascii: "}"))
    }

    /// An array; `content` writes its elements.
    public func array(_ content: () throws -> Void) rethrows {
        open(UInt8(ascii: "["))
        try content()
        close(UInt8(ascii: "]"))
    }

    /// The name of the next member.
    public func key(_ name: String) {
        separate()
        escape(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The bytes of a member's name with its colon, for `key(prepared:)`.
    public static func prepared(_ name: String) -> [UInt8] {
        let writer = JSONWriter(capacity: name.utf8.count + 8)
        writer.key(name)
        return writer.bytes
    }

    /// The name of the next member, escaped once by `prepared` instead of in every row.
    public func key(prepared name: [UInt8]) {
        separate()
        bytes.append(contentsOf: name)
        needsComma = false
    }

    public func member(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    public func member(_ name: String, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    public func member(_ name: String, _ value: Bool?) {
        key(name)
        if let value { bool(value) } else { null() }
    }

    public func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    public func string(_ text: String) {
        separate()
        escape(text)
        needsComma = true
    }

    /// A string from raw UTF-8, such as a database cell.
    public func string(utf8 buffer: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        escape(buffer)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A string that needs no escaping: digits, dates, identifiers.
    public func plain(_ buffer: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: buffer)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes that already are JSON: a number, true, false, or a jsonb cell.
    public func raw(_ buffer: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(contentsOf: buffer)
        needsComma = true
    }

    public func integer(_ number: Int) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    public func bool(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    public func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    public func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .decimal(let number):
            separate()
            bytes.append(contentsOf: number.description.utf8)
            needsComma = true
        case .string(let text): string(text)
        case .array(let elements): array { for element in elements { self.value(element) } }
        case .object(let members): object { for (name, element) in members { member(name, element) } }
        }
    }

    private func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private func escape(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private func escape(_ buffer: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in buffer.indices {
            let byte = buffer[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: buffer[start..<index])
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            default:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        bytes.append(contentsOf: buffer[start...])
    }
}
