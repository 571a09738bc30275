import Kernel
import Postgres

/// What people send from the meeting day: checked here, before anything is written.
enum LiveForm {
    /// The person of a tap, of the team or from outside.
    static func participant(_ form: FormValues) throws -> Participant {
        if let id = form["professional"].flatMap({ Identifier($0) }) { return .professional(id) }
        if let id = form["guest"].flatMap({ Identifier($0) }) { return .guest(id) }
        throw Refusal.invalid("professional", "Indiquez la personne concernée.")
    }

    /// Several lines of text: bounded, not blank, without a social-security number.
    static func text(_ form: FormValues, _ name: String, max: Int, missing: String) throws -> String {
        let text = (form[name] ?? "").replacing("\r\n", with: "\n").trimmed
        guard !text.isEmpty else { throw Refusal.invalid(name, missing) }
        return try checked(text, name, max: max)
    }

    /// A text that may be empty.
    static func optional(_ form: FormValues, _ name: String, max: Int) throws -> String? {
        let text = (form[name] ?? "").trimmed
        return text.isEmpty ? nil : try checked(text, name, max: max)
    }

    private static func checked(_ text: String, _ name: String, max: Int) throws -> String {
        guard text.unicodeScalars.count <= max else { throw Refusal.invalid(name, "Ce texte dépasse \(French.number(max)) caractères.") }
        guard !SocialSecurityNumber.isPresent(in: text) else {
            throw Refusal.invalid(name, "Ce texte contient un numéro de sécurité sociale : retirez-le.")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) else {
            throw Refusal.invalid(name, "Ce texte contient des caractères de commande : retirez-les.")
        }
        return text
    }

    /// An id chosen in a list; empty means none, anything else is refused.
    static func id(_ form: FormValues, _ name: String) throws -> Identifier? {
        let text = (form[name] ?? "").trimmed
        guard !text.isEmpty else { return nil }
        guard let id = Identifier(text) else { throw Refusal.invalid(name, "Choisissez une ligne de la liste.") }
        return id
    }

    /// A day, as people write it.
    static func date(_ form: FormValues, _ name: String) throws -> CivilDate? {
        let text = (form[name] ?? "").trimmed
        guard !text.isEmpty else { return nil }
        if let day = CivilDate(text) { return day }
        do { return try FrenchInput.date(text) } catch { throw Refusal.invalid(name, error.message) }
    }

    /// A time of the meeting's day, on the clocks of the MSP.
    static func time(_ form: FormValues, _ name: String, on day: CivilDate, zone: String) throws -> Instant? {
        let text = (form[name] ?? "").trimmed
        guard !text.isEmpty else { return nil }
        let time: (hour: Int, minute: Int)
        do { time = try FrenchInput.time(text) } catch { throw Refusal.invalid(name, error.message) }
        guard let instant = LocalTime.meaning(of: day, time.hour, time.minute, zone: zone).instant else {
            throw Refusal.invalid(name, "Cette heure n’existe pas ce jour-là : les horloges avancent.")
        }
        return instant
    }

    /// A plain number.
    static func count(_ form: FormValues, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
        let text = (form[name] ?? "").trimmed
        guard !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal.invalid(name, "Indiquez un nombre entre \(range.lowerBound) et \(range.upperBound).")
        }
        return number
    }

    /// A duration in minutes.
    static func minutes(_ form: FormValues, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
        let text = (form[name] ?? "").trimmed
        guard !text.isEmpty else { return nil }
        let minutes: Int
        if let plain = Int(text) {
            minutes = plain
        } else {
            do { minutes = try FrenchInput.duration(text) } catch { throw Refusal.invalid(name, error.message) }
        }
        guard range.contains(minutes) else {
            throw Refusal.invalid(name, "Indiquez une durée entre \(range.lowerBound) et \(range.upperBound)\u{00A0}minutes.")
        }
        return minutes
    }
}

extension String {
    /// Without spaces and line ends around.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
