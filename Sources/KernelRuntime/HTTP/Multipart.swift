import Glibc
import Kernel

/// Reads `multipart/form-data` (RFC 7578) strictly and in one pass: what a browser would not send is refused.
///
/// The body is there as a whole, so where the network cut it plays no part.
struct Multipart {
    /// Longest headers of one part.
    private static let mostHeader = 8_192
    /// Most parts of one form.
    private static let mostParts = 500

    let boundary: [UInt8]
    let rule: UploadRule
    /// Most bytes that all ordinary fields have together.
    let mostText: Int

    /// - Parameter contentType: the header, whose `boundary` parameter has 1 to 70 characters.
    init(contentType: String, rule: UploadRule, mostText: Int) throws(Refusal) {
        guard let found = HeaderParameters(contentType)?.values["boundary"], Self.isBoundary(found) else { throw Self.malformed }
        boundary = Array(found.utf8)
        self.rule = rule
        self.mostText = mostText
    }

    /// Fields and files in the order in which they were sent. A file input left empty gives none.
    func read(_ body: [UInt8]) throws(Refusal) -> (form: FormValues, files: [UploadedFile]) {
        let parts: Result<[Part], Refusal> = body.withUnsafeBufferPointer { bytes in
            do throws(Refusal) { return .success(try self.parts(bytes)) } catch { return .failure(error) }
        }
        var pairs: [(name: String, value: String)] = []
        var files: [UploadedFile] = []
        var text = 0
        for part in try parts.get() {
            if let fileName = part.fileName {
                if fileName.isEmpty, part.content.isEmpty { continue }
                guard part.content.count <= rule.maximumBytes else { throw rule.refusal }
                guard files.count < rule.maximumFiles else {
                    throw Refusal.malformed("too_many_files", "L’envoi contient trop de fichiers (\(rule.maximumFiles) au plus).")
                }
                files.append(
                    UploadedFile(
                        field: part.name, name: Self.shownName(fileName), mediaType: part.mediaType, bytes: Array(body[part.content])))
            } else {
                text += part.content.count
                guard text <= mostText else { throw Refusal(status: 413, code: "too_large", message: "Le texte envoyé est trop long.") }
                let content = body[part.content]
                guard !content.contains(0), let value = String(validating: content, as: UTF8.self) else {
                    throw Refusal.malformed("invalid_utf8", "Le texte envoyé n’est pas de l’UTF-8 valide.")
                }
                pairs.append((part.name, value))
            }
        }
        return (FormValues(pairs), files)
    }

    private struct Part {
        var name: String
        var fileName: String?
        var mediaType: String
        var content: Range<Int>
    }

    private func parts(_ body: UnsafeBufferPointer<UInt8>) throws(Refusal) -> [Part] {
        let mark = Array("\r\n--".utf8) + boundary
        let opening = mark.count - 2
        guard body.count >= opening, body[..<opening].elementsEqual(mark[2...]) else { throw Self.malformed }
        var at = opening
        var parts: [Part] = []
        while true {
            if has("--", at: at, in: body) {
                // The end; what may follow is not part of the form.
                return parts
            }
            while at < body.count, body[at] == 0x20 || body[at] == 0x09 { at += 1 }
            guard has("\r\n", at: at, in: body), parts.count < Self.mostParts else { throw Self.malformed }
            at += 2
            guard let headerEnd = headerEnd(body, from: at) else { throw Self.malformed }
            var part = try Self.header(body[at..<headerEnd])
            // The headers' last line end may be the first half of the next mark when the part is empty.
            let content = headerEnd + 4
            guard let end = find(mark, in: body, from: content) else { throw Self.malformed }
            part.content = content..<end
            parts.append(part)
            at = end + mark.count
        }
    }

    private func has(_ text: StaticString, at: Int, in body: UnsafeBufferPointer<UInt8>) -> Bool {
        at + text.utf8CodeUnitCount <= body.count && text.withUTF8Buffer { $0.elementsEqual(body[at..<(at + $0.count)]) }
    }

