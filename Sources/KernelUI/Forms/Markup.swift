/// A tag of a page.
public struct MarkupTag: Sendable {
    /// As written, with `/` in front when it closes.
    public let name: String
    /// From `<` up to after `>`.
    public let range: Range<Int>
    public let attributes: [(name: String, value: String)]

    /// The value of an attribute; empty for one without value, nil when it is absent.
    public subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}

/// Reads markup that this house wrote: in its texts and values `<`, `>` and `"` are always escaped, so that a tag is what it looks like.
public enum Markup {
    private static let read: Set<String> = [
        "form", "/form", "input", "textarea", "/textarea", "select", "/select", "option", "/option", "button", "main", "body",
    ]

    /// Tags of forms and their controls, in order; `body` and `main` too.
    public static func tags(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> [MarkupTag] {
        var tags: [MarkupTag] = []
        var index = start
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            let open = index
            index += 1
            let nameStart = index
            if index < bytes.count, bytes[index] == UInt8(ascii: "/") { index += 1 }
            while index < bytes.count, isLetter(bytes[index]) { index += 1 }
            guard (1...9).contains(index - nameStart) else { continue }
            let name = String(decoding: UnsafeBufferPointer(rebasing: bytes[nameStart..<index]), as: UTF8.self)
            guard read.contains(name) else { continue }
            let attributes = attributes(bytes, &index)
            tags.append(MarkupTag(name: name, range: open..<index, attributes: attributes))
        }
        return tags
    }

    /// Reads up to after `>`.
    private static func attributes(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            guard bytes[index] != UInt8(ascii: " ") else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, ![UInt8(ascii: "="), UInt8(ascii: " "), UInt8(ascii: ">")].contains(bytes[index]) { index += 1 }
            let name = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: "\"") else {
                found.append((name, ""))
                if index < bytes.count, bytes[index] == UInt8(ascii: "=") { index += 1 }
                continue
            }
            index += 2
            let valueStart = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
            found.append((name, plain(bytes, valueStart..<index)))
            index = min(index + 1, bytes.count)
        }
        index = min(index + 1, bytes.count)
        return found
    }

    /// A text or a value without its escapes.
    public static func plain(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x31...0x39).contains(byte) }
}

/// A control of a form, as a page shows it.
public struct MarkupControl: Sendable {
    public let tag: MarkupTag
    /// Type of an `input`, else `textarea`, `select` or `button`.
    public let kind: String
    public let name: String
    /// What is in it: the text, the value of the box, the chosen entries.
    public let values: [String]
    /// Entries of a list with their words.
    public let options: [(tag: MarkupTag, label: String)]
    /// After its closing tag.
    public let end: Int

    /// A box or a button to choose.
    public var isBox: Bool { kind == "checkbox" || kind == "radio" }
    public var isOn: Bool { isBox && tag["checked"] != nil }
    /// What is never kept anywhere: passwords, codes, files, and what its field says is secret.
    public var isSecret: Bool {
        kind == "password" || kind == "file" || tag["autocomplete"] == "one-time-code" || tag["data-secret"] != nil
    }
    /// Something that a person fills in.
    public var isFilledIn: Bool { !["hidden", "submit", "button", "image", "reset"].contains(kind) && !name.isEmpty }
}

/// A form sent by POST in a page.
public struct MarkupForm: Sendable {
    public let tag: MarkupTag
    public let controls: [MarkupControl]

    public func hidden(_ name: String) -> String? { controls.first { $0.kind == "hidden" && $0.name == name }?.values.first }
}

extension Markup {
    /// Controls from a place on.
    public static func controls(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> [MarkupControl] {
        controls(bytes, tags(bytes, from: start)[...])
    }

    /// The forms of a page that are sent by POST.
    public static func forms(_ bytes: UnsafeBufferPointer<UInt8>) -> [MarkupForm] {
        let tags = tags(bytes)
        var forms: [MarkupForm] = []
        for (index, tag) in tags.enumerated() where tag.name == "form" && tag["method"] == "post" {
            let end = tags[index...].firstIndex { $0.name == "/form" } ?? tags.endIndex
            forms.append(MarkupForm(tag: tag, controls: controls(bytes, tags[(index + 1)..<end])))
        }
        return forms
    }

    private static func controls(_ bytes: UnsafeBufferPointer<UInt8>, _ tags: ArraySlice<MarkupTag>) -> [MarkupControl] {
        var found: [MarkupControl] = []
        var index = tags.startIndex
        while index < tags.endIndex {
            let tag = tags[index]
            index += 1
            let name = tag["name"] ?? ""
            switch tag.name {
            case "input":
                let type = tag["type"] ?? "text"
                let value = tag["value"] ?? (type == "checkbox" || type == "radio" ? "on" : "")
                found.append(MarkupControl(tag: tag, kind: type, name: name, values: [value], options: [], end: tag.range.upperBound))
            case "textarea":
                let close = index < tags.endIndex ? tags[index] : tag
                let text = plain(bytes, tag.range.upperBound..<max(tag.range.upperBound, close.range.lowerBound))
                // A browser drops the first line end.
                let shown = text.utf8.first == 0x0A ? String(text.dropFirst()) : text
                found.append(
                    MarkupControl(tag: tag, kind: "textarea", name: name, values: [shown], options: [], end: close.range.upperBound))
            case "select":
                var options: [(tag: MarkupTag, label: String)] = []
                var end = tag.range.upperBound
                while index < tags.endIndex, tags[index].name != "/select" {
                    if tags[index].name == "option" {
                        let after = index + 1 < tags.endIndex ? tags[index + 1].range.lowerBound : tags[index].range.upperBound
                        options.append((tags[index], plain(bytes, tags[index].range.upperBound..<after)))
                    }
                    index += 1
                }
                if index < tags.endIndex { end = tags[index].range.upperBound }
                let chosen = options.filter { $0.tag["selected"] != nil }
                let shown = chosen.isEmpty ? Array(options.prefix(1)) : chosen
                found.append(
                    MarkupControl(
                        tag: tag, kind: "select", name: name, values: shown.map { $0.tag["value"] ?? $0.label }, options: options, end: end)
                )
            case "button":
                found.append(
                    MarkupControl(
                        tag: tag, kind: tag["type"] ?? "submit", name: name, values: [tag["value"] ?? ""], options: [],
                        end: tag.range.upperBound))
            default: break
            }
        }
        return found
    }
}
