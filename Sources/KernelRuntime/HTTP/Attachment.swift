import Kernel

/// The name under which a file is kept (RFC 6266).
enum Attachment {
    /// - Parameter isShown: true for what may open in the browser's window.
    static func header(_ name: String, isShown: Bool = false) -> String {
        let plain = String(name.unicodeScalars.map { $0.isASCII && $0.value > 31 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
        return "\(isShown ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(name.percentEncodedForHeader)"
    }
}

extension RouteEntry {
    /// Answered with problem documents instead of pages.
    var isAPI: Bool { path.hasPrefix("/api/") }
}

extension String {
    /// Percent-encodes everything but unreserved characters (RFC 3986).
    var percentEncodedForHeader: String {
        var out = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(Character(Unicode.Scalar(byte)))
            default: out += "%" + Digest.hex([byte]).uppercased()
            }
        }
        return out
    }
}
