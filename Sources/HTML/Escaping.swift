/// Which bytes of a text may not be copied as they are.
///
/// The same rule serves text and quoted attribute values: five characters are replaced, control characters
/// other than tab and line ends are dropped, and so are the bidirectional controls (U+202A–U+202E,
/// U+2066–U+2069), which could make a name or a file look like another one.
enum Escaping {
    /// One bit per byte below 64: the controls and `"`, `&`, `'`, `<`, `>`.
    private static var mask: UInt64 {
        let controls: UInt64 = 0xFFFF_FFFF & ~(1 << 9 | 1 << 10 | 1 << 13)
        return controls | 1 << 0x22 | 1 << 0x26 | 1 << 0x27 | 1 << 0x3C | 1 << 0x3E
    }

    /// True for a byte to replace or drop, and for the first byte of the sequences that hold bidirectional controls.
    @inline(__always)
    static func needsCare(_ byte: UInt8) -> Bool {
        byte < 64 ? (mask >> UInt64(byte)) & 1 == 1 : byte == 0xE2 || byte == 0x7F
    }

    /// Length of the longest replacement, `&quot;`.
    static let longest = 6

    /// True when one of eight bytes may need care; tab and line ends are looked at again one by one.
    ///
    /// Each term sets the high bit of a byte that is below 32, or that equals the wanted one (compared by XOR: zero when
    /// equal). A false alarm only costs a second look.
    @inline(__always)
    static func needsCare(_ word: UInt64) -> Bool {
        let each: UInt64 = 0x0101_0101_0101_0101
        let controls = (word &- each &* 0x20) & ~word
        let quote = zeroes(word ^ (each &* 0x22))
        let ampersandOrApostrophe = zeroes((word | each) ^ (each &* 0x27))
        let angles = zeroes((word | (each &* 2)) ^ (each &* 0x3E))
        let delete = zeroes(word ^ (each &* 0x7F))
        let bidi = zeroes(word ^ (each &* 0xE2))
        return (controls | quote | ampersandOrApostrophe | angles | delete | bidi) & (each &* 0x80) != 0
    }

    @inline(__always)
    private static func zeroes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word
    }

    /// The reference that stands for a character; nil when the character is dropped.
    @inline(__always)
    static func replacement(_ byte: UInt8) -> StaticString? {
        switch byte {
        case 0x22: "&quot;"
        case 0x26: "&amp;"
        case 0x27: "&#39;"
        case 0x3C: "&lt;"
        case 0x3E: "&gt;"
        default: nil
        }
    }

    /// U+202A–U+202E are E2 80 AA–AE; U+2066–U+2069 are E2 81 A6–A9.
    @inline(__always)
    static func isBidiControl(_ buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 2 < buffer.count else { return false }
        switch buffer[index + 1] {
        case 0x80: return (0xAA...0xAE).contains(buffer[index + 2])
        case 0x81: return (0xA6...0xA9).contains(buffer[index + 2])
        default: return false
        }
    }
}
