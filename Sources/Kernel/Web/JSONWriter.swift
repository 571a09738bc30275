/// Writes JSON straight into bytes; one instance per answer, used inside one synchronous render.
///
/// A buffer of our own, as in `HTMLWriter`: a list is hundreds of small pieces, and the checks of an array would cost
/// more than the copies. Only `room(for:)` makes it grow.
public final class JSONWriter {
    @exclusivity(unchecked) private var storage: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var count = 0
    @exclusivity(unchecked) private var needsComma = false

    /// - Parameter capacity: bytes reserved at once.
    public init(capacity: Int = 16_384) {
        self.capacity = max(capacity, 64)
        storage = .allocate(capacity: self.capacity)
    }

    deinit { storage.deallocate() }

    /// What has been written so far.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: storage, count: count)) }

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
        byte(UInt8(ascii: ":"))
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
        name.withUnsafeBufferPointer { copy($0) }
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
        byte(UInt8(ascii: "\""))
        escape(buffer)
        byte(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A string that needs no escaping: digits, dates, identifiers.
    public func plain(_ buffer: UnsafeBufferPointer<UInt8>) {
        separate()
        byte(UInt8(ascii: "\""))
        copy(buffer)
        byte(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes that already are JSON: a number, true, false, or a jsonb cell.
    public func raw(_ buffer: UnsafeBufferPointer<UInt8>) {
        separate()
        copy(buffer)
        needsComma = true
    }

    public func integer(_ number: Int) {
        separate()
        copy(String(number))
        needsComma = true
    }

    public func bool(_ flag: Bool) {
        separate()
        literal(flag ? "true" : "false")
        needsComma = true
    }

    public func null() {
        separate()
        literal("null")
        needsComma = true
    }

    public func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .decimal(let number):
            separate()
            copy(number.description)
            needsComma = true
        case .string(let text): string(text)
        case .array(let elements): array { for element in elements { self.value(element) } }
        case .object(let members): object { for (name, element) in members { member(name, element) } }
        }
    }

    // MARK: Bytes

    private func open(_ mark: UInt8) {
        separate()
        byte(mark)
        needsComma = false
    }

    private func close(_ mark: UInt8) {
        byte(mark)
        needsComma = true
    }

    @inline(__always)
    private func separate() {
        if needsComma { byte(UInt8(ascii: ",")) }
        needsComma = false
    }

    private func escape(_ text: String) {
        byte(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        byte(UInt8(ascii: "\""))
    }

    private func escape(_ buffer: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(buffer)
        var start = 0
        var index = 0
        while index < buffer.count {
            // Eight bytes at once, as nearly all of them stay as they are.
            if index + 8 <= buffer.count, Self.isPlain(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
                index += 8
                continue
            }
            defer { index += 1 }
            let value = buffer[index]
            guard value < 0x20 || value == UInt8(ascii: "\"") || value == UInt8(ascii: "\\") else { continue }
            copy(UnsafeBufferPointer(rebasing: buffer[start..<index]))
            start = index + 1
            switch value {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                byte(UInt8(ascii: "\\"))
                byte(value)
            case 0x0A: literal("\\n")
            case 0x0D: literal("\\r")
            case 0x09: literal("\\t")
            default:
                literal("\\u00")
                byte(Self.digit(value >> 4))
                byte(Self.digit(value & 15))
            }
        }
        copy(UnsafeBufferPointer(rebasing: buffer[start...]))
    }

    /// True when none of eight bytes is a control character, a quote or a backslash; it may be false for others, which are then looked at
    /// one by one.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func isZero(_ bytes: UInt64) -> UInt64 { (bytes &- ones) & ~bytes }
        let control = (word &- ones &* 0x20) & ~word
        let marks = isZero(word ^ (ones &* 0x22)) | isZero(word ^ (ones &* 0x5C))
        return (control | marks) & (ones &* 0x80) == 0
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    private func literal(_ text: StaticString) { text.withUTF8Buffer { copy($0) } }

    private func copy(_ text: String) {
        var text = text
        text.withUTF8 { copy($0) }
    }

    @inline(__always)
    private func byte(_ value: UInt8) {
        room(for: 1)
        storage[count] = value
        count += 1
    }

    @inline(__always)
    private func copy(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
        room(for: buffer.count)
        (storage + count).update(from: start, count: buffer.count)
        count += buffer.count
    }

    /// Makes sure that `more` bytes fit.
    @inline(__always)
    private func room(for more: Int) {
        if capacity - count < more { grow(for: more) }
    }

    @inline(never)
    private func grow(for more: Int) {
        let larger = max(capacity * 2, count + more)
        let wider = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        wider.moveInitialize(from: storage, count: count)
        storage.deallocate()
        storage = wider
        capacity = larger
    }
}
