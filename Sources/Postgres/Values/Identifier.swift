/// A 128-bit UUID. Records carry version 7, made by the server, so that keys grow with time.
public struct Identifier: Hashable, Sendable, Comparable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the canonical text of 36 characters, in any case; nil for anything else.
    public init?(_ text: String) {
        var copy = text
        guard let value = copy.withUTF8({ Identifier(bytes: $0) }) else { return nil }
        self = value
    }

    /// Reads the canonical text from ASCII bytes.
    init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard bytes[index] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hexadecimal.value(of: bytes[index]) else { return nil }
            if index < 18 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt64(digit)
            }
        }
        self.init(high: high, low: low)
    }

    /// A new UUID version 7 (RFC 9562): milliseconds, then the fraction of the millisecond in twelve bits, then 62 random bits.
    /// Two calls in different microseconds sort in the order of the calls.
    public static func make(at instant: Instant = .now) -> Identifier {
        var generator = SystemRandomNumberGenerator()
        return make(at: instant, random: generator.next())
    }

    /// The pure form of `make(at:)`: the random bits are an argument.
    static func make(at instant: Instant, random: UInt64) -> Identifier {
        let microseconds = UInt64(max(instant.microseconds, 0))
        let milliseconds = microseconds / 1000 & 0xFFFF_FFFF_FFFF
        let fraction = (microseconds % 1000) * 4096 / 1000
        return Identifier(high: milliseconds << 16 | 0x7000 | fraction, low: random & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// The same UUID for the same name (version 8, custom), for fixtures and demonstration data.
    /// Not a cryptographic digest: never derive one from what an attacker may choose.
    public static func derived(from text: String, namespace: Identifier? = nil) -> Identifier {
        var first: UInt64 = 0xcbf2_9ce4_8422_2325
        var second: UInt64 = 0x6c62_272e_07bb_0142
        func mix(_ byte: UInt8) {
            first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            second = (second &+ UInt64(byte) &+ 1) &* 0x9e37_79b9_7f4a_7c15
            second ^= second >> 29
        }
        if let namespace {
            for shift in stride(from: 56, through: 0, by: -8) {
                mix(UInt8(truncatingIfNeeded: namespace.high >> UInt64(shift)))
                mix(UInt8(truncatingIfNeeded: namespace.low >> UInt64(shift)))
            }
            mix(0x2f)
        }
        for byte in text.utf8 { mix(byte) }
        return Identifier(
            high: finish(first) & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
            low: finish(second ^ first.byteSwapped) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// The finaliser of MurmurHash3: every input bit reaches every output bit.
    private static func finish(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 33) &* 0xff51_afd7_ed55_8ccd
        z = (z ^ z >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return z ^ z >> 33
    }

    /// Order of the bytes, the order of PostgreSQL's `uuid`.
    public static func < (a: Identifier, b: Identifier) -> Bool {
        (a.high, a.low) < (b.high, b.low)
    }
}

extension Identifier: CustomStringConvertible {
    /// Canonical text in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            write(into: buffer)
            return 36
        }
    }

    /// Appends the canonical text as ASCII bytes.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
            write(into: buffer)
            bytes.append(contentsOf: buffer)
        }
    }

    private func write(into buffer: UnsafeMutableBufferPointer<UInt8>) {
        var position = 0
        for (half, word) in [(0, high), (1, low)] {
            for nibble in 0..<16 {
                buffer.initializeElement(
                    at: position, to: Hexadecimal.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble * 4)) & 15))
                position += 1
                let next = half * 16 + nibble + 1
                if next == 8 || next == 12 || next == 16 || next == 20 {
                    buffer.initializeElement(at: position, to: UInt8(ascii: "-"))
                    position += 1
                }
            }
        }
    }
}

extension Identifier: Codable {
    /// Reads canonical text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Identifier(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = value
    }

    /// Writes canonical text in lower case.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Hexadecimal digits of bytes.
enum Hexadecimal {
    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        case 65...70: byte - 55
        default: nil
        }
    }

    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