    /// Where the empty line after the headers begins.
    private func headerEnd(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let last = min(body.count - 4, start + Self.mostHeader)
        var at = start
        while at <= last {
            if body[at] == 0x0D, has("\r\n\r\n", at: at, in: body) { return at }
            at += 1
        }
        return nil
    }

    /// The next mark. Only line ends are looked at closely, so the time is linear in the size.
    private func find(_ mark: [UInt8], in body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = body.baseAddress else { return nil }
        var at = start
        while at + mark.count <= body.count {
            guard let hit = memchr(base + at, 0x0D, body.count - at - mark.count + 1) else { return nil }
            at = base.distance(to: hit.assumingMemoryBound(to: UInt8.self))
            if memcmp(base + at, mark, mark.count) == 0 { return at }
            at += 1
        }
        return nil
    }

    // MARK: Headers

    private static func header(_ bytes: Swift.Slice<UnsafeBufferPointer<UInt8>>) throws(Refusal) -> Part {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        var disposition: HeaderParameters?
        var mediaType = "application/octet-stream"
        var seen: Set<String> = []
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"), !line.contains("\r"), !line.contains("\n") else { throw malformed }
            let name = line[..<colon].lowercased()
            guard seen.insert(name).inserted else { throw malformed }
            let value = String(line[line.index(after: colon)...]).trimmed
            switch name {
            case "content-disposition": disposition = HeaderParameters(value)
            case "content-type": mediaType = RequestReader.media(value)
            case "content-transfer-encoding":
                guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else { throw malformed }
            default: break
            }
        }
        guard let disposition, disposition.kind == "form-data", let name = disposition.values["name"], name.utf8.count <= 200 else {
            throw malformed
        }
        let fileName = disposition.values["filename*"].flatMap(HeaderParameters.extended) ?? disposition.values["filename"]
        return Part(name: name, fileName: fileName, mediaType: mediaType, content: 0..<0)
    }

    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && !text.hasSuffix(" ")
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "'()+_,-./:=? ".utf8.contains(byte)
            }
    }

    /// The last part of a name that may hold a path of the sender's disk, without control characters, at most 200 long.
    static func shownName(_ text: String) -> String {
        let last = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let plain = String(
            String.UnicodeScalarView(
                last.unicodeScalars.filter { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format }))
        return String(plain.trimmed.suffix(200))
    }

    static let malformed = Refusal.malformed(
        "malformed_upload", "L’envoi est incomplet ou mal formé\u{A0}: il a sans doute été interrompu. Recommencez.")
}

/// A header with parameters: `form-data; name="piece"; filename="a.pdf"`.
struct HeaderParameters {
    let kind: String
    /// Lower-case names.
    let values: [String: String]

    /// Nil when it is not one, or says a parameter twice.
    init?(_ text: String) {
        var rest = Substring(text)
        kind = rest.prefix { $0 != ";" }.lowercased().trimmed
        rest = rest.drop { $0 != ";" }
        var values: [String: String] = [:]
        while let first = rest.first {
            guard first == ";" else { return nil }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].lowercased().trimmed
            rest = rest[rest.index(after: equals)...]
            guard let value = Self.value(&rest), !name.isEmpty, values.updateValue(value, forKey: name) == nil else { return nil }
            rest = rest.drop { $0 == " " || $0 == "\t" }
        }
        self.values = values
    }

    /// A quoted text, as browsers write it (`%22` for a quote) and as others do (`\"`), or a bare word.
    private static func value(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let word = rest.prefix { $0 != ";" }
            rest = rest.dropFirst(word.count)
            return String(word).trimmed
        }
        rest = rest.dropFirst()
        var out = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"":
                return out.replacing("%22", with: "\"").replacing("%0D", with: "").replacing("%0A", with: "")
            case "\\" where rest.first == "\"": out.append(rest.removeFirst())
            default: out.append(character)
            }
        }
        return nil
    }

    /// `UTF-8''caf%C3%A9.pdf` (RFC 8187).
    static func extended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return try? RequestReader.decode(Array(parts[2].replacing("+", with: "%2B").utf8)[...])
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
