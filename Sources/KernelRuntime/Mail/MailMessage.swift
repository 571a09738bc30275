import Kernel

/// A mail as it is submitted (RFC 5322, RFC 2045, RFC 2047). Pure: same values, same bytes.
struct MailMessage: Sendable {
    /// Makes the Message-ID: a mail sent twice by a crash carries the same one.
    let id: Identifier
    let from: String
    let to: String
    let subject: String
    let text: String
    let html: String
    /// In whose name; nil for the installation's own.
    var sender: OutgoingMail.Sender?
    /// A calendar file; empty for none.
    var calendar = ""
    let date: Instant
    /// Host part of the Message-ID.
    let domain: String

    /// The whole message. Line ends in header values are removed, so no header can be injected (API-19).
    var bytes: [UInt8] {
        var lines = ["From: \(author)", "To: \(clean(to))"]
        if let address = sender?.replyTo { lines.append("Reply-To: \(clean(address))") }
        lines += [
            "Subject: \(Self.encodedWords(clean(subject)))", "Date: \(Self.date(date))", "Message-ID: <\(id)@\(clean(domain))>",
            "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
        ]
        let letter = part(
            "multipart/alternative", "=_\(id)",
            [("text/plain", text), ("text/html", html)].filter { !$0.1.isEmpty }.map { type, body in
                ["Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: base64", ""] + Self.base64Lines(Array(body.utf8))
            })
        lines += calendar.isEmpty ? letter : part("multipart/mixed", "=_\(id)_", [letter, attachment])
        return Array((lines + [""]).joined(separator: "\r\n").utf8)
    }

    /// The installation's address under the name of the person who writes.
    private var author: String {
        guard let name = sender?.name, !name.isEmpty else { return clean(from) }
        let address = from.split(separator: "<").last.map { $0.filter { $0 != ">" } } ?? from
        let isPlain = name.utf8.allSatisfy { $0 < 128 }
        let shown = isPlain ? "\"\(clean(name).filter { $0 != "\"" && $0 != "\\" })\"" : Self.encodedWords(clean(name))
        return "\(shown) <\(clean(address).filter { !$0.isWhitespace })>"
    }

    private var attachment: [String] {
        let method = calendar.contains("METHOD:CANCEL\r\n") ? "CANCEL" : "PUBLISH"
        return [
            "Content-Type: \(CalendarFile.mediaType); charset=utf-8; method=\(method); name=\"\(CalendarFile.name)\"",
            "Content-Disposition: attachment; filename=\"\(CalendarFile.name)\"", "Content-Transfer-Encoding: base64", "",
        ] + Self.base64Lines(Array(calendar.utf8))
    }

    private func part(_ type: String, _ boundary: String, _ parts: [[String]]) -> [String] {
        ["Content-Type: \(type); boundary=\"\(boundary)\"", ""] + parts.flatMap { ["--\(boundary)"] + $0 } + ["--\(boundary)--", ""]
    }

    private func clean(_ value: String) -> String {
        String(value.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.map(Character.init))
    }

    /// RFC 2047: words of at most 45 bytes, never cutting a character.
    static func encodedWords(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 128 }), text.utf8.count < 70 { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            if chunk.count + bytes.count > 42 {
                words.append("=?UTF-8?B?\(Self.base64(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?UTF-8?B?\(Self.base64(chunk))?=") }
        return words.joined(separator: "\r\n ")
    }

    static func base64Lines(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 57).map { base64(Array(bytes[$0..<min($0 + 57, bytes.count)])) }
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let text = Digest.base64URL(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4)
    }

    /// RFC 5322 date in UTC; names in English by the standard.
    static func date(_ instant: Instant) -> String {
        let iso = instant.iso8601
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let day = CivilDate(String(iso.prefix(10))) else { return iso }
        let time = iso.dropFirst(11).prefix(8)
        return "\(days[day.weekday - 1]), \(day.day) \(months[day.month - 1]) \(day.year) \(time) +0000"
    }
}
