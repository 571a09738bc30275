import Kernel

/// Values as people type and read them. Typing is tolerant, showing has one form (ui-conventions 6 and 11).
enum FieldText {
    /// Reads what was typed. A blank input empties the field.
    static func value(_ text: String, _ kind: FieldKind, zone: String) -> Result<FieldValue, InputFault> {
        let plain = text.trimmed
        if plain.isEmpty {
            return .success(kind.nothing)
        }
        switch kind {
        case .text, .longText, .email, .phone, .url, .rpps, .finess, .choice: return .success(TextRules.cleaned(text, kind))
        case .integer, .minutes, .money, .decimal: return number(plain, kind, isTyped: true)
        case .boolean:
            switch plain {
            case "true", "1", "on": return .success(.boolean(true))
            case "false", "0": return .success(.boolean(false))
            default: return .failure(InputFault("Choisissez oui ou non."))
            }
        case .date: return date(plain).map { .date($0) }
        case .instant: return instant(plain, zone: zone).map { .instant($0) }
        case .choices: return .success(.codes([plain]))
        case .reference:
            guard let id = Identifier(plain) else { return .failure(InputFault(ReferenceChoice.refusal)) }
            return .success(.id(id))
        case .references:
            guard let id = Identifier(plain) else { return .failure(InputFault(ReferenceChoice.refusal)) }
            return .success(.ids([id]))
        }
    }

    /// A day in any usual writing.
    static func date(_ text: String) -> Result<CivilDate, InputFault> { read { () throws(InputFault) in try FrenchInput.date(text) } }

    /// A number of the field's kind: minutes from a duration, cents from an amount.
    /// - Parameter isTyped: true for a form, where `1.234` or a bare `5` of a duration is asked again. The address of a
    ///   list is shared with programs, for which a plain number has one meaning.
    static func number(_ text: String, _ kind: FieldKind, isTyped: Bool) -> Result<FieldValue, InputFault> {
        if !isTyped, let exact = ExactDecimal(text) {
            switch kind {
            case .decimal: return .success(.decimal(exact))
            case .money:
                if exact.normalized.scale <= 2, let cents = (exact * ExactDecimal(100)).wholeNumber { return .success(.integer(cents)) }
            case .integer, .minutes: if let whole = exact.wholeNumber { return .success(.integer(whole)) }
            default: break
            }
        }
        switch kind {
        case .minutes: return read { () throws(InputFault) in .integer(try FrenchInput.duration(text)) }
        case .money: return read { () throws(InputFault) in .integer(try FrenchInput.cents(text)) }
        case .decimal: return read { () throws(InputFault) in .decimal(try FrenchInput.number(text)) }
        default: return read { () throws(InputFault) in .integer(try FrenchInput.integer(text)) }
        }
    }

    /// A civil day and time of the MSP: `2026-11-21T18:30`, `21/11/2026 18h30`, `21/11/2026 à 18 h 30`. An hour that does
    /// not exist, or exists twice, is asked again.
    static func instant(_ text: String, zone: String) -> Result<Instant, InputFault> {
        let example = InputFault("Indiquez le jour et l’heure, par exemple 21/11/2026 18:30.")
        let plain = text.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ").trimmed
        // The cut lies between the day and the hour: at `T`, at « à », or at a space.
        var cuts: [String.Index] = []
        for index in plain.indices where plain[index] == "T" || plain[index] == " " || plain[index] == "à" { cuts.append(index) }
        for cut in cuts {
            let day = String(plain[..<cut]).trimmed
            let hour = String(plain[plain.index(after: cut)...]).trimmed
            guard let date = try? FrenchInput.date(day), let time = try? FrenchInput.time(hour) else { continue }
            switch LocalTime.meaning(of: date, time.hour, time.minute, zone: zone) {
            case .exact(let instant): return .success(instant)
            case .ambiguous:
                return .failure(InputFault("À cette heure les horloges reculent : elle existe deux fois. Choisissez une autre heure."))
            case .nonexistent: return .failure(InputFault("À cette heure les horloges avancent : elle n’existe pas ce jour-là."))
            }
        }
        return .failure(example)
    }

    /// What the input of a form shows for a value.
    static func typed(_ value: FieldValue, _ kind: FieldKind, zone: String) -> [String] {
        switch (kind, value) {
        case (_, .null): []
        case (.minutes, .integer(let minutes)): [French.duration(minutes: minutes)]
        case (.money, .integer(let cents)): [French.number(ExactDecimal(coefficient: Int128(cents), scale: 2) ?? .zero, decimals: 2)]
        case (_, .integer(let number)): [String(number)]
        case (_, .decimal(let number)): [French.number(number)]
        case (.phone, .text(let text)): [French.phone(text)]
        case (_, .text(let text)): [text]
        case (_, .boolean(let flag)): [flag ? "true" : "false"]
        case (_, .date(let date)): [date.description]
        case (_, .instant(let instant)): [LocalTime(instant, zone: zone).fieldValue]
        case (_, .id(let id)): [id.description]
        case (_, .codes(let codes)): codes
        case (_, .ids(let ids)): ids.map(\.description)
        }
    }

    /// What a page shows for a value; nil when there is nothing to show.
    /// - Parameter civility: how the person is addressed whom the value is said of.
    static func shown(
        _ value: FieldValue, _ field: RecordField, workflow: Workflow?, zone: String, title: String? = nil, civility: String? = nil
    ) -> String? {
        switch (field.kind, value) {
        case (_, .null): nil
        case (.minutes, .integer(let minutes)): French.duration(minutes: minutes)
        case (.money, .integer(let cents)): French.money(cents: cents)
        case (.integer(let range), .integer(let year)) where range.lowerBound >= 1_900 && range.upperBound <= 2_200: String(year)
        case (_, .integer(let number)): French.number(number)
        case (_, .decimal(let number)): French.number(number)
        case (.choice, .text(let code)): FrenchAgreement.form(field.label(of: code, workflow: workflow), civility: civility)
        case (.phone, .text(let text)): French.phone(text)
        case (_, .text(let text)): text
        case (_, .boolean(let flag)): flag ? "Oui" : "Non"
        case (_, .date(let date)): French.date(date)
        case (_, .instant(let instant)): French.dateTime(LocalTime(instant, zone: zone))
        case (_, .id): title ?? "élément lié"
        case (_, .ids(let ids)): ids.isEmpty ? nil : title ?? French.plural(ids.count, "élément lié", "éléments liés")
        case (_, .codes(let codes)): codes.isEmpty ? nil : codes.map { field.label(of: $0, workflow: workflow) }.joined(separator: ", ")
        }
    }

    private static func read<T>(_ body: () throws(InputFault) -> T) -> Result<T, InputFault> {
        do {
            return .success(try body())
        } catch {
            return .failure(error)
        }
    }
}
