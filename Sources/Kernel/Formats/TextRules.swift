/// Rules of texts.
public enum TextRules {
    /// Length in characters, no control or direction-changing character, no social-security number.
    public static func fault(_ text: String, max: Int, lines: Bool) -> String? {
        let length = text.unicodeScalars.count
        if length > max { return "Ce texte est trop long\u{00A0}: \(length) caractères pour \(max) au plus." }
        if hasControls(text, lines: lines) { return "Ce texte contient un caractère qui n’est pas accepté." }
        return SocialSecurityNumber.isPresent(in: text) ? SocialSecurityNumber.refusal : nil
    }

    /// Characters that are left after `normalised`, or come by a road without it; `kernel.is_line` and `kernel.is_text` refuse them too.
    public static func hasControls(_ text: String, lines: Bool = false) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: !lines
            case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }

    /// A text as people meant it: what a word processor or a browser adds unseen is turned into what it stands for, or falls.
    ///
    /// Vertical tabs, form feeds and the line ends of other systems become line ends (a space in one line); other controls, changes of
    /// direction, byte-order marks and characters without width fall. A joiner stays between the parts of an emoji; no-break spaces stay.
    public static func normalised(_ text: String, lines: Bool) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 >= 0xC2 }) else { return text }
        var out = String.UnicodeScalarView()
        var wasReturn = false
        var wasEmoji = false
        for scalar in text.unicodeScalars {
            let value = scalar.value
            defer {
                wasReturn = value == 0x0D
                wasEmoji = value == 0xFE0F || (value > 0x2000 && scalar.properties.isEmoji) || (wasEmoji && value == 0x200D)
            }
            switch value {
            case 0x0A where wasReturn: continue
            case 0x0A, 0x0D: out.append("\n")
            case 0x0B, 0x0C, 0x85, 0x2028, 0x2029: out.append(lines ? "\n" : " ")
            case 0x09: out.append(lines ? "\t" : " ")
            case 0x01...0x1F, 0x7F...0x9F, 0xAD, 0x200B, 0x200C, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: continue
            case 0x200D where !wasEmoji: continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// As it is kept: normalised, without white space at the ends; null when nothing is left.
    public static func cleaned(_ text: String, _ kind: FieldKind) -> FieldValue {
        let plain: String
        let isLong = if case .longText = kind { true } else { false }
        let text = normalised(text, lines: isLong)
        switch kind {
        case .email: plain = text.trimmed.lowercased()
        case .rpps: plain = (try? NationalNumber.rpps(text).value) ?? text.trimmed
        case .finess: plain = (try? NationalNumber.finess(text).value) ?? text.trimmed
        case .phone: plain = (try? FrenchInput.phone(text)) ?? text.trimmed
        default: plain = text.trimmed
        }
        return plain.isEmpty ? .null : .text(plain)
    }

    /// One « @ », a domain with a dot, nothing that could start a second header.
    public static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...189).contains(parts[1].utf8.count) else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let isLabel = { (label: Substring) in
            !label.isEmpty && label.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) || (97...122).contains($0) }
        }
        return labels.count >= 2 && labels.allSatisfy(isLabel)
            && parts[0].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    }

    /// `http://` or `https://` and something after it.
    public static func isWebAddress(_ text: String) -> Bool {
        let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        return !rest.isEmpty && rest.first != "/" && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

extension String {
    /// « réunions » as a title.
    public var firstCapital: String { prefix(1).uppercased() + dropFirst() }

    /// Without white space at both ends, no-break spaces included.
    public var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
