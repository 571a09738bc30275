import Kernel

/// Rules of one value, the same for the form and the API. Each answer is a French sentence that says how to repair.
enum FieldRules {
    /// Cents at most, below ten figures in euros: a column of cents holds any sum of them.
    static let greatestAmount = 99_999_999_999
    private static let firstYear = 1900
    private static let lastYear = 2200

    /// What is wrong with a value, nil when nothing is.
    static func fault(_ value: FieldValue, _ field: RecordField) -> String? {
        if value.isEmpty { return field.isRequired ? "Renseignez « \(field.label) »." : nil }
        switch (field.kind, value) {
        case (.text(let max), .text(let text)): return line(text, max)
        case (.longText(let max), .text(let text)): return TextRules.fault(text, max: max, lines: true)
        case (.email, .text(let text)):
            return line(text, 254) ?? (TextRules.isEmail(text) ? nil : "Indiquez une adresse comme prenom.nom@exemple.fr.")
        case (.phone, .text(let text)):
            return line(text, 30) ?? problem { () throws(InputFault) in _ = try FrenchInput.phone(text) }
        case (.url, .text(let text)):
            return line(text, 500) ?? (TextRules.isWebAddress(text) ? nil : "Indiquez une adresse qui commence par https:// ou http://.")
        case (.rpps, .text(let text)): return line(text, 20) ?? problem { () throws(InputFault) in _ = try NationalNumber.rpps(text) }
        case (.finess, .text(let text)): return line(text, 20) ?? problem { () throws(InputFault) in _ = try NationalNumber.finess(text) }
        case (.integer(let range), .integer(let number)), (.minutes(let range), .integer(let number)):
            return range.contains(number) ? nil : "Indiquez un nombre de \(range.lowerBound) à \(range.upperBound)."
        case (.money, .integer(let cents)):
            return abs(cents) <= greatestAmount ? nil : "Ce montant est trop grand."
        case (.decimal(let scale, let min, let max), .decimal(let number)):
            if number.normalized.scale > scale { return "Indiquez au plus \(scale) chiffres après la virgule." }
            return number < min || number > max ? "Indiquez un nombre de \(min) à \(max)." : nil
        case (.date, .date(let date)):
            return (firstYear...lastYear).contains(date.year) ? nil : "Indiquez une date entre \(firstYear) et \(lastYear)."
        case (.instant, .instant(let instant)):
            let year = LocalTime(instant, zone: "UTC").date.year
            return (firstYear...lastYear).contains(year) ? nil : "Indiquez une date entre \(firstYear) et \(lastYear)."
        case (.choice(let list), .text(let code)): return list.contains(code) ? nil : "Choisissez une valeur de la liste."
        case (.choices(let list), .codes(let codes)):
            return codes.allSatisfy(list.contains) && Set(codes).count == codes.count ? nil : "Choisissez des valeurs de la liste."
        case (.boolean, .boolean), (.reference, .id): return nil
        default: return "Cette valeur n’a pas le format attendu."
        }
    }

    private static func problem(_ read: () throws(InputFault) -> Void) -> String? {
        do {
            try read()
            return nil
        } catch {
            return error.message
        }
    }

    private static func line(_ text: String, _ max: Int) -> String? { TextRules.fault(text, max: max, lines: false) }
}

/// Rules of texts.
enum TextRules {
    /// Length in characters, no control or direction-changing character, no social-security number.
    static func fault(_ text: String, max: Int, lines: Bool) -> String? {
        let length = text.unicodeScalars.count
        if length > max { return "Ce texte est trop long\u{00A0}: \(length) caractères pour \(max) au plus." }
        if hasControls(text, lines: lines) { return "Ce texte contient un caractère qui n’est pas accepté." }
        return SocialSecurityNumber.isPresent(in: text) ? SocialSecurityNumber.refusal : nil
    }

    /// Characters that `kernel.is_line` and `kernel.is_text` refuse too.
    static func hasControls(_ text: String, lines: Bool = false) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: !lines
            case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }

    /// As it is kept: without white space at the ends; null when nothing is left.
    static func cleaned(_ text: String, _ kind: FieldKind) -> FieldValue {
        let plain: String
        switch kind {
        case .longText: plain = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").trimmed
        case .email: plain = text.trimmed.lowercased()
        case .rpps: plain = (try? NationalNumber.rpps(text).value) ?? text.trimmed
        case .finess: plain = (try? NationalNumber.finess(text).value) ?? text.trimmed
        case .phone: plain = (try? FrenchInput.phone(text)) ?? text.trimmed
        default: plain = text.trimmed
        }
        return plain.isEmpty ? .null : .text(plain)
    }

    /// One « @ », a domain with a dot, nothing that could start a second header.
    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...189).contains(parts[1].utf8.count) else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let isLabel = { (label: Substring) in
            !label.isEmpty && label.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) || (97...122).contains($0) }
        }
        return labels.count >= 2 && labels.allSatisfy(isLabel)
            && parts[0].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    }

    static func isWebAddress(_ text: String) -> Bool {
        let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        return !rest.isEmpty && rest.first != "/" && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
