public import Postgres

extension FrenchInput {
    /// Reads `3/2/26`, `03-02-2026`, `3.2.2026`, `2026-02-03`, `3 février 2026`, `1er mars 2026`, with or without the weekday.
    ///
    /// Two digits of a year mean 2000 to 2079; from 80 on, four digits are asked.
    public static func date(_ text: String) throws(InputFault) -> CivilDate {
        let tidied = tidy(text)
        guard !tidied.isEmpty else { throw InputFault("Indiquez une date, par exemple 21/11/2026.") }
        if let iso = CivilDate(tidied) { return iso }
        let pieces = tidied.split { " /.-,".contains($0) }.filter { piece in !French.weekdays.contains { $0 == piece } }
        guard pieces.count == 3 else {
            if pieces.count == 2 { throw InputFault("Ajoutez l’année, par exemple 21/11/2026.") }
            throw InputFault("Cette date n’est pas comprise. Écrivez-la ainsi : 21/11/2026.")
        }
        guard let day = digits(pieces[0].hasSuffix("er") ? pieces[0].dropLast(2) : pieces[0]) else {
            throw InputFault("Cette date n’est pas comprise. Écrivez-la ainsi : 21/11/2026.")
        }
        let month = try month(pieces[1])
        let year = try year(pieces[2])
        guard (1...12).contains(month) else {
            throw InputFault("Le mois \(month) n’existe pas. Écrivez le jour, puis le mois, puis l’année : 21/11/2026.")
        }
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw InputFault("Le \(day) \(French.months[month - 1]) \(year) n’existe pas.")
        }
        return date
    }

    private static func month(_ text: Substring) throws(InputFault) -> Int {
        if let number = digits(text) { return number }
        let plain = withoutAccents(text)
        let matches = French.months.indices.filter { plain.count >= 3 && withoutAccents(French.months[$0]).hasPrefix(plain) }
        guard matches.count == 1 else { throw InputFault("Le mois « \(text) » n’est pas compris. Écrivez la date ainsi : 21/11/2026.") }
        return matches[0] + 1
    }

    private static func year(_ text: Substring) throws(InputFault) -> Int {
        guard let number = digits(text) else { throw InputFault("L’année « \(text) » n’est pas comprise. Écrivez-la en quatre chiffres.") }
        switch text.count {
        case 4: return number
        case 2 where number < 80: return 2000 + number
        default: throw InputFault("Écrivez l’année en quatre chiffres, par exemple 2026.")
        }
    }

    private static func withoutAccents(_ text: some StringProtocol) -> String {
        String(text.map { ["é": "e", "è": "e", "û": "u", "ô": "o"][$0] ?? $0 })
    }

    /// Reads `18h30`, `18 h 30`, `18:30`, `18.30`, `18h`, `1830`. A bare `18` is asked again.
    /// - Returns: hour 0 to 23 and minute 0 to 59.
    public static func time(_ text: String) throws(InputFault) -> (hour: Int, minute: Int) {
        let compact = tidy(text).filter { $0 != " " }
        guard !compact.isEmpty else { throw InputFault("Indiquez une heure, par exemple 18:30.") }
        let pieces = compact.split(omittingEmptySubsequences: false) { "h:.".contains($0) }.map {
            $0.hasSuffix("min") ? $0.dropLast(3) : $0
        }
        var hour: Int?
        var minute: Int?
        if pieces.count == 1, compact.count == 4, let number = digits(compact) {
            (hour, minute) = (number / 100, number % 100)
        } else if pieces.count == 1, digits(compact) != nil {
            throw InputFault("Précisez l’heure ainsi : \(compact) h ou \(compact):00.")
        } else if pieces.count == 2 || (pieces.count == 3 && digits(pieces[2]) != nil) {
            hour = digits(pieces[0])
            minute = pieces[1].isEmpty && compact.hasSuffix("h") ? 0 : (pieces[1].count == 2 ? digits(pieces[1]) : nil)
        }
        guard let hour, let minute else { throw InputFault("Cette heure n’est pas comprise. Écrivez-la ainsi : 18:30.") }
        guard hour < 24, minute < 60 else { throw InputFault("L’heure va de 00:00 à 23:59.") }
        return (hour, minute)
    }

    /// Reads `1 h 15`, `1h15`, `1:15`, `75 min`, `75`, `1,5 h`. A bare number under 10 is asked again: hours or minutes?
    /// - Returns: whole minutes.
    public static func duration(_ text: String) throws(InputFault) -> Int {
        let compact = tidy(text).filter { $0 != " " }
        guard !compact.isEmpty else { throw InputFault("Indiquez une durée, par exemple 1 h 15 ou 75 min.") }
        if let number = digits(compact) {
            if number > 0, number < 10 { throw InputFault("Précisez l’unité : \(number) h ou \(number) min.") }
            return number
        }
        let words = compact.replacing("heures", with: "h").replacing("heure", with: "h").replacing("minutes", with: "min").replacing(
            "minute", with: "min"
        )
        .replacing("mn", with: "min")
        if words.hasSuffix("min"), let minutes = digits(words.dropLast(3)) { return minutes }
        let pieces = words.split(omittingEmptySubsequences: false) { "h:".contains($0) }.map { $0.hasSuffix("min") ? $0.dropLast(3) : $0 }
        if pieces.count == 2, let hours = digits(pieces[0]), hours < 100_000 {
            if pieces[1].isEmpty, words.hasSuffix("h") { return hours * 60 }
            if let minutes = digits(pieces[1]), minutes < 60, pieces[1].count <= 2 { return hours * 60 + minutes }
        }
        if words.hasSuffix("h"), let hours = try? number(String(words.dropLast())), hours >= .zero, hours < ExactDecimal(100_000),
            let minutes = (hours * ExactDecimal(60)).wholeNumber
        {
            return minutes
        }
        throw InputFault("Cette durée n’est pas comprise. Écrivez-la ainsi : 1 h 15 ou 75 min.")
    }
}
