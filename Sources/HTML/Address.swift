/// What an address written into a page may be.
///
/// Admitted: addresses of the house (`/reunions`, `?page=2`, `#haut`, `./x`, `reunions/12`), `http://`, `https://`,
/// `mailto:`, `tel:` and `webcal:`. Anything else is written as `#`: a scheme that runs code, one hidden behind
/// controls, entities or letter case, and a path that browsers read as another host (`//host`, `/\host`).
enum Address {
    /// What replaces a refused address.
    static let refused: StaticString = "#"

    /// True when the address may be written as it is.
    static func isAdmitted(_ address: String) -> Bool {
        var address = address
        return address.withUTF8(isAdmitted)
    }

    /// True for a path of the same host, the only place from which a script may come.
    static func isLocalPath(_ address: String) -> Bool {
        address.utf8.first == UInt8(ascii: "/") && isAdmitted(address)
    }

    private static func isAdmitted(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        // A browser drops tabs and line ends inside an address: none may come in.
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
        switch first {
        case UInt8(ascii: "/"):
            guard bytes.count > 1 else { return true }
            return bytes[1] != UInt8(ascii: "/") && bytes[1] != UInt8(ascii: "\\")
        case UInt8(ascii: "?"), UInt8(ascii: "#"):
            return true
        default:
            return hasAdmittedScheme(bytes) || isRelative(bytes)
        }
    }

    private static func hasAdmittedScheme(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        startsWith("https://", bytes) || startsWith("http://", bytes) || startsWith("mailto:", bytes)
            || startsWith("tel:", bytes) || startsWith("webcal:", bytes)
    }

    private static func startsWith(_ prefix: StaticString, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard bytes.count >= length else { return false }
        for index in 0..<length {
            let byte = bytes[index]
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if lower != prefix.utf8Start[index] { return false }
        }
        return true
    }

    /// The first segment of a relative address holds plain characters only, so that nothing in it can end up as a scheme.
    private static func isRelative(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return true
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"): continue
            default: return false
            }
        }
        return true
    }
}
