/// How elements are written; the named elements are in the files `HTMLWriter+….swift` and `SVG.swift`.
///
/// Tags arrive as whole literals (`<div`, `</div>`): one copy each instead of three.
extension HTMLWriter {
    /// Writes an element with its content and end tag.
    @inline(__always)
    func element(_ start: StaticString, _ attributes: [Attribute], _ end: StaticString, _ content: () -> Void) {
        startTag(start, attributes)
        content()
        literal(end)
    }

    /// Writes an element that holds one text.
    @inline(__always)
    func element(_ start: StaticString, _ attributes: [Attribute], _ end: StaticString, text string: String) {
        startTag(start, attributes)
        text(string)
        literal(end)
    }

    /// Writes a start tag; elements without content are nothing else.
    @inline(__always)
    func startTag(_ start: StaticString, _ attributes: [Attribute]) {
        literal(start)
        if !attributes.isEmpty { write(attributes) }
        byte(UInt8(ascii: ">"))
    }

    private func write(_ attributes: [Attribute]) {
        attributes.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            for index in 0..<buffer.count { write(first + index) }
        }
    }
}
