import HTTPTypes
import Kernel

/// Cookies of the platform: all `__Host-`, Secure, SameSite=Lax, for the whole site, HttpOnly but for a mark without a secret (SESS-04).
enum Cookies {
    static let session = "__Host-collectif"
    static let message = "__Host-message"
    /// Tells a browser again on which an account signed in before; it opens nothing.
    static let device = "__Host-device"
    /// Thirteen months, the longest that the CNIL admits.
    static let deviceAge = 34_000_000
    /// Key of a form that was kept through a sign-in.
    static let restored = "__Host-restored"
    /// Key of a draft whose form was accepted; the page's script reads it.
    static let accepted = "__Host-accepted"

    /// Value of one cookie of a request.
    static func value(_ name: String, in fields: HTTPFields) -> String? {
        first(in: fields) { pair in
            guard pair.starts(with: name.utf8), pair.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else { return nil }
            let value = pair.dropFirst(name.utf8.count + 1)
            return value.isEmpty ? nil : String(value)
        }
    }

    /// True when the name of a cookie begins so.
    static func hasName(beginning prefix: String, in fields: HTTPFields) -> Bool {
        first(in: fields) { $0.starts(with: prefix.utf8) ? true : nil } ?? false
    }

    /// Reads byte by byte: every page asks for several, among all that a browser keeps for us.
    private static func first<T>(in fields: HTTPFields, _ read: (Substring.UTF8View) -> T?) -> T? {
        for header in fields[values: .cookie] {
            var rest = header[...].utf8
            while !rest.isEmpty {
                let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
                if let found = read(rest[..<end].drop { $0 == UInt8(ascii: " ") }) { return found }
                rest = rest[end...].dropFirst()
            }
        }
        return nil
    }

    static func set(_ name: String, _ value: String, maxAge: Int? = nil) -> String {
        let age = maxAge.map { "; Max-Age=\($0)" } ?? ""
        return "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax\(age)"
    }

    /// One that the page's script may read: it holds nothing secret.
    static func readable(_ name: String, _ value: String, maxAge: Int) -> String {
        "\(name)=\(value); Path=/; Secure; SameSite=Lax; Max-Age=\(maxAge)"
    }

    static func clear(_ name: String) -> String { set(name, "", maxAge: 0) }
}

/// The sentence carried from an act to the next page, signed so that nobody else can put words on our pages.
struct MessageCookie {
    let key: [UInt8]

    func encode(_ message: Message) -> String {
        let body = Digest.hex(Array("\(message.tone.rawValue)|\(message.text)".utf8))
        return "\(body).\(Digest.hex(Digest.hmac("message:" + body, key: key)))"
    }

    func decode(_ value: String) -> Message? {
        let parts = value.split(separator: ".")
        guard parts.count == 2, let signature = Self.bytes(parts[1]), let text = Self.bytes(parts[0]),
            Digest.equal(signature, Digest.hmac("message:\(parts[0])", key: key))
        else { return nil }
        let fields = String(decoding: text, as: UTF8.self).split(separator: "|", maxSplits: 1)
        guard fields.count == 2, let tone = Tone(rawValue: String(fields[0])) else { return nil }
        return Message(tone, String(fields[1]))
    }

    static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
