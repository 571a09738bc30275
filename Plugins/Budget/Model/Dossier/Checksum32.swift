/// CRC-32 of a zip entry (ISO 3309, reflected polynomial EDB88320), eight bytes at a time.
struct Checksum32 {
    private var state: UInt32 = 0xFFFF_FFFF

    /// Eight tables of 256: the effect of a byte with 0 to 7 zero bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
            tables[index] = value
        }
        for index in 256..<2048 { tables[index] = (tables[index - 256] >> 8) ^ tables[Int(tables[index - 256] & 0xFF)] }
        return tables
    }()

    mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { update(buffer: $0) }
        if done == nil { Array(bytes).withUnsafeBufferPointer { update(buffer: $0) } }
    }

    private mutating func update(buffer bytes: UnsafeBufferPointer<UInt8>) {
        Self.tables.withUnsafeBufferPointer { table in
            var value = state
            var index = 0
            while index + 8 <= bytes.count {
                let low =
                    value
                    ^ (UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3])
                        << 24)
                let first = table[1792 + Int(low & 0xFF)] ^ table[1536 + Int(low >> 8 & 0xFF)]
                let second = table[1280 + Int(low >> 16 & 0xFF)] ^ table[1024 + Int(low >> 24)]
                let third = table[768 + Int(bytes[index + 4])] ^ table[512 + Int(bytes[index + 5])]
                let fourth = table[256 + Int(bytes[index + 6])] ^ table[Int(bytes[index + 7])]
                value = first ^ second ^ third ^ fourth
                index += 8
            }
            while index < bytes.count {
                value = (value >> 8) ^ table[Int((value ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
            state = value
        }
    }

    var value: UInt32 { ~state }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var checksum = Checksum32()
        checksum.update(bytes)
        return checksum.value
    }
}
