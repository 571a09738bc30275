import Foundation
import Kernel

extension String {
    /// Without white space at the ends.
    var withoutEnds: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// Reads the hand-made forms of the indemnities; every fault is told at once.
struct IndemnityForm {
    let form: FormValues
    private(set) var faults: [FieldFault] = []

    init(_ form: FormValues) { self.form = form }

    mutating func text(_ name: String, most: Int, required: String? = nil) -> String? {
        let text = (form[name] ?? "").withoutEnds
        guard !text.isEmpty else {
            if let required { faults.append(FieldFault(name, required)) }
            return nil
        }
        if let fault = Self.fault(text, most: most) { faults.append(FieldFault(name, fault)) }
        return text
    }

    /// What is wrong with a text, nil when nothing is.
    static func fault(_ text: String, most: Int) -> String? {
        if text.unicodeScalars.count > most { return "Ce texte dépasse \(French.number(most)) caractères." }
        if SocialSecurityNumber.isPresent(in: text) { return SocialSecurityNumber.refusal }
        let hasControls = text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: false
            case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        return hasControls ? "Ce texte contient un caractère qui n’est pas accepté." : nil
    }

    mutating func day(_ name: String, required: String? = nil) -> CivilDate? {
        let text = (form[name] ?? "").withoutEnds
        guard !text.isEmpty else {
            if let required { faults.append(FieldFault(name, required)) }
            return nil
        }
        if let day = CivilDate(text) { return day }
        do { return try FrenchInput.date(text) } catch {
            faults.append(FieldFault(name, error.message))
            return nil
        }
    }

    mutating func minutes(_ name: String, in range: ClosedRange<Int>, required: String) -> Int? {
        let text = (form[name] ?? "").withoutEnds
        guard !text.isEmpty else {
            faults.append(FieldFault(name, required))
            return nil
        }
        do {
            let minutes = try FrenchInput.duration(text)
            guard range.contains(minutes) else {
                faults.append(
                    FieldFault(
                        name,
                        "Indiquez une durée de \(French.duration(minutes: range.lowerBound)) à \(French.duration(minutes: range.upperBound))."
                    ))
                return nil
            }
            return minutes
        } catch {
            faults.append(FieldFault(name, error.message))
            return nil
        }
    }

    mutating func code(_ name: String, _ list: CodeList) -> String? {
        let code = form[name] ?? ""
        guard !code.isEmpty else { return nil }
        guard list.contains(code) else {
            faults.append(FieldFault(name, "Choisissez une ligne de la liste."))
            return nil
        }
        return code
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        let text = (form[name] ?? "").withoutEnds
        guard !text.isEmpty else { return fallback }
        guard let number = try? FrenchInput.integer(text), range.contains(number) else {
            faults.append(FieldFault(name, "Indiquez un nombre de \(range.lowerBound) à \(range.upperBound)."))
            return fallback
        }
        return number
    }
}

extension FieldFault {
    /// As the summary on top of a form lists it.
    static func summary(_ faults: [FieldFault]) -> [(field: String, message: String)] {
        faults.map { ($0.field.isEmpty ? "" : "champ-\($0.field)", $0.message) }
    }
}
