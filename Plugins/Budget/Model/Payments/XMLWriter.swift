/// Writes XML straight into bytes. Text passes through one function that escapes it; names are fixed in the code.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.append(contentsOf: #"<?xml version="1.0" encoding="UTF-8"?>"#.utf8 + [0x0A]) }

    /// An element with others inside.
    mutating func element(_ name: StaticString, attributes: [(StaticString, String)] = [], _ content: (inout XMLWriter) -> Void) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// An element with text inside.
    mutating func leaf(_ name: StaticString, _ text: String, attributes: [(StaticString, String)] = []) {
        open(name, attributes)
        escape(text)
        close(name)
    }

    private mutating func open(_ name: StaticString, _ attributes: [(StaticString, String)]) {
        bytes.append(UInt8(ascii: "<"))
        raw(name)
        for (attribute, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            raw(attribute)
            bytes.append(contentsOf: "=\"".utf8)
            escape(value)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: StaticString) {
        bytes.append(contentsOf: "</".utf8)
        raw(name)
        bytes.append(contentsOf: ">\n".utf8)
    }

    private mutating func raw(_ name: StaticString) { name.withUTF8Buffer { bytes.append(contentsOf: $0) } }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            // Control characters do not exist in XML 1.0.
            case 0..<0x20, 0x7F: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
    }
}
