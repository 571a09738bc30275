import Kernel

/// Rules of one value, the same for the form and the API. Each answer is a French sentence that says how to repair.
enum FieldRules {
    /// Cents at most, below ten figures in euros: a column of cents holds any sum of them.
    static let greatestAmount = 99_999_999_999
    /// References that one field holds.
    static let mostReferences = 500
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
        case (.references, .ids(let ids)): return ids.count <= mostReferences ? nil : "Choisissez \(mostReferences) éléments au plus."
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
