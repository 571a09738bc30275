/// Writes one HTML document or fragment into bytes.
///
/// Only three doors lead to the output: `text` (always escaped), `Attribute` (always quoted and escaped,
/// addresses checked) and `trusted` (a literal written by a programmer). A string that comes from a person
/// can therefore never become markup. A writer serves one synchronous render and is not shared between tasks.
public final class HTMLWriter {
    /// The output. A buffer of our own instead of an array: a page is thousands of small pieces, and the checks
    /// that an array makes for each one would cost more than the copies. Only `room(for:)` makes it grow.
    @exclusivity(unchecked) private var storage: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var capacity: Int

    /// Number of bytes written so far.
    @exclusivity(unchecked) public private(set) var count = 0

    /// The form that this page answers, when it answers one: its address, and what its hidden digest was (see `KernelUI.FormMark`).
    public var posted: (path: String, seen: String)?

    /// - Parameter capacity: bytes reserved at once; an ordinary page fits in the default.
    public init(capacity: Int = 32_768) {
        self.capacity = max(capacity, 64)
        storage = .allocate(capacity: self.capacity)
    }

    deinit {
        storage.deallocate()
    }

    /// What has been written so far, in UTF-8.
    public var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: storage, count: count))
    }

    /// Lends what has been written so far, without a copy; valid only during the call.
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try body(UnsafeBufferPointer(start: storage, count: count))
    }

    // MARK: Text

    /// Writes text, escaped. Control characters and bidirectional overrides are dropped.
    public func text(_ string: String) {
        if string.utf8.withContiguousStorageIfAvailable({ escaped($0) }) != nil { return }
        var string = string
        string.withUTF8 { escaped($0) }
    }

    /// Writes a piece of text, escaped.
    public func text(_ string: Substring) {
        if string.utf8.withContiguousStorageIfAvailable({ escaped($0) }) != nil { return }
        var string = string
        string.withUTF8 { escaped($0) }
    }

    /// Writes a whole number in plain digits; use the French formats where a person compares figures.
    public func text(_ number: Int) {
        write(number)
    }

    /// Writes UTF-8 bytes, escaped, without making a string of them first.
    ///
    /// Broken sequences are harmless: a browser replaces them and reads the byte that follows as usual.
    public func textBytes(_ buffer: UnsafeBufferPointer<UInt8>) {
        escaped(buffer)
    }

    /// Writes literal markup. The type admits only literals of the source code.
    public func trusted(_ markup: StaticString) {
        literal(markup)
    }

    /// Writes a fragment at this place.
    public func render(_ fragment: Fragment) {
        fragment(self)
    }

    /// What has been written so far as a string, for tests and mails.
    public var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Forgets what has been written and keeps the memory, for a writer that serves several renders.
    public func reset() {
        count = 0
    }

    // MARK: Bytes

    @inline(__always)
    func literal(_ string: StaticString) {
        string.withUTF8Buffer { copy($0) }
    }

    @inline(__always)
    func byte(_ value: UInt8) {
        room(for: 1)
        storage[count] = value
        count += 1
    }

    @inline(__always)
    private func copy(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let start = buffer.baseAddress, buffer.count > 0 else { return }
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

    func write(_ number: Int) {
        if number < 0 { byte(UInt8(ascii: "-")) }
        digits(number.magnitude, atLeast: 1)
    }

    /// Writes with at most three decimals, never in scientific notation, so that drawings stay small and valid.
    func write(_ number: Double) {
        guard number.isFinite, number.magnitude < 1e12 else { return byte(UInt8(ascii: "0")) }
        let thousandths = Int(number * 1000 + (number < 0 ? -0.5 : 0.5))
        if thousandths < 0 { byte(UInt8(ascii: "-")) }
        digits(thousandths.magnitude / 1000, atLeast: 1)
        var rest = thousandths.magnitude % 1000
        var places = 3
        guard rest != 0 else { return }
        while rest % 10 == 0 {
            rest /= 10
            places -= 1
        }
        byte(UInt8(ascii: "."))
        digits(rest, atLeast: places)
    }

    private func digits(_ number: UInt, atLeast places: Int) {
        var divisor: UInt = 1
        var length = 1
        while number / divisor >= 10 || length < places {
            divisor *= 10
            length += 1
        }
        while divisor > 0 {
            byte(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Copies text, eight bytes at once where none needs care; the others go through `Escaping`.
    func escaped(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let source = buffer.baseAddress else { return }
        var index = 0
        while index < buffer.count {
            // Room for the worst case of a piece, so that nothing is checked inside it.
            let end = min(index + 1024, buffer.count)
            room(for: (end - index) * Escaping.longest)
            var output = storage + count
            while index < end {
                if end - index >= 8 {
                    let piece = UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
                    if !Escaping.needsCare(piece) {
                        UnsafeMutableRawPointer(output).storeBytes(of: piece, as: UInt64.self)
                        index += 8
                        output += 8
                        continue
                    }
                }
                let stop = min(index + 8, end)
                while index < stop {
                    let value = source[index]
                    if !Escaping.needsCare(value) {
                        output.pointee = value
                        output += 1
                        index += 1
                    } else if value == 0xE2 {
                        if Escaping.isBidiControl(buffer, at: index) {
                            index += 3
                        } else {
                            output.pointee = value
                            output += 1
                            index += 1
                        }
                    } else {
                        if let replacement = Escaping.replacement(value) {
                            output.update(from: replacement.utf8Start, count: replacement.utf8CodeUnitCount)
                            output += replacement.utf8CodeUnitCount
                        }
                        index += 1
                    }
                }
            }
            count = output - storage
        }
    }
}

/// A piece of page: something that writes itself into a writer.
public typealias Fragment = (HTMLWriter) -> Void
