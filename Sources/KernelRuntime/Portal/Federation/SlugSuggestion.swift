internal import Foundation

/// The address of an MSP on the site, proposed from its name.
enum SlugSuggestion {
    static let maximumLength = 60

    /// `maison-de-sante-des-trois-ponts` from « Maison de santé des Trois-Ponts ».
    static func from(_ name: String) -> String {
        let opened = name.replacingOccurrences(of: "œ", with: "oe").replacingOccurrences(of: "Œ", with: "oe")
            .replacingOccurrences(of: "æ", with: "ae").replacingOccurrences(of: "Æ", with: "ae")
        let plain = opened.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
        let parts = plain.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        var slug = ""
        for part in parts {
            let next = slug.isEmpty ? String(part) : "\(slug)-\(part)"
            if next.count > maximumLength { break }
            slug = next
        }
        return slug.isEmpty ? String(parts.first?.prefix(maximumLength) ?? "") : slug
    }

    /// True for lower-case letters, digits and inner hyphens, 60 characters at most: the rule of the table.
    static func isValid(_ slug: String) -> Bool {
        let bytes = Array(slug.utf8)
        guard (1...maximumLength).contains(bytes.count) else { return false }
        func isPlain(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return false }
        return bytes.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }
}
