/// Where to go after signing in: a path of this site, never another host, never a script.
enum SafePath {
    static let home = "/aujourdhui"

    /// The path when it is one of ours, the home page otherwise.
    static func local(_ path: String?) -> String {
        guard let path, isLocal(path), !isSignIn(path) else { return home }
        return path
    }

    /// True for an absolute path that every browser reads as one of this host.
    static func isLocal(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.count <= 1000, bytes.first == UInt8(ascii: "/") else { return false }
        if bytes.count > 1, bytes[1] == UInt8(ascii: "/") { return false }
        // A browser reads « \ » as « / » and drops tabs and line ends.
        // A header holds ASCII alone: addresses of ours are percent-encoded.
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }

    private static func isSignIn(_ path: String) -> Bool {
        path.hasPrefix("/connexion") || path.hasPrefix("/deconnexion") || path == "/"
    }

    /// A value as it stands in a query string (RFC 3986 unreserved characters stay).
    static func encoded(_ value: String) -> String {
        var out = ""
        for byte in value.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "/"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF".unicodeScalars)
                out += "%"
                out.unicodeScalars.append(digits[Int(byte >> 4)])
                out.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return out
    }
}
